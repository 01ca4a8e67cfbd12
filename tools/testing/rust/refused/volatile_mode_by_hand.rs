// SPDX-License-Identifier: GPL-2.0

//! refused: `Mode` is a "sealed trait"

use kernel::mm::volatile::Mode;

pub enum Both {}

impl Mode for Both {
    const WRITE: bool = false;
}
