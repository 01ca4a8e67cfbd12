// SPDX-License-Identifier: GPL-2.0

//! refused: `Mode`: expected a `repr` of a fixed size, found one that differs in a 32-bit process

use kernel::{
    ioctl::CompatLayout,
    prelude::*, //
};

#[derive(IntoBytes, CompatLayout)]
#[repr(usize)]
pub enum Mode {
    Off = 0,
}
