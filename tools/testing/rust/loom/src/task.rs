// SPDX-License-Identifier: GPL-2.0

//! The thread that runs, and whether a signal waits for it.

use std::cell::Cell;

loom::thread_local! {
    static SIGNAL: Cell<bool> = Cell::new(false);
}

pub struct Current;

impl Current {
    pub fn signal_pending(&self) -> bool {
        SIGNAL.with(Cell::get)
    }
}

/// Sends the thread that runs a signal.
pub fn signal() {
    SIGNAL.with(|signal| signal.set(true));
}

#[macro_export]
macro_rules! current {
    () => {
        $crate::task::Current
    };
}
