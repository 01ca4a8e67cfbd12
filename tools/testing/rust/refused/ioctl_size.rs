// SPDX-License-Identifier: GPL-2.0

//! refused: RESET: expected a number that encodes the 0 bytes of `none`, found 4 bytes
//! refused: LEVEL: expected a number that encodes the 4 bytes of this `by_value`, found 8 bytes
//! refused: SET: expected a number that encodes the 4 bytes of `u32`, found 8 bytes
//! refused: DEADLINE32: expected a number that encodes the 4 bytes of `u32`, found 8 bytes

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IOW, //
    },
    prelude::*, //
};

const RESET: u32 = _IOW::<u32>('c' as u32, 1) & !(kernel::uapi::_IOC_WRITE << 30);
const LEVEL: u32 = _IOW::<usize>('c' as u32, 2);
const SET: u32 = _IOW::<u64>('c' as u32, 3);
const DEADLINE: u32 = _IOW::<u64>('c' as u32, 4);
const DEADLINE32: u32 = _IOW::<u64>('c' as u32, 5);

ioctls! {
    misc Device {
        RESET: none => reset,
        LEVEL: by_value usize => level,
        SET: in u32 => set,
        DEADLINE: in u64 compat DEADLINE32: u32 (from_32) => deadline,
    }
}

impl Device {
    fn reset(&self) -> Result {
        Ok(())
    }

    fn level(&self, _level: usize) -> Result {
        Ok(())
    }

    fn set(&self, _value: &u32) -> Result {
        Ok(())
    }

    fn deadline(&self, _deadline: &u64) -> Result {
        Ok(())
    }

    fn from_32(deadline: &u32) -> Result<u64> {
        Ok((*deadline).into())
    }
}
