// SPDX-License-Identifier: GPL-2.0

//! refused: no method named `write_at` found for reference `&PinnedPages<ReadOnly>`
//! refused: no method named `write` found for struct `Shared<'_, u32, ReadOnly>`

use kernel::{
    mm::{
        pinned::PinnedPages,
        shared::ReadOnly, //
    },
    prelude::*, //
};

pub fn write_at(pages: &PinnedPages<ReadOnly>) -> Result {
    pages.write_at(0, &1u32)
}

pub fn write(pages: &PinnedPages<ReadOnly>) -> Result {
    pages.at::<u32>(0)?.write(&1);
    Ok(())
}
