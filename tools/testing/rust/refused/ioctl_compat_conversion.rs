// SPDX-License-Identifier: GPL-2.0

//! refused: from_32) => set
//! refused: expected `&u32`, found `&u16`
//! refused: to_32) => get
//! refused: a method for `GET` cannot return `core::result::Result<u32, kernel::error::Error>`
//! refused: expected a method that returns `Result<u16>`

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IOR,
        _IOW, //
    },
    prelude::*, //
};

const SET: u32 = _IOW::<u64>('c' as u32, 1);
const SET32: u32 = _IOW::<u16>('c' as u32, 2);
const GET: u32 = _IOR::<u64>('c' as u32, 3);
const GET32: u32 = _IOR::<u16>('c' as u32, 4);

ioctls! {
    misc Device {
        SET: in u64 compat SET32: u16 (from_32) => set,
        GET: out u64 compat GET32: u16 (to_32) => get,
    }
}

impl Device {
    fn set(&self, _value: &u64) -> Result {
        Ok(())
    }

    fn get(&self) -> Result<u64> {
        Ok(0)
    }

    fn from_32(value: &u32) -> Result<u64> {
        Ok((*value).into())
    }

    fn to_32(value: &u64) -> Result<u32> {
        Ok((*value).try_into()?)
    }
}
