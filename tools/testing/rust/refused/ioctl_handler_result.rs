// SPDX-License-Identifier: GPL-2.0

//! refused: a method for `SET` cannot return `core::result::Result<u64, kernel::error::Error>`
//! refused: expected a method that returns `Result` or `Result<u32>`
//! refused: a method for `GET` cannot return `core::result::Result<u64, kernel::error::Error>`
//! refused: expected a method that returns `Result<u32>`
//! refused: a method for `SWAP` cannot return `u32`

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IOR,
        _IOW,
        _IOWR, //
    },
    prelude::*, //
};

const SET: u32 = _IOW::<u32>('c' as u32, 1);
const GET: u32 = _IOR::<u32>('c' as u32, 2);
const SWAP: u32 = _IOWR::<u32>('c' as u32, 3);

ioctls! {
    misc Device {
        SET: in u32 => set,
        GET: out u32 => get,
        SWAP: inout u32 => swap,
    }
}

impl Device {
    fn set(&self, _value: &u32) -> Result<u64> {
        Ok(0)
    }

    fn get(&self) -> Result<u64> {
        Ok(0)
    }

    fn swap(&self, value: &mut u32) -> u32 {
        *value
    }
}
