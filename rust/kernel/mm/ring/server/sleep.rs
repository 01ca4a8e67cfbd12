// SPDX-License-Identifier: GPL-2.0

//! Sleep that ends without the lock that it began with.

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

/// Releases `guard` and sleeps until `queue` is notified, a signal arrives, or `timeout` is over.
/// Returns whether it is over.
///
/// Who notifies `queue` after it has had the lock wakes this. Unlike the methods of [`CondVar`],
/// this does not take the lock again, so that a task which is killed does not wait for it.
pub(super) fn sleep<T: ?Sized, B: Backend>(
    queue: &CondVar,
    guard: Guard<'_, T, B>,
    timeout: Jiffies,
) -> bool {
    let queue = queue.wait_queue_head.get();
    let wait = Opaque::<bindings::wait_queue_entry>::uninit();

    // SAFETY: `wait` is memory for an entry. It stays where it is until `finish_wait()`, and `queue`
    // is there for as long as it is borrowed.
    unsafe {
        bindings::init_wait(wait.get());
        bindings::prepare_to_wait_exclusive(queue, wait.get(), TASK_INTERRUPTIBLE);
    }
    drop(guard);
    // SAFETY: Switches to another thread. The timeout can be any number.
    let left =
        unsafe { bindings::schedule_timeout(timeout.try_into().unwrap_or(MAX_SCHEDULE_TIMEOUT)) };
    // SAFETY: `wait` was put into `queue` above.
    unsafe { bindings::finish_wait(queue, wait.get()) };

    left == 0
}
