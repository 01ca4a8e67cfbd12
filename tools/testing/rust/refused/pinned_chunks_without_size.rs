// SPDX-License-Identifier: GPL-2.0

//! refused: evaluation panicked: the size of a value does not divide that of a page

#![allow(missing_docs)]

use kernel::{
    mm::{
        pinned::PinnedPages,
        shared::ReadOnly, //
    },
    prelude::*, //
};

pub fn chunks(pages: &PinnedPages<ReadOnly>) -> Result<usize> {
    Ok(pages.chunks::<()>(0, 1)?.count())
}
