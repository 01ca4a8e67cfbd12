// SPDX-License-Identifier: GPL-2.0

//! refused: `Mode` has another size in a 32-bit process

use kernel::{
    ioctl::SameCompat,
    prelude::*, //
};

#[derive(IntoBytes, SameCompat)]
#[repr(usize)]
pub enum Mode {
    Off = 0,
}
