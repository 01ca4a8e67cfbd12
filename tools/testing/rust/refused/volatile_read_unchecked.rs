// SPDX-License-Identifier: GPL-2.0

//! refused: the trait bound `Mode: FromBytes` is not satisfied

#![allow(missing_docs)]

use kernel::{
    mm::volatile::{
        ReadOnly,
        VolatileRef, //
    },
    prelude::*, //
};

#[derive(TryFromBytes)]
#[repr(u32)]
pub enum Mode {
    Off,
    On,
}

pub fn mode(location: VolatileRef<'_, Mode, ReadOnly>) -> Mode {
    location.read_once()
}
