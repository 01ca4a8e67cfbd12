// SPDX-License-Identifier: GPL-2.0

//! refused: with values: [u32; count] max 8
//! refused: expected `u64`, found `u32`
//! refused: `[u8; 4]` cannot be the count of an array of `SUM`
//! refused: expected a field that is an integer
//! refused: no field `length` on type `Sum`

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
#[repr(C)]
pub struct Sum {
    values: u32,
    count: [u8; 4],
}

const SUM: u32 = _IOW::<Sum>('c' as u32, 1);
const ADD: u32 = _IOW::<Sum>('c' as u32, 2);

ioctls! {
    misc Device {
        SUM: in Sum with values: [u32; count] max 8 => sum,
        ADD: in Sum with values: [u32; length] max 8 => sum,
    }
}

impl Device {
    fn sum(&self, _sum: &Sum, _values: UVec<u32>) -> Result {
        Ok(())
    }
}
