// SPDX-License-Identifier: GPL-2.0

//! refused: cannot find macro `cryptocorrosion_derive_traits`
//! refused: define_cast

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use zerocopy::*;

pub struct Flag(pub bool);

// The definition is disabled, but its trait implementations are not.
cryptocorrosion_derive_traits! {
    #[repr(C)]
    #[cfg(any())]
    pub struct Flag(u8);
}

// The lint `unsafe_code` does not detect this `unsafe`, and the cast extends past the end of the
// referent.
zerocopy::define_cast!(unsafe { pub Longer = [u8; 1] => [u8; 64] });
