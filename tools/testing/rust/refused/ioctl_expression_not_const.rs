// SPDX-License-Identifier: GPL-2.0

//! refused: limit()
//! refused: mask()
//! refused: count()
//! refused: cannot call non-const function `limit` in constants
//! refused: cannot call non-const function `mask` in constants
//! refused: cannot call non-const function `count` in constants

// The limits of a table could change while the kernel runs.

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
    values: u64,
    count: u32,
    flags: u32,
}

const SUM: u32 = _IOW::<Sum>('c' as u32, 1);
const REGISTERS: u32 = _IOW::<u32>('c' as u32, 2);

ioctls! {
    misc Device {
        SUM: in Sum with values: [u32; count] max limit() => sum,
        REGISTERS[count()]: in u32 => register,
    }
    reserved Sum { flags & mask() }
}

fn limit() -> usize {
    8
}

fn count() -> usize {
    8
}

fn mask() -> u32 {
    1
}

impl Device {
    fn sum(&self, _sum: &Sum, _values: UVec<u32>) -> Result {
        Ok(())
    }

    fn register(&self, _index: usize, _value: &u32) -> Result {
        Ok(())
    }
}
