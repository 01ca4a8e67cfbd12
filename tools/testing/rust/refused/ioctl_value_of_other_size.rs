// SPDX-License-Identifier: GPL-2.0

//! refused: SET: expected 4 bytes in a `checked` `value`, found another size in `

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        SameCompat,
        _IO, //
    },
    prelude::*, //
};

#[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable, SameCompat)]
#[repr(u8)]
pub enum Mode {
    Off,
    On,
}

const SET: u32 = _IO('c' as u32, 1);

ioctls! {
    impl MiscDevice for Device {
        SET: value checked Mode => set,
    }
}

impl Device {
    fn set(&self, _mode: Mode) -> Result {
        Ok(())
    }
}
