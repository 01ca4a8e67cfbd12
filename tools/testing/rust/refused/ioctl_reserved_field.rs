// SPDX-License-Identifier: GPL-2.0

//! refused: no field `padding` on type `Range`
//! refused: `reserved` cannot check a field of type `Span`
//! refused: expected an integer or an array of integers

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

#[derive(Clone, Copy, FromBytes, CompatLayout, IntoBytes)]
#[repr(C)]
pub struct Span {
    start: u64,
    length: u64,
}

#[derive(Clone, Copy, FromBytes, CompatLayout, IntoBytes)]
#[repr(C)]
pub struct Range {
    span: Span,
    reserved: u64,
}

const SET: u32 = _IOW::<Range>('c' as u32, 1);

ioctls! {
    misc Device {
        SET: in Range => set,
    }
    reserved Range { span, padding }
}

impl Device {
    fn set(&self, _range: &Range) -> Result {
        Ok(())
    }
}
