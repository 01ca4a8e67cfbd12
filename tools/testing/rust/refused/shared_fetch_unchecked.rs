// SPDX-License-Identifier: GPL-2.0

//! refused: the trait bound `Mode: FromBytes` is not satisfied

#![allow(missing_docs)]

use kernel::{
    mm::shared::{
        ReadOnly,
        Shared, //
    },
    prelude::*, //
};

#[derive(TryFromBytes)]
#[repr(u32)]
pub enum Mode {
    Off,
    On,
}

pub fn mode(place: Shared<'_, Mode, ReadOnly>) -> Mode {
    place.fetch()
}
