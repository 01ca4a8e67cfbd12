// SPDX-License-Identifier: GPL-2.0

//! refused: no method named `xchg` found for struct `VolatileRef<'a, T, M>`
//! refused: no method named `cmpxchg` found for struct `VolatileRef<'a, T, M>`
//! refused: no method named `fetch_add` found for struct `VolatileRef<'a, T, M>`

// User space could keep a load-linked/store-conditional loop from terminating by writing to the
// word.

use kernel::{
    mm::volatile::VolatileRef,
    sync::atomic::Full, //
};

pub fn exchange(location: VolatileRef<'_, u32>) -> u32 {
    location.xchg(1, Full)
}

pub fn compare(location: VolatileRef<'_, u32>) -> bool {
    location.cmpxchg(0, 1, Full).is_ok()
}

pub fn add(location: VolatileRef<'_, u32>) -> u32 {
    location.fetch_add(1, Full)
}
