// SPDX-License-Identifier: GPL-2.0

//! refused: SAME: expected a unique number, found the number of `RESET`: change one of the two
//! refused: SAME: none => reset,
//! refused: IN_RANGE: expected a unique number, found the number of `REGISTERS`
//! refused: IN_RANGE: in u32 => set,
//! refused: OTHER_SIZE: expected a unique number, found the number of `SET`
//! refused: OTHER_SIZE: in u32 => set,
//! refused: SET32: expected a unique number, found the number of `LEVEL`
//! refused: SET: in u64 compat SET32: u32 (from_32) => set_long,

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IO,
        _IOW, //
    },
    prelude::*, //
};

const RESET: u32 = _IO('c' as u32, 1);
const SAME: u32 = _IO('c' as u32, 1);
const REGISTERS: u32 = _IOW::<u32>('c' as u32, 2);
const IN_RANGE: u32 = _IOW::<u32>('c' as u32, 9);
const SET: u32 = _IOW::<u64>('c' as u32, 0x10);
const OTHER_SIZE: u32 = _IOW::<u32>('c' as u32, 0x10);
const LEVEL: u32 = _IOW::<u32>('c' as u32, 0x10);
const SET32: u32 = _IOW::<u32>('c' as u32, 0x10);

ioctls! {
    misc Device<0> {
        RESET: none => reset,
        SAME: none => reset,
    }
}

ioctls! {
    misc Device<1> {
        REGISTERS[8]: in u32 => set_register,
        IN_RANGE: in u32 => set,
    }
}

// `SET` accepts any size.
ioctls! {
    misc Device<2> {
        SET[..]: in [u64] => set_all,
        OTHER_SIZE: in u32 => set,
    }
}

// In a 32-bit process, both commands have the same number.
ioctls! {
    misc Device<3> {
        LEVEL: in u32 => set,
        SET: in u64 compat SET32: u32 (from_32) => set_long,
    }
}

impl<const N: usize> Device<N> {
    fn reset(&self) -> Result {
        Ok(())
    }

    fn set(&self, _value: &u32) -> Result {
        Ok(())
    }

    fn set_long(&self, _value: &u64) -> Result {
        Ok(())
    }

    fn set_all(&self, _values: UVec<u64>) -> Result {
        Ok(())
    }

    fn set_register(&self, _index: usize, _value: &u32) -> Result {
        Ok(())
    }

    fn from_32(value: &u32) -> Result<u64> {
        Ok((*value).into())
    }
}
