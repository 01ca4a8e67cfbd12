// SPDX-License-Identifier: GPL-2.0

//! refused: IntoBytes` is not implemented for `Status`
//! refused: Consider adding `#[derive(IntoBytes)]` to `Status`

use kernel::{
    prelude::*,
    uaccess::UserSliceWriter, //
};

#[repr(C)]
pub struct Status {
    errors: u64,
}

pub fn report(writer: &mut UserSliceWriter, status: &Status) -> Result {
    writer.write(status)
}
