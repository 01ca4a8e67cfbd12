// SPDX-License-Identifier: GPL-2.0

//! refused: NONE: it has no number, or more than there are from its first up to 255
//! refused: MANY: it has no number, or more than there are from its first up to 255

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
    impl MiscDevice for Device {
        NONE[0]: out u32 => get,
        MANY[256]: out u32 => get,
    }
}

impl Device {
    fn get(&self, _index: usize) -> Result<u32> {
        Ok(0)
    }
}
