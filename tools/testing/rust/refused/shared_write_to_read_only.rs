// SPDX-License-Identifier: GPL-2.0

//! refused: no method named `write` found for struct `Shared<'_, u32, ReadOnly>`
//! refused: no method named `store` found for struct `Shared<'_, u32, ReadOnly>`
//! refused: no method named `write_from` found for struct `SharedSlice<'_, u32, ReadOnly>`

use kernel::{
    mm::shared::{
        ReadOnly,
        Shared,
        SharedSlice, //
    },
    prelude::*,
    sync::atomic::Relaxed, //
};

pub fn write(place: Shared<'_, u32, ReadOnly>) {
    place.write(&1);
}

pub fn store(place: Shared<'_, u32, ReadOnly>) {
    place.store(1, Relaxed);
}

pub fn write_from(places: SharedSlice<'_, u32, ReadOnly>) -> Result {
    places.write_from(&[1])
}
