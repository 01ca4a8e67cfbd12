// SPDX-License-Identifier: GPL-2.0

//! Atomic access to words in user space.
//!
//! C header: [`include/asm-generic/futex.h`](srctree/include/asm-generic/futex.h)

use super::{
    UserAddr,
    UserPtr,
    UserWord, //
};
use crate::{
    bindings,
    error::to_result,
    prelude::*, //
};

impl UserAddr<u32> {
    /// Returns the word at this address, for atomic access.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the address is not a multiple of 4.
    pub fn atomic(self) -> Result<UserAtomic> {
        if self.addr() % 4 != 0 {
            return Err(EINVAL);
        }
        Ok(UserAtomic(self.ptr()))
    }
}

/// A word in user space that is accessed atomically. Threads in user space or a device may access
/// it at the same time.
///
/// An access faults in a missing page, so the caller must be allowed to sleep. Nothing pins the
/// page: each call accesses the page that is mapped at that time.
///
/// # Invariants
///
/// The address is a multiple of 4.
pub struct UserAtomic(UserPtr);

impl UserAtomic {
    /// Loads the word, without memory ordering.
    ///
    /// C counterpart: `get_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or the task has no user memory.
    pub fn load(&self) -> Result<u32> {
        // SAFETY: `of_task()` checks that there is user memory.
        unsafe { u32::get(self.0.of_task()) }
    }

    /// Stores the word, without memory ordering.
    ///
    /// C counterpart: `put_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or the task has no user memory. Nothing has been written.
    pub fn store(&self, value: u32) -> Result {
        // SAFETY: `of_task()` checks that there is user memory.
        unsafe { value.put(self.0.of_task()) }
    }

    /// Stores `new` if the word equals `old`. The operation is fully ordered if it succeeds.
    ///
    /// Returns the previous word in the inner [`Ok`] if it was equal to `old`. Otherwise, the word
    /// is unchanged and is returned in the inner [`Err`].
    ///
    /// C counterpart: `futex_atomic_cmpxchg_inatomic()`, with `fault_in_safe_writeable()` after a
    /// fault.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad or not writable; or the task has no user memory, because it
    ///   is a kernel thread or is exiting.
    /// - [`EINTR`]: a signal is pending, and the first attempt did not succeed.
    /// - `ENOSYS`: the architecture does not support the operation.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserAddr;
    ///
    /// /// Tries to take a lock word that is shared with user space.
    /// fn try_lock(word: UserAddr<u32>) -> Result<bool> {
    ///     Ok(word.atomic()?.cmpxchg(0, 1)?.is_ok())
    /// }
    /// # assert_eq!(try_lock(UserAddr::from(2)), Err(EINVAL));
    /// ```
    pub fn cmpxchg(&self, old: u32, new: u32) -> Result<Result<u32, u32>> {
        // While a CPU runs a kernel thread, the memory of a process may still be mapped.
        if kernel::current!().mm().is_none() {
            return Err(EFAULT);
        }

        loop {
            let mut found = 0;
            let word = self.0.as_mut_ptr();

            // SAFETY: `found` is valid for writes. `futex_cmpxchg()` accepts any user address that
            // is a multiple of 4, and the type invariant guarantees that `word` is.
            let ret = unsafe { bindings::futex_cmpxchg(&mut found, word.cast(), old, new) };
            match to_result(ret) {
                Ok(()) if found == old => return Ok(Ok(found)),
                Ok(()) => return Ok(Err(found)),
                Err(error) if error == EFAULT => {
                    // SAFETY: The task has user memory, as checked above. Any address may be
                    // passed.
                    if unsafe { bindings::fault_in_safe_writeable(word.cast(), 4) } != 0 {
                        return Err(EFAULT);
                    }
                }
                Err(error) if error == EAGAIN => {}
                Err(error) => return Err(error),
            }
            if kernel::current!().signal_pending() {
                return Err(EINTR);
            }
        }
    }
}

#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
#[macros::kunit_tests(rust_uaccess_atomic)]
mod tests {
    use super::super::test_memory::{
        with_signal,
        UserMemory,
        SIGUSR1, //
    };
    use super::*;
    use crate::page::PAGE_SIZE;

    #[test]
    fn atomic_words() -> Result {
        let user = UserMemory::new()?;
        // Nothing has accessed the page yet, so the first access faults it in.
        let word = UserAddr::<u32>::from(user.addr(8)).atomic()?;

        assert_eq!(word.cmpxchg(0, 1), Ok(Ok(0)));
        assert_eq!(word.cmpxchg(0, 2), Ok(Err(1)));
        assert_eq!(word.load(), Ok(1));
        word.store(3)?;
        assert_eq!(word.cmpxchg(3, u32::MAX), Ok(Ok(3)));
        assert_eq!(word.load(), Ok(u32::MAX));
        assert_eq!(user.get(4), Ok([0; 4]));
        assert_eq!(user.get(12), Ok([0; 4]));
        Ok(())
    }

    #[test]
    fn atomic_words_refuse_bad_addresses() -> Result {
        let user = UserMemory::new()?;

        for offset in [1, 2, 3] {
            let word = UserAddr::<u32>::from(user.addr(offset)).atomic();
            assert_eq!(word.err(), Some(EINVAL));
        }
        for bad in user.bad() {
            let addr = bad.as_const_ptr() as usize as u64 & !3;
            let word = UserAddr::<u32>::from(addr).atomic()?;

            assert_eq!(word.load(), Err(EFAULT));
            assert_eq!(word.store(0), Err(EFAULT));
            assert_eq!(word.cmpxchg(0, 0), Err(EFAULT));
        }

        let read_only = user.read_only().as_const_ptr() as usize as u64;
        let word = UserAddr::<u32>::from(read_only).atomic()?;
        assert_eq!(word.load(), Ok(0));
        assert_eq!(word.store(1), Err(EFAULT));
        assert_eq!(word.cmpxchg(0, 1), Err(EFAULT));
        assert_eq!(word.load(), Ok(0));
        Ok(())
    }

    /// The first attempt does not fault in the page. Signals are checked only if it fails.
    #[test]
    fn a_signal_ends_the_second_try() -> Result {
        let user = UserMemory::new()?;

        for offset in [8, PAGE_SIZE + 8] {
            let word = UserAddr::<u32>::from(user.addr(offset)).atomic()?;

            assert_eq!(with_signal(SIGUSR1, || word.cmpxchg(0, 1)), Err(EINTR));
            assert_eq!(word.load(), Ok(0));
            // The page is present now.
            assert_eq!(with_signal(SIGUSR1, || word.cmpxchg(0, 1)), Ok(Ok(0)));
            assert_eq!(word.load(), Ok(1));
        }
        Ok(())
    }

    #[test]
    fn a_task_without_user_memory_has_no_words() -> Result {
        // The KUnit thread has no user memory before it maps some.
        let nowhere = UserAddr::<u32>::from(0x10000).atomic()?;
        assert_eq!(nowhere.cmpxchg(0, 1), Err(EFAULT));

        let user = UserMemory::new()?;
        let word = UserAddr::<u32>::from(user.addr(8)).atomic()?;
        word.store(1)?;
        assert_eq!(user.without(|| word.cmpxchg(1, 2)), Err(EFAULT));
        assert_eq!(word.cmpxchg(1, 2), Ok(Ok(1)));
        Ok(())
    }
}
