// SPDX-License-Identifier: GPL-2.0

//! refused: expected at most the 512 bytes of `BY_VALUE_LIMIT`, found a larger type
//! refused: VolatileRef::<'_, [u8; 513], ReadOnly>::read_once`
//! refused: VolatileRef::<'_, [u8; 514], ReadOnly>::try_read_once`
//! refused: PinnedPages::<ReadOnly>::read_once_at::<[u8; 515]>`
//! refused: PinnedPages::<ReadOnly>::try_read_once_at::<[u8; 516]>`

#![allow(missing_docs)]

use kernel::{
    mm::{
        pinned::PinnedPages,
        volatile::{
            ReadOnly,
            VolatileRef, //
        },
    },
    prelude::*, //
};

pub fn read_once(location: VolatileRef<'_, [u8; 513], ReadOnly>) -> u8 {
    location.read_once()[512]
}

pub fn try_read_once(location: VolatileRef<'_, [u8; 514], ReadOnly>) -> Result<u8> {
    Ok(location.try_read_once()?[513])
}

pub fn read_once_at(pages: &PinnedPages<ReadOnly>) -> Result<u8> {
    Ok(pages.read_once_at::<[u8; 515]>(0)?[514])
}

pub fn try_read_once_at(pages: &PinnedPages<ReadOnly>) -> Result<u8> {
    Ok(pages.try_read_once_at::<[u8; 516]>(0)?[515])
}
