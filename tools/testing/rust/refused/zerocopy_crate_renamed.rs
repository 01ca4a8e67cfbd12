// SPDX-License-Identifier: GPL-2.0

//! refused: `Padded` has 3 total byte(s) of padding

#![allow(missing_docs)]
#![forbid(unsafe_code)]

// The path `::zerocopy` refers to this crate.
extern crate self as zerocopy;
extern crate zerocopy as original;

use kernel::prelude::IntoBytes as Derived;
pub use original::IntoBytes;

/// A copy of zerocopy without its check for padding.
pub mod util {
    pub use original::util::macro_util;
}

#[macro_export]
macro_rules! struct_padding {
    ($($all:tt)*) => {
        0
    };
}

#[derive(Derived)]
#[repr(C)]
pub struct Padded {
    pub a: u8,
    pub b: u32,
}
