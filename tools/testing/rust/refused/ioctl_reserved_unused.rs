// SPDX-License-Identifier: GPL-2.0

//! refused: `reserved`: expected a command that reads this type, found none
//! refused: `reserved`: expected one `reserved` for a type, found a second
//! refused: expected `Range`, as in the `reserved` clause, found another path

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

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, CompatLayout)]
#[repr(C)]
pub struct Range {
    start: u64,
    flags: u32,
    reserved: u32,
}

const GET: u32 = _IOR::<Range>('c' as u32, 1);
const SET: u32 = _IOW::<Range>('c' as u32, 2);
const SET_ALSO: u32 = _IOW::<Range>('c' as u32, 3);

ioctls! {
    misc Device<0> {
        GET: out Range => get,
    }
    reserved Range { reserved }
}

ioctls! {
    misc Device<1> {
        SET: in Range => set,
    }
    reserved Range { reserved }
    reserved Range { flags & !1 }
}

ioctls! {
    misc Device<2> {
        SET: in Range => set,
        SET_ALSO: in crate::Range => set,
    }
    reserved Range { reserved }
}

impl<const N: usize> Device<N> {
    fn get(&self) -> Result<Range> {
        Ok(FromZeros::new_zeroed())
    }

    fn set(&self, _range: &Range) -> Result {
        Ok(())
    }
}
