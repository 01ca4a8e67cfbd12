// SPDX-License-Identifier: GPL-2.0

//! refused: expected at most the 512 bytes of `BY_VALUE_LIMIT`, found a larger type
//! refused: Shared::<'_, [u8; 513], ReadOnly>::fetch`
//! refused: Shared::<'_, [u8; 514], ReadOnly>::try_fetch`
//! refused: PinnedPages::<ReadOnly>::fetch_at::<[u8; 515]>`
//! refused: PinnedPages::<ReadOnly>::try_fetch_at::<[u8; 516]>`

#![allow(missing_docs)]

use kernel::{
    mm::{
        pinned::PinnedPages,
        shared::{
            ReadOnly,
            Shared, //
        },
    },
    prelude::*, //
};

pub fn fetch(place: Shared<'_, [u8; 513], ReadOnly>) -> u8 {
    place.fetch()[512]
}

pub fn try_fetch(place: Shared<'_, [u8; 514], ReadOnly>) -> Result<u8> {
    Ok(place.try_fetch()?[513])
}

pub fn fetch_at(pages: &PinnedPages<ReadOnly>) -> Result<u8> {
    Ok(pages.fetch_at::<[u8; 515]>(0)?[514])
}

pub fn try_fetch_at(pages: &PinnedPages<ReadOnly>) -> Result<u8> {
    Ok(pages.try_fetch_at::<[u8; 516]>(0)?[515])
}
