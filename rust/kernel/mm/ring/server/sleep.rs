// SPDX-License-Identifier: GPL-2.0

//! A sleep that releases a lock and does not take it again.

use crate::{
    bindings,
    sync::{
        lock::{
            Backend,
            Guard, //
        },
        CondVar, //
    },
    task::{
        MAX_SCHEDULE_TIMEOUT,
        TASK_INTERRUPTIBLE, //
    },
    time::Jiffies,
    types::Opaque,
};

/// Releases `guard` and sleeps until `queue` is notified, a signal arrives, or `timeout` elapses.
///
/// Returns `true` if the timeout has elapsed. A notification wakes this thread if the notifier has
/// taken the lock since `guard` was released. Unlike the methods of [`CondVar`], this function does
/// not take the lock again, so a killed task does not wait for it.
pub(super) fn sleep<T: ?Sized, B: Backend>(
    queue: &CondVar,
    guard: Guard<'_, T, B>,
    timeout: Jiffies,
) -> bool {
    let queue = queue.wait_queue_head.get();
    let wait = Opaque::<bindings::wait_queue_entry>::uninit();

    // SAFETY: `wait` is writable memory for an entry. It is not moved before `finish_wait()`, and
    // `queue` is valid for as long as it is borrowed.
    unsafe {
        bindings::init_wait(wait.get());
        bindings::prepare_to_wait_exclusive(queue, wait.get(), TASK_INTERRUPTIBLE);
    }
    drop(guard);
    // SAFETY: The task may sleep here, because the guard has been dropped. Any timeout is valid.
    let left =
        unsafe { bindings::schedule_timeout(timeout.try_into().unwrap_or(MAX_SCHEDULE_TIMEOUT)) };
    // SAFETY: `wait` was added to `queue` above.
    unsafe { bindings::finish_wait(queue, wait.get()) };

    left == 0
}
