// SPDX-License-Identifier: GPL-2.0

//! Timeouts. A sleep times out at once, unless its duration is [`FOREVER`].

use std::cell::Cell;

pub type Jiffies = usize;

pub const FOREVER: Jiffies = usize::MAX;

loom::thread_local! {
    static TIMEOUTS: Cell<u32> = Cell::new(0);
}

/// Returns the number of sleeps of the current thread that have timed out.
pub fn timeouts() -> u32 {
    TIMEOUTS.with(Cell::get)
}

/// Counts a sleep of the current thread that times out.
pub fn time_out() {
    TIMEOUTS.with(|timeouts| timeouts.set(timeouts.get() + 1));
}
