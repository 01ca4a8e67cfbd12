// SPDX-License-Identifier: GPL-2.0

//! Wait queues. A notification wakes each waiter that joined the queue before the notification.

use loom::sync::{
    Condvar,
    Mutex, //
};
use std::cell::Cell;

#[derive(Default)]
pub struct CondVar {
    /// The number of notifications.
    notified: Mutex<usize>,
    changed: Condvar,
}

/// A waiter in a queue.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    queue: &'a CondVar,
    notified: usize,
}

impl CondVar {
    pub fn notify_all(&self) {
        *self.notified.lock().unwrap() += 1;
        self.changed.notify_all();
    }

    pub fn enqueue(&self) -> Entry<'_> {
        Entry {
            queue: self,
            notified: *self.notified.lock().unwrap(),
        }
    }
}

impl Entry<'_> {
    /// Sleeps until the queue is notified.
    pub fn wait(self) {
        let mut notified = self.queue.notified.lock().unwrap();

        while *notified == self.notified {
            notified = self.queue.changed.wait(notified).unwrap();
        }
    }
}

/// The queue entry of a process that polls.
#[derive(Default)]
pub struct FilePollTable<'a>(Cell<Option<Entry<'a>>>);

impl<'a> FilePollTable<'a> {
    pub fn register_wait(&self, queue: &'a CondVar) {
        self.0.set(Some(queue.enqueue()));
    }

    pub fn wait(self) {
        if let Some(entry) = self.0.get() {
            entry.wait();
        }
    }
}

#[macro_export]
macro_rules! new_condvar {
    () => {
        $crate::sync::CondVar::default()
    };
}

#[macro_export]
macro_rules! new_poll_condvar {
    () => {
        $crate::sync::CondVar::default()
    };
}
