// SPDX-License-Identifier: GPL-2.0

//! accepted: macros of the kernel crate do not use the macros of their caller

#![allow(missing_docs)]
#![allow(unused_macros)]
#![forbid(unsafe_code)]

macro_rules! concat {
    ($($all:tt)*) => {
        compile_error!("it could be the template of inline assembly")
    };
}

macro_rules! include {
    ($($all:tt)*) => {
        compile_error!("it could be the template of inline assembly")
    };
}

macro_rules! env {
    ($($all:tt)*) => {
        compile_error!("it could be a path")
    };
}

macro_rules! line {
    ($($all:tt)*) => {
        compile_error!("it could be an operand of inline assembly")
    };
}

/// Expands inline assembly on some architectures.
pub fn warn(condition: bool) -> bool {
    kernel::warn_on!(condition)
}
