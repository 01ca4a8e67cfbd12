// SPDX-License-Identifier: GPL-2.0

//! refused: cannot move out of `pages` because it is borrowed

use kernel::{
    mm::shared::SharedPages,
    prelude::*, //
};

pub fn after(pages: SharedPages) -> Result<u32> {
    let places = pages.slice::<u32>(0, 2)?;

    drop(pages);
    Ok(places.iter().map(|place| place.fetch()).sum())
}
