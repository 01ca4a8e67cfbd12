// SPDX-License-Identifier: GPL-2.0

//! refused: RESET: expected different names, found the same for `header::RESET` and `RESET`: remove
//! refused: header::RESET: none => reset,
//! refused: RESET: `header::RESET` below has the same name

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IO, //
    },
    prelude::*, //
};

const RESET: u32 = _IO('c' as u32, 1);

mod header {
    pub(crate) const RESET: u32 = kernel::ioctl::_IO('c' as u32, 2);
}

ioctls! {
    misc Device {
        RESET: none => reset,
        header::RESET: none => reset,
    }
}

impl Device {
    fn reset(&self) -> Result {
        Ok(())
    }
}
