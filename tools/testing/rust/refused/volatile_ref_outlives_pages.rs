// SPDX-License-Identifier: GPL-2.0

//! refused: cannot move out of `pages` because it is borrowed
//! refused: lifetime may not live long enough

use kernel::{
    mm::{
        mapped::UserMappedPages,
        volatile::{
            VolatileRef,
            VolatileSlice, //
        }, //
    },
    prelude::*, //
};

pub fn after(pages: UserMappedPages) -> Result<u32> {
    let location = pages.at::<u32>(0)?;

    drop(pages);
    Ok(location.read_once())
}

pub fn at(pages: &UserMappedPages) -> Result<VolatileRef<'static, u32>> {
    pages.at(0)
}

pub fn slice(pages: &UserMappedPages) -> Result<VolatileSlice<'static, u32>> {
    pages.slice(0, 1)
}
