// SPDX-License-Identifier: GPL-2.0

//! refused: reserved Packed { ns }
//! refused: `reserved`: expected an aligned field, found one of `Packed`, which is packed: make

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        CompatLayout,
        _IOW, //
    },
    prelude::*, //
};

#[derive(FromBytes, IntoBytes, CompatLayout)]
#[repr(C, packed)]
pub struct Packed {
    id: u32,
    ns: u64,
}

const SET: u32 = _IOW::<Packed>('c' as u32, 1);

ioctls! {
    misc Device {
        SET: in Packed => set,
    }
    reserved Packed { ns }
}

impl Device {
    fn set(&self, _packed: &Packed) -> Result {
        Ok(())
    }
}
