// SPDX-License-Identifier: GPL-2.0

//! refused: Immutable` is not implemented for `Cell<u32>`

use core::cell::Cell;
use kernel::{
    prelude::*,
    uaccess::UserSliceWriter, //
};

#[derive(IntoBytes, Immutable)]
#[repr(C)]
pub struct Counter {
    count: Cell<u32>,
}

pub fn report(writer: &mut UserSliceWriter, counter: &Counter) -> Result {
    writer.write(counter)
}
