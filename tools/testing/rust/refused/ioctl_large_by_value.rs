// SPDX-License-Identifier: GPL-2.0

//! refused: SET: `[u8; 1024]` is too large for the stack; it may be `boxed`, or in a `place`

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IOW, //
    },
    prelude::*, //
};

const SET: u32 = _IOW::<[u8; 1024]>('c' as u32, 1);

ioctls! {
    impl MiscDevice for Device {
        SET: in [u8; 1024] => set,
    }
}

impl Device {
    fn set(&self, _bytes: &[u8; 1024]) -> Result {
        Ok(())
    }
}
