// SPDX-License-Identifier: GPL-2.0

//! What the pages that a process makes the kernel hold are charged to: the user, whom
//! `RLIMIT_MEMLOCK` limits, and the memory of the process, where `/proc/PID/status` shows them as
//! `VmPin`.
//!
//! C header: [`include/linux/sched/user.h`](srctree/include/linux/sched/user.h)

use crate::{
    bindings,
    mm::Mm,
    page::PAGE_SHIFT,
    prelude::*,
    sync::{
        aref::ARef,
        atomic::{
            Atomic,
            Relaxed, //
        }, //
    },
};
use core::ptr::NonNull;

/// Pages that somebody is charged for, until this is dropped.
///
/// # Invariants
///
/// `locked_vm` of `user`, and `pinned_vm` of `mm` if there is one, contain `pages`.
pub(super) struct Charge {
    pages: usize,
    user: User,
    mm: Option<ARef<Mm>>,
}

impl Charge {
    /// Charges the user of the calling process, and `mm`, for `pages`.
    ///
    /// # Errors
    ///
    /// - [`ENOMEM`]: they are more than `RLIMIT_MEMLOCK` allows, and the process does not have
    ///   `CAP_IPC_LOCK`.
    pub(super) fn new(pages: usize, mm: Option<ARef<Mm>>) -> Result<Self> {
        // INVARIANT: Nothing is charged for no pages.
        let mut charge = Self {
            pages: 0,
            user: User::current(),
            mm,
        };

        charge.resize(pages)?;
        Ok(charge)
    }

    /// Changes the number of pages, to fewer without fail.
    ///
    /// # Errors
    ///
    /// - [`ENOMEM`]: as [`Self::new`]. The charge has not changed.
    pub(super) fn resize(&mut self, pages: usize) -> Result {
        match pages.checked_sub(self.pages) {
            Some(more) => self.user.charge(more)?,
            None => {
                self.user.locked().fetch_sub(self.pages - pages, Relaxed);
            }
        }
        if let Some(mm) = &self.mm {
            // CAST: A machine has fewer pages than `i64::MAX`.
            pinned(mm).add(pages as i64 - self.pages as i64, Relaxed);
        }
        // INVARIANT: Both have just been charged for the difference.
        self.pages = pages;
        Ok(())
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        // It does not fail for fewer pages.
        let _ = self.resize(0);
    }
}

/// Returns the memory of the calling process, which a thread of the kernel has none of.
pub(super) fn current_mm() -> Option<ARef<Mm>> {
    // SAFETY: This looks at the task, and takes a reference.
    let mm = unsafe { bindings::grab_current_mm() };

    // SAFETY: If it is not null, it has a reference, which is handed on.
    NonNull::new(mm).map(|mm| unsafe { ARef::from_raw(mm.cast()) })
}

/// Returns the counter of the pages of a process that are pinned.
pub(super) fn pinned(mm: &Mm) -> &Atomic<i64> {
    // SAFETY: There is such a counter for as long as `mm`, and all accesses to it are atomic.
    unsafe { Atomic::from_ptr(bindings::mm_pinned_vm(mm.as_raw()).cast()) }
}

/// A reference to what the kernel keeps of a user.
///
/// # Invariants
///
/// The pointer holds a reference.
pub(super) struct User(NonNull<bindings::user_struct>);

// SAFETY: Any thread may drop the reference.
unsafe impl Send for User {}
// SAFETY: The counter is atomic.
unsafe impl Sync for User {}

impl User {
    /// Returns the real user of the calling process.
    pub(super) fn current() -> Self {
        // INVARIANT: This is a new reference.
        // SAFETY: The credentials of a task always have a user.
        Self(unsafe { NonNull::new_unchecked(bindings::get_current_user()) })
    }

    /// Returns the counter of the pages of the user that are locked, by all processes together.
    pub(super) fn locked(&self) -> &Atomic<usize> {
        // SAFETY: By the type's invariants, the user is there, and so is its counter for as long as
        // `self`. All accesses to it are atomic.
        unsafe { Atomic::from_ptr(bindings::user_locked_vm(self.0.as_ptr()).cast()) }
    }

    /// Adds `pages`, if the calling process may have as many locked.
    fn charge(&self, pages: usize) -> Result {
        // SAFETY: This looks at the limits of the task.
        let limit = unsafe { bindings::rlimit(bindings::RLIMIT_MEMLOCK) } >> PAGE_SHIFT;

        self.add(pages, limit).or_else(|error| {
            // Only now: the question is audited.
            // SAFETY: This looks at the credentials of the task.
            if unsafe { bindings::capable(bindings::CAP_IPC_LOCK as c_int) } {
                self.add(pages, usize::MAX)
            } else {
                Err(error)
            }
        })
    }

    /// Adds `pages`, if they are then no more than `limit`.
    fn add(&self, pages: usize, limit: usize) -> Result {
        let mut before = self.locked().load(Relaxed);

        loop {
            let after = before.checked_add(pages).ok_or(ENOMEM)?;
            if after > limit {
                return Err(ENOMEM);
            }
            match self.locked().cmpxchg(before, after, Relaxed) {
                Ok(_) => return Ok(()),
                Err(other) => before = other,
            }
        }
    }
}

impl Drop for User {
    fn drop(&mut self) {
        // SAFETY: By the type's invariants, there is a reference to drop.
        unsafe { bindings::free_uid(self.0.as_ptr()) };
    }
}
