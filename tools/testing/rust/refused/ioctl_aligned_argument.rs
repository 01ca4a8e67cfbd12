// SPDX-License-Identifier: GPL-2.0

//! refused: SET: expected at most 256 bytes on the stack, found more in `Aligned`: add
//! refused: GET: expected at most 256 bytes on the stack, found more in `Aligned`: add

#![forbid(unsafe_code)]

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        CompatLayout,
        _IOR,
        _IOW, //
    },
    prelude::*, //
};

/// Has size 0, but moves the stack pointer of each function with such a value by up to 64 KiB.
#[derive(FromBytes, IntoBytes, Immutable, CompatLayout)]
#[repr(C, align(65536))]
pub struct Aligned;

const SET: u32 = _IOW::<Aligned>('c' as u32, 1);
const GET: u32 = _IOR::<Aligned>('c' as u32, 2);

ioctls! {
    misc Device {
        SET: in Aligned => set,
        GET: out Aligned => get,
    }
}

impl Device {
    fn set(&self, _aligned: &Aligned) -> Result {
        Ok(())
    }

    fn get(&self) -> Result<Aligned> {
        Ok(Aligned)
    }
}
