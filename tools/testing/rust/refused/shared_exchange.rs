// SPDX-License-Identifier: GPL-2.0

//! refused: no method named `xchg` found for struct `Shared<'a, T, M>`
//! refused: no method named `cmpxchg` found for struct `Shared<'a, T, M>`
//! refused: no method named `fetch_add` found for struct `Shared<'a, T, M>`

// User space could keep a load-linked/store-conditional loop from terminating by writing to the
// word.

use kernel::{
    mm::shared::Shared,
    sync::atomic::Full, //
};

pub fn exchange(place: Shared<'_, u32>) -> u32 {
    place.xchg(1, Full)
}

pub fn compare(place: Shared<'_, u32>) -> bool {
    place.cmpxchg(0, 1, Full).is_ok()
}

pub fn add(place: Shared<'_, u32>) -> u32 {
    place.fetch_add(1, Full)
}
