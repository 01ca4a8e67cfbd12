// SPDX-License-Identifier: GPL-2.0

//! Words in user space that are accessed atomically.
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
    /// The word at this address, for atomic access.
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

/// A word in user space that is accessed atomically: the other side may be a thread in user space,
/// or a device.
///
/// A page that is not there is faulted in, so the caller must be allowed to sleep. It is the user's
/// word at the time of each call: nothing pins the page.
///
/// # Invariants
///
/// The address is a multiple of 4.
pub struct UserAtomic(UserPtr);

impl UserAtomic {
    /// Loads the word, with no ordering.
    ///
    /// C counterpart: `get_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or the task has no user memory.
    pub fn load(&self) -> Result<u32> {
        // SAFETY: `of_task()` looks whether there is user memory.
        unsafe { u32::get(self.0.of_task()) }
    }

    /// Stores the word, with no ordering.
    ///
    /// C counterpart: `put_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or the task has no user memory; nothing has been written.
    pub fn store(&self, value: u32) -> Result {
        // SAFETY: `of_task()` looks whether there is user memory.
        unsafe { value.put(self.0.of_task()) }
    }

    /// Stores `new` if the word is `old`, fully ordered if it succeeds.
    ///
    /// It returns the word that was there: the inner [`Ok`] if it was `old`, and the inner [`Err`]
    /// if it was another and has been left.
    ///
    /// C counterpart: `futex_atomic_cmpxchg_inatomic()`, and `fault_in_safe_writeable()` where it
    /// faults.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad or not writable, or the task has no user memory.
    /// - [`EINTR`]: a signal is pending, and the first try has not succeeded.
    /// - `ENOSYS`: the architecture has no such operation.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserAddr;
    ///
    /// /// Takes a lock word that user space takes too.
    /// fn try_lock(word: UserAddr<u32>) -> Result<bool> {
    ///     Ok(word.atomic()?.cmpxchg(0, 1)?.is_ok())
    /// }
    /// # assert_eq!(try_lock(UserAddr::from(2)), Err(EINVAL));
    /// ```
    pub fn cmpxchg(&self, old: u32, new: u32) -> Result<Result<u32, u32>> {
        // A CPU that runs a kernel thread still has the memory of a program.
        if kernel::current!().mm().is_none() {
            return Err(EFAULT);
        }

        loop {
            let mut found = 0;
            let word = self.0.as_mut_ptr();

            // SAFETY: `found` is valid for writing. Any user address that is a multiple of 4 may be
            // given, which it is by the type invariant.
            let ret = unsafe { bindings::futex_cmpxchg(&mut found, word.cast(), old, new) };
            match to_result(ret) {
                Ok(()) if found == old => return Ok(Ok(found)),
                Ok(()) => return Ok(Err(found)),
                Err(error) if error == EFAULT => {
                    // SAFETY: The task has user memory, of which any address may be given.
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
        // Nothing has touched the page yet, so the first access faults it in.
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

    /// The first try is made without faulting the page in. It decides whether to look for signals.
    #[test]
    fn a_signal_ends_the_second_try() -> Result {
        let user = UserMemory::new()?;

        for offset in [8, PAGE_SIZE + 8] {
            let word = UserAddr::<u32>::from(user.addr(offset)).atomic()?;

            assert_eq!(with_signal(SIGUSR1, || word.cmpxchg(0, 1)), Err(EINTR));
            assert_eq!(word.load(), Ok(0));
            // The page is there now.
            assert_eq!(with_signal(SIGUSR1, || word.cmpxchg(0, 1)), Ok(Ok(0)));
            assert_eq!(word.load(), Ok(1));
        }
        Ok(())
    }

    #[test]
    fn a_task_without_user_memory_has_no_words() -> Result {
        // KUnit's thread has none before it maps some.
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
