// SPDX-License-Identifier: GPL-2.0

//! refused: cannot move out of `pages` because it is borrowed

use kernel::{
    mm::mapped::UserMappedPages,
    prelude::*, //
};

pub fn after(pages: UserMappedPages) -> Result<u32> {
    let slice = pages.slice::<u32>(0, 2)?;

    drop(pages);
    Ok(slice.iter().map(|location| location.read_once()).sum())
}
