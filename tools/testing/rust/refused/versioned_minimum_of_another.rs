// SPDX-License-Identifier: GPL-2.0

//! refused: expected `(Open, _)`, found `(Close, ReadTail)`

use kernel::{
    min_size,
    prelude::*,
    uaccess::UserSliceReader, //
};

#[derive(FromBytes)]
#[repr(C)]
pub struct Open {
    flags: u64,
}

#[derive(FromBytes)]
#[repr(C)]
pub struct Close {
    flags: u32,
}

pub fn open(reader: UserSliceReader) -> Result<u64> {
    let (open, _tail): (Open, _) = reader.read_versioned(min_size!(Close, flags))?;

    Ok(open.flags)
}
