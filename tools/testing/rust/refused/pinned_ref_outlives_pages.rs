// SPDX-License-Identifier: GPL-2.0

//! refused: cannot move out of `pages` because it is borrowed
//! refused: lifetime may not live long enough

use kernel::{
    mm::{
        pinned::{
            Chunks,
            PinnedPages, //
        },
        volatile::{
            ReadOnly,
            VolatileRef, //
        },
    },
    prelude::*, //
};

pub fn after(pages: PinnedPages<ReadOnly>) -> Result<u32> {
    let location = pages.at::<u32>(0)?;

    drop(pages);
    Ok(location.read_once())
}

pub fn at(pages: &PinnedPages<ReadOnly>) -> Result<VolatileRef<'static, u32, ReadOnly>> {
    pages.at(0)
}

pub fn chunks(pages: &PinnedPages<ReadOnly>) -> Result<Chunks<'static, u32, ReadOnly>> {
    pages.chunks(0, 1)
}
