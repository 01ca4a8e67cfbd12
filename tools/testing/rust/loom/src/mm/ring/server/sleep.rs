// SPDX-License-Identifier: GPL-2.0

//! Implements the interface of `rust/kernel/mm/ring/server/sleep.rs`. Time does not pass here.

use crate::{
    sync::{
        CondVar,
        MutexGuard, //
    },
    time::Jiffies,
};

pub(super) fn sleep<T>(queue: &CondVar, guard: MutexGuard<'_, T>, _timeout: Jiffies) -> bool {
    let entry = queue.enqueue();

    drop(guard);
    entry.wait();
    false
}
