// SPDX-License-Identifier: GPL-2.0

//! refused: no method named `write_once_at` found for reference `&PinnedPages<ReadOnly>`
//! refused: no method named `write_once` found for struct `VolatileRef<'_, u32, ReadOnly>`

use kernel::{
    mm::{
        pinned::PinnedPages,
        volatile::ReadOnly, //
    },
    prelude::*, //
};

pub fn write_once_at(pages: &PinnedPages<ReadOnly>) -> Result {
    pages.write_once_at(0, &1u32)
}

pub fn write(pages: &PinnedPages<ReadOnly>) -> Result {
    pages.at::<u32>(0)?.write_once(&1);
    Ok(())
}
