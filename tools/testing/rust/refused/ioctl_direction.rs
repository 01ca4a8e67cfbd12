// SPDX-License-Identifier: GPL-2.0

//! refused: RESET: expected a number made by _IO() for `none`, found one made by _IOW()
//! refused: LEVEL: expected a number made by _IO() or _IOW() for `by_value`, found one made by
//! refused: found one made by _IOWR()
//! refused: SET: expected a number made by _IOW() for `in`, found one made by _IOR()
//! refused: GET: expected a number made by _IOR() for `out`, found one made by _IOW()
//! refused: SWAP: expected a number made by _IOWR() for `inout`, found one made by _IOW()

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

const RESET: u32 = _IOW::<u32>('c' as u32, 1);
const LEVEL: u32 = _IOWR::<u32>('c' as u32, 2);
const SET: u32 = _IOR::<u32>('c' as u32, 3);
const GET: u32 = _IOW::<u32>('c' as u32, 4);
const SWAP: u32 = _IOW::<u32>('c' as u32, 5);

ioctls! {
    misc Device {
        RESET: none => reset,
        LEVEL: by_value u32 => level,
        SET: in u32 => set,
        GET: out u32 => get,
        SWAP: inout u32 => swap,
    }
}

impl Device {
    fn reset(&self) -> Result {
        Ok(())
    }

    fn level(&self, _level: u32) -> Result {
        Ok(())
    }

    fn set(&self, _value: &u32) -> Result {
        Ok(())
    }

    fn get(&self) -> Result<u32> {
        Ok(0)
    }

    fn swap(&self, _value: &mut u32) -> Result {
        Ok(())
    }
}
