// SPDX-License-Identifier: GPL-2.0

//! refused: FromBytes` is not implemented for `bool`

use kernel::{
    prelude::*,
    uaccess::UserSliceReader, //
};

pub fn flag(reader: &mut UserSliceReader) -> Result<bool> {
    reader.read()
}
