// SPDX-License-Identifier: GPL-2.0

//! refused: FromBytes` is not implemented for `Mode`

use kernel::{
    prelude::*,
    uaccess::UserSliceReader, //
};

#[derive(TryFromBytes)]
#[repr(u32)]
pub enum Mode {
    Off,
    On,
}

pub fn mode(reader: &mut UserSliceReader, mode: &mut Mode) -> Result {
    reader.read_into(mode)
}
