// SPDX-License-Identifier: GPL-2.0

//! refused: NONE: expected 1 to 256 numbers, because the last number is 255, found 0: correct
//! refused: MANY: expected 1 to 255 numbers, because the last number is 255, found 256: correct

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IOR, //
    },
    prelude::*, //
};

const NONE: u32 = _IOR::<u32>('c' as u32, 0);
const MANY: u32 = _IOR::<u32>('c' as u32, 1);

ioctls! {
    misc Device {
        NONE[0]: out u32 => get,
        MANY[256]: out u32 => get,
    }
}

impl Device {
    fn get(&self, _index: usize) -> Result<u32> {
        Ok(0)
    }
}
