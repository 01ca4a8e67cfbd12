// SPDX-License-Identifier: GPL-2.0

//! refused: `zero`: expected a command that reads this type, found none
//! refused: `zero`: expected one `zero` for a type, found a second
//! refused: expected `Range`, as `zero` has it, found another path

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        SameCompat,
        _IOR,
        _IOW, //
    },
    prelude::*, //
};

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, SameCompat)]
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
    impl MiscDevice for Device<0> {
        GET: out Range => get,
    }
    zero Range { reserved }
}

ioctls! {
    impl MiscDevice for Device<1> {
        SET: in Range => set,
    }
    zero Range { reserved }
    zero Range { flags & !1 }
}

ioctls! {
    impl MiscDevice for Device<2> {
        SET: in Range => set,
        SET_ALSO: in crate::Range => set,
    }
    zero Range { reserved }
}

impl<const N: usize> Device<N> {
    fn get(&self) -> Result<Range> {
        Ok(FromZeros::new_zeroed())
    }

    fn set(&self, _range: &Range) -> Result {
        Ok(())
    }
}
