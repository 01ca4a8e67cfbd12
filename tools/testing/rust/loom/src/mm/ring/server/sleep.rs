// SPDX-License-Identifier: GPL-2.0

//! Implements the interface of `rust/kernel/mm/ring/server/sleep.rs`.

use crate::{
    sync::{
        CondVar,
        MutexGuard, //
    },
    time::{
        time_out,
        Jiffies,
        FOREVER, //
    },
};

pub(super) fn sleep<T>(queue: &CondVar, guard: MutexGuard<'_, T>, timeout: Jiffies) -> bool {
    let entry = queue.enqueue();

    drop(guard);
    if timeout == FOREVER {
        entry.wait();
    } else {
        time_out();
    }
    timeout != FOREVER
}
