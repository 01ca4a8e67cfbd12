// SPDX-License-Identifier: GPL-2.0

//! refused: no method named `write_once` found for struct `VolatileRef<'_, u32, ReadOnly>`
//! refused: no method named `store` found for struct `VolatileRef<'_, u32, ReadOnly>`
//! refused: no method named `write_once_from` found for struct `VolatileSlice<'_, u32, ReadOnly>`

use kernel::{
    mm::volatile::{
        ReadOnly,
        VolatileRef,
        VolatileSlice, //
    },
    prelude::*,
    sync::atomic::Relaxed, //
};

pub fn write(location: VolatileRef<'_, u32, ReadOnly>) {
    location.write_once(&1);
}

pub fn store(location: VolatileRef<'_, u32, ReadOnly>) {
    location.store(1, Relaxed);
}

pub fn write_once_from(slice: VolatileSlice<'_, u32, ReadOnly>) -> Result {
    slice.write_once_from(&[1])
}
