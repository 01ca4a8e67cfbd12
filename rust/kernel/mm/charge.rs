// SPDX-License-Identifier: GPL-2.0

//! Accounting of user pages that the kernel keeps allocated.
//!
//! Pages are charged to the user, up to `RLIMIT_MEMLOCK`, and to the mm of the process.
//! `/proc/PID/status` shows the charge of the mm as `VmPin`.
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

/// A charge for a number of pages, released on drop.
///
/// # Invariants
///
/// `locked_vm` of `user` includes `pages`. If `mm` is [`Some`], its `pinned_vm` includes them, too.
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
    /// - [`ENOMEM`]: The pages exceed `RLIMIT_MEMLOCK`, and the process does not have
    ///   `CAP_IPC_LOCK`.
    pub(super) fn new(pages: usize, mm: Option<ARef<Mm>>) -> Result<Self> {
        // INVARIANT: A charge for zero pages needs no accounting.
        let mut charge = Self {
            pages: 0,
            user: User::current(),
            mm,
        };

        charge.resize(pages)?;
        Ok(charge)
    }

    /// Changes the number of pages. Reducing it cannot fail.
    ///
    /// # Errors
    ///
    /// - [`ENOMEM`]: As for [`Self::new`]. The charge is unchanged.
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
        // INVARIANT: Both counters have just been adjusted by the difference.
        self.pages = pages;
        Ok(())
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        // Reducing the charge cannot fail.
        let _ = self.resize(0);
    }
}

/// Returns the mm of the calling process, or [`None`] for a kernel thread.
pub(super) fn current_mm() -> Option<ARef<Mm>> {
    // SAFETY: The function only accesses the current task, and takes a reference to its mm.
    let mm = unsafe { bindings::grab_current_mm() };

    // SAFETY: A non-null pointer comes with a reference, which the `ARef` takes over.
    NonNull::new(mm).map(|mm| unsafe { ARef::from_raw(mm.cast()) })
}

/// Returns the counter of pinned pages of `mm`.
pub(super) fn pinned(mm: &Mm) -> &Atomic<i64> {
    // SAFETY: The counter is a field of `mm`, so it lives as long as the borrow. All accesses to it
    // are atomic.
    unsafe { Atomic::from_ptr(bindings::mm_pinned_vm(mm.as_raw()).cast()) }
}

/// A reference to a `struct user_struct`.
///
/// # Invariants
///
/// The pointer is valid, and `self` owns a reference to the user.
pub(super) struct User(NonNull<bindings::user_struct>);

// SAFETY: The reference may be dropped by any thread.
unsafe impl Send for User {}
// SAFETY: A shared reference only gives access to an atomic counter.
unsafe impl Sync for User {}

impl User {
    /// Returns the real user of the calling process.
    pub(super) fn current() -> Self {
        // INVARIANT: `get_current_user()` returns a new reference.
        // SAFETY: The credentials of a task always have a user, so the pointer is not null.
        Self(unsafe { NonNull::new_unchecked(bindings::get_current_user()) })
    }

    /// Returns the counter of locked pages of the user, over all processes.
    pub(super) fn locked(&self) -> &Atomic<usize> {
        // SAFETY: By the type invariants, the user and its counter live as long as `self`. All
        // accesses to the counter are atomic.
        unsafe { Atomic::from_ptr(bindings::user_locked_vm(self.0.as_ptr()).cast()) }
    }

    /// Adds `pages` if the calling process may lock them.
    fn charge(&self, pages: usize) -> Result {
        // SAFETY: The function only reads the limits of the current task.
        let limit = unsafe { bindings::rlimit(bindings::RLIMIT_MEMLOCK) } >> PAGE_SHIFT;

        self.add(pages, limit).or_else(|error| {
            // Check the capability only if the limit is exceeded, because the check is audited.
            // SAFETY: The function only checks the credentials of the current task.
            if unsafe { bindings::capable(bindings::CAP_IPC_LOCK as c_int) } {
                self.add(pages, usize::MAX)
            } else {
                Err(error)
            }
        })
    }

    /// Adds `pages` if the sum does not exceed `limit`.
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
        // SAFETY: By the type invariants, `self` owns a reference, which is dropped here.
        unsafe { bindings::free_uid(self.0.as_ptr()) };
    }
}
