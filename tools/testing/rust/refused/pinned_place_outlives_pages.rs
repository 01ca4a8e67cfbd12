// SPDX-License-Identifier: GPL-2.0

//! refused: cannot move out of `pages` because it is borrowed
//! refused: lifetime may not live long enough

use kernel::{
    mm::{
        pinned::{
            Chunks,
            PinnedPages, //
        },
        shared::{
            ReadOnly,
            Shared, //
        },
    },
    prelude::*, //
};

pub fn after(pages: PinnedPages<ReadOnly>) -> Result<u32> {
    let place = pages.at::<u32>(0)?;

    drop(pages);
    Ok(place.fetch())
}

pub fn at(pages: &PinnedPages<ReadOnly>) -> Result<Shared<'static, u32, ReadOnly>> {
    pages.at(0)
}

pub fn chunks(pages: &PinnedPages<ReadOnly>) -> Result<Chunks<'static, u32, ReadOnly>> {
    pages.chunks(0, 1)
}
