// SPDX-License-Identifier: GPL-2.0

//! refused: SUM: inout Sum with values: [u32; count] max value.count as usize => sum
//! refused: REGISTERS[value.count as usize]: in Sum => register
//! refused: flags & value.allowed,
//! refused: attempt to use a non-constant value in a constant

// User space would choose its own limit, number, or bits.

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        CompatLayout,
        _IOW,
        _IOWR, //
    },
    prelude::*, //
};

#[derive(FromBytes, IntoBytes, Immutable, CompatLayout)]
#[repr(C)]
pub struct Sum {
    values: u64,
    count: u32,
    flags: u32,
    allowed: u32,
    padding: u32,
}

const SUM: u32 = _IOWR::<Sum>('c' as u32, 1);
const REGISTERS: u32 = _IOW::<Sum>('c' as u32, 3);

ioctls! {
    misc Device {
        SUM: inout Sum with values: [u32; count] max value.count as usize => sum,
        REGISTERS[value.count as usize]: in Sum => register,
    }
    reserved Sum {
        flags & value.allowed,
    }
}

impl Device {
    fn sum(&self, _sum: &mut Sum, _values: UVec<u32>) -> Result {
        Ok(())
    }

    fn register(&self, _index: usize, _sum: &Sum) -> Result {
        Ok(())
    }
}
