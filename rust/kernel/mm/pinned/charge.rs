// SPDX-License-Identifier: GPL-2.0

//! What pinned pages are charged to: the user, whom `RLIMIT_MEMLOCK` limits, and the memory of the
//! program, where `/proc/PID/status` shows them as `VmPin`.
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
/// `pinned_vm` of `mm`, and `locked_vm` of the user if there is one, contain `pages`.
pub(super) struct Charge {
    pages: usize,
    user: Option<User>,
    mm: ARef<Mm>,
}

impl Charge {
    /// Charges the calling program for `pages`.
    ///
    /// One with `CAP_IPC_LOCK` may pin as many as there are, and its user is not charged.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: this is a thread of the kernel, without user memory.
    /// - [`ENOMEM`]: they are more than `RLIMIT_MEMLOCK` allows.
    pub(super) fn new(pages: usize) -> Result<Self> {
        let mm = current_mm().ok_or(EFAULT)?;
        // SAFETY: This looks at the credentials of the task.
        let user = if unsafe { bindings::capable(bindings::CAP_IPC_LOCK as c_int) } {
            None
        } else {
            // SAFETY: This looks at the limits of the task.
            let limit = unsafe { bindings::rlimit(bindings::RLIMIT_MEMLOCK) } >> PAGE_SHIFT;
            let user = User::current();

            user.charge(pages, limit)?;
            Some(user)
        };

        // INVARIANT: Both have just been charged.
        pinned(&mm).add(pages as i64, Relaxed);
        Ok(Self { pages, user, mm })
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        if let Some(user) = &self.user {
            user.locked().fetch_sub(self.pages, Relaxed);
        }
        pinned(&self.mm).fetch_sub(self.pages as i64, Relaxed);
    }
}

/// The memory of the calling program.
pub(super) fn current_mm() -> Option<ARef<Mm>> {
    // SAFETY: This looks at the task, and takes a reference.
    let mm = unsafe { bindings::grab_current_mm() };

    // SAFETY: If it is not null, it has a reference, which is handed on.
    NonNull::new(mm).map(|mm| unsafe { ARef::from_raw(mm.cast()) })
}

/// How many pages of a program are pinned.
pub(super) fn pinned(mm: &Mm) -> &Atomic<i64> {
    // SAFETY: There is such a counter for as long as `mm`, and all accesses to it are atomic.
    unsafe { Atomic::from_ptr(&raw mut (*mm.as_raw()).__bindgen_anon_1.pinned_vm.counter) }
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
    /// The real user of the calling program.
    pub(super) fn current() -> Self {
        // INVARIANT: This is a new reference.
        // SAFETY: The credentials of a task always have a user.
        Self(unsafe { NonNull::new_unchecked(bindings::get_current_user()) })
    }

    /// How many pages of the user are locked, by all programs together.
    pub(super) fn locked(&self) -> &Atomic<usize> {
        // SAFETY: By the type's invariants, the user is there, and so is its counter for as long as
        // `self`. All accesses to it are atomic.
        unsafe { Atomic::from_ptr((&raw mut (*self.0.as_ptr()).locked_vm.counter).cast()) }
    }

    /// Adds `pages`, if they are then no more than `limit`.
    fn charge(&self, pages: usize, limit: usize) -> Result {
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
