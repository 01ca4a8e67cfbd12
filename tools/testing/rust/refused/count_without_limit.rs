// SPDX-License-Identifier: GPL-2.0

//! refused: this method takes 3 arguments but 2 arguments were supplied

use kernel::{
    prelude::*,
    uaccess::UserSliceReader, //
};

pub fn handles(reader: &mut UserSliceReader) -> Result<UVec<u32>> {
    let count: u32 = reader.read()?;

    reader.read_vec(count as usize, GFP_KERNEL)
}
