// SPDX-License-Identifier: GPL-2.0

//! refused: `Message` has one or more padding bytes
//! refused: consider adding explicit fields where padding would be

use kernel::{
    prelude::*,
    uaccess::UserSliceWriter, //
};

#[derive(IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Message {
    time: u64,
    words: [u32],
}

pub fn report(writer: &mut UserSliceWriter, message: &Message) -> Result {
    writer.write(message)
}
