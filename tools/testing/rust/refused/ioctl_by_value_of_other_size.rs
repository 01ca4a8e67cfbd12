// SPDX-License-Identifier: GPL-2.0

//! refused: SET: expected 4 bytes in a `try` `by_value`, found another size in `

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        CompatLayout,
        _IO, //
    },
    prelude::*, //
};

#[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
#[repr(u8)]
pub enum Mode {
    Off,
    On,
}

const SET: u32 = _IO('c' as u32, 1);

ioctls! {
    misc Device {
        SET: by_value try Mode => set,
    }
}

impl Device {
    fn set(&self, _mode: Mode) -> Result {
        Ok(())
    }
}
