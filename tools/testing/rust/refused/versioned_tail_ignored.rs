// SPDX-License-Identifier: GPL-2.0

//! refused: unused `WriteTail` that must be used
//! refused: user space may not have received fields that are not zero

use kernel::{
    min_size,
    prelude::*,
    uaccess::UserSliceWriter, //
};

#[derive(IntoBytes, Immutable)]
#[repr(C)]
pub struct Info {
    version: u64,
    features: u64,
}

pub fn info(writer: UserSliceWriter, info: &Info) -> Result {
    writer.write_versioned(info, min_size!(Info, version))?;
    Ok(())
}
