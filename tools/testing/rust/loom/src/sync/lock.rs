// SPDX-License-Identifier: GPL-2.0

//! Locks, implemented with loom.

use crate::prelude::*;
use loom::sync;

pub use loom::sync::MutexGuard;

pub struct Mutex<T>(sync::Mutex<T>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    /// Acquires the lock. No task is ever killed here.
    pub fn lock_killable(&self) -> Result<MutexGuard<'_, T>> {
        Ok(self.0.lock().unwrap())
    }
}

pub struct SpinLock<T>(sync::Mutex<T>);

impl<T> SpinLock<T> {
    pub fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap()
    }
}

#[macro_export]
macro_rules! new_mutex {
    ($value:expr) => {
        $crate::sync::Mutex::new($value)
    };
}

#[macro_export]
macro_rules! new_spinlock {
    ($value:expr) => {
        $crate::sync::SpinLock::new($value)
    };
}
