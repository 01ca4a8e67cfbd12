// SPDX-License-Identifier: GPL-2.0

//! refused: no field `mode` on type `Open`

use kernel::{
    min_size,
    prelude::*,
    uaccess::UserSliceReader, //
};

#[derive(FromBytes)]
#[repr(C)]
pub struct Open {
    flags: u64,
    resolve: u64,
}

pub fn open(reader: UserSliceReader) -> Result<u64> {
    let (open, _tail) = reader.read_versioned(min_size!(Open, mode))?;

    Ok(open.flags)
}
