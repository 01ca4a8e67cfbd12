// SPDX-License-Identifier: GPL-2.0

//! refused: evaluation panicked: expected a size that divides the page size

#![allow(missing_docs)]

use kernel::{
    mm::{
        pinned::PinnedPages,
        volatile::ReadOnly, //
    },
    prelude::*, //
};

pub fn chunks(pages: &PinnedPages<ReadOnly>) -> Result<usize> {
    Ok(pages.chunks::<()>(0, 1)?.count())
}
