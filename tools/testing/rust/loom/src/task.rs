// SPDX-License-Identifier: GPL-2.0

//! The current thread and its pending signal.

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

/// Sends a signal to the current thread.
pub fn signal() {
    SIGNAL.with(|signal| signal.set(true));
}

#[macro_export]
macro_rules! current {
    () => {
        $crate::task::Current
    };
}
