// SPDX-License-Identifier: GPL-2.0

//! refused: the trait bound `Kind: FromBytes` is not satisfied

use kernel::{
    mm::{
        mapped::UserMappedPages,
        ring::{
            Consumer,
            RingLayout, //
        }, //
    },
    prelude::*,
    sync::Arc, //
};

#[derive(TryFromBytes)]
#[repr(u32)]
pub enum Kind {
    None,
    Some,
}

pub fn kinds(pages: &Arc<UserMappedPages>, layout: RingLayout) -> Result<Consumer<Kind>> {
    Consumer::new(pages, layout)
}
