// SPDX-License-Identifier: GPL-2.0

//! Locks of loom.

use crate::prelude::*;
use loom::sync;

pub use loom::sync::MutexGuard;

pub struct Mutex<T>(sync::Mutex<T>);

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Self(sync::Mutex::new(value))
    }

    /// Nobody is killed.
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
