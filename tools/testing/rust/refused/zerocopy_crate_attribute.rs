// SPDX-License-Identifier: GPL-2.0

//! refused: expected no `crate`: the kernel has one zerocopy

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::prelude::*;

/// A copy of zerocopy without its check for padding.
pub mod other {
    pub use crate::struct_padding;
    pub use zerocopy::IntoBytes;

    pub mod util {
        pub use zerocopy::util::macro_util;
    }
}

#[macro_export]
macro_rules! struct_padding {
    ($($all:tt)*) => {
        0
    };
}

#[derive(IntoBytes)]
#[zerocopy(crate = "crate::other")]
#[repr(C)]
pub struct Padded {
    pub a: u8,
    pub b: u32,
}
