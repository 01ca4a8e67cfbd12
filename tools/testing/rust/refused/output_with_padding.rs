// SPDX-License-Identifier: GPL-2.0

//! refused: `Status` has 4 total byte(s) of padding
//! refused: consider adding explicit fields where padding would be

use kernel::{
    prelude::*,
    uaccess::UserSliceWriter, //
};

#[derive(IntoBytes, Immutable)]
#[repr(C)]
pub struct Status {
    errors: u64,
    speed: u32,
}

pub fn report(writer: &mut UserSliceWriter, status: &Status) -> Result {
    writer.write(status)
}
