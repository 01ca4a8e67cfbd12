// SPDX-License-Identifier: GPL-2.0

//! refused: cannot move out of `pages` because it is borrowed
//! refused: lifetime may not live long enough

use kernel::{
    mm::shared::{
        Shared,
        SharedPages,
        SharedSlice, //
    },
    prelude::*, //
};

pub fn after(pages: SharedPages) -> Result<u32> {
    let place = pages.at::<u32>(0)?;

    drop(pages);
    Ok(place.fetch())
}

pub fn at(pages: &SharedPages) -> Result<Shared<'static, u32>> {
    pages.at(0)
}

pub fn slice(pages: &SharedPages) -> Result<SharedSlice<'static, u32>> {
    pages.slice(0, 1)
}
