// SPDX-License-Identifier: GPL-2.0

//! The types that need no compat translation: `SameCompat` in `rust/uapi/types`.
//!
//! bindgen reads the UAPI headers a second time, for 32-bit user space. Each type that is to be
//! `SameCompat` is so by what comes of that: it is asserted to have that size and those offsets.

#[allow(unused_imports)]
use super::*;

/// Types that have one layout for 64-bit and for 32-bit user space.
///
/// Their size and the place and the size of each field are the same; the alignment may differ.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be `SameCompat`, as rust/uapi/types asks: it is not in the UAPI \
               headers for 32-bit user space"
)]
pub trait SameCompat {}

macro_rules! same_compat {
    ($($integer:ty)*) => {
        $(impl SameCompat for $integer {})*
    };
}

same_compat!(i8 i16 i32 i64 u8 u16 u32 u64);

impl<T: SameCompat, const N: usize> SameCompat for [T; N] {}

include!(concat!(env!("OBJTREE"), "/rust/uapi/compat_generated.rs"));
