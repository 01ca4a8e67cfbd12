// SPDX-License-Identifier: GPL-2.0

//! refused: the trait bound `Kind: FromBytes` is not satisfied

use kernel::{
    mm::{
        ring::{
            Consumer,
            Places, //
        },
        shared::SharedPages, //
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

pub fn kinds(pages: &Arc<SharedPages>, places: Places) -> Result<Consumer<Kind>> {
    Consumer::new(pages, places)
}
