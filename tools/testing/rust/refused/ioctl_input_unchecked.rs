// SPDX-License-Identifier: GPL-2.0

//! refused: `Mode` cannot be the input of `SET`
//! refused: add `try` for an enum or a `bool`
//! refused: `bool` cannot be the input of `SET_ALL`
//! refused: `Mode` cannot be passed `by_value` to `LEVEL`
//! refused: `Any` cannot be the input of `ANY`
//! refused: with `try`, expected `TryFromBytes`, `KnownLayout` and `Immutable`

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        CompatLayout,
        _IO,
        _IOW, //
    },
    prelude::*, //
};

#[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
#[repr(u32)]
pub enum Mode {
    Off,
    On,
}

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Any(u32);

const SET: u32 = _IOW::<Mode>('c' as u32, 1);
const SET_ALL: u32 = _IOW::<bool>('c' as u32, 2);
const LEVEL: u32 = _IO('c' as u32, 3);
const ANY: u32 = _IOW::<Any>('c' as u32, 4);

ioctls! {
    misc Device {
        SET: in Mode => set,
        SET_ALL[..]: in [bool] => set_all,
        LEVEL: by_value Mode => set_level,
        ANY: in try Any => set_any,
    }
}

impl Device {
    fn set(&self, _mode: &Mode) -> Result {
        Ok(())
    }

    fn set_all(&self, _flags: UVec<bool>) -> Result {
        Ok(())
    }

    fn set_level(&self, _level: Mode) -> Result {
        Ok(())
    }

    fn set_any(&self, _any: &Any) -> Result {
        Ok(())
    }
}
