// SPDX-License-Identifier: GPL-2.0

//! refused: FromBytes` is not implemented for `&'static u32`

use kernel::{
    prelude::*,
    uaccess::UserSliceReader, //
};

#[derive(FromBytes)]
#[repr(C)]
pub struct Request {
    value: &'static u32,
}

pub fn request(reader: &mut UserSliceReader) -> Result<u32> {
    Ok(*reader.read::<Request>()?.value)
}
