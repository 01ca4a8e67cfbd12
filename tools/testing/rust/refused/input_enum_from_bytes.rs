// SPDX-License-Identifier: GPL-2.0

//! refused: `FromBytes` only supported on enums with `#[repr(...)]` attributes

use kernel::{
    prelude::*,
    uaccess::UserSliceReader, //
};

#[derive(FromBytes)]
#[repr(u32)]
pub enum Mode {
    Off,
    On,
}

pub fn mode(reader: &mut UserSliceReader) -> Result<Mode> {
    reader.read()
}
