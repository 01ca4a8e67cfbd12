// SPDX-License-Identifier: GPL-2.0

//! refused: RESET: none => reset
//! refused: argument #2 of type `u32` is missing
//! refused: SET: in u32 => set
//! refused: expected `&u64`, found `&u32`
//! refused: RANGE[8]: out u32 => get
//! refused: unexpected argument #2 of type `usize`
//! refused: no function or associated item named `gone` found

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IO,
        _IOR,
        _IOW, //
    },
    prelude::*, //
};

const RESET: u32 = _IO('c' as u32, 1);
const SET: u32 = _IOW::<u32>('c' as u32, 2);
const RANGE: u32 = _IOR::<u32>('c' as u32, 3);
const GONE: u32 = _IO('c' as u32, 11);

ioctls! {
    misc Device {
        RESET: none => reset,
        SET: in u32 => set,
        RANGE[8]: out u32 => get,
        GONE: none => gone,
    }
}

impl Device {
    fn reset(&self, _level: u32) -> Result {
        Ok(())
    }

    fn set(&self, _value: &u64) -> Result {
        Ok(())
    }

    fn get(&self) -> Result<u32> {
        Ok(0)
    }
}
