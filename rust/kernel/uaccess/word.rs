// SPDX-License-Identifier: GPL-2.0

//! Single integers in user space: plain access at speed, and atomic words.
//!
//! C headers: [`include/linux/uaccess.h`](srctree/include/linux/uaccess.h),
//! [`include/asm-generic/futex.h`](srctree/include/asm-generic/futex.h)

use super::{
    UserAddr,
    UserPtr, //
};
use crate::{
    bindings,
    error::to_result,
    prelude::*, //
};
use core::mem::MaybeUninit;

mod private {
    pub trait Sealed {}
}

/// An integer that the kernel can read from or write to user space in one instruction.
pub trait UserWord: private::Sealed + Sized {
    /// The value at `from`, or [`EFAULT`].
    #[doc(hidden)]
    fn get(from: UserPtr) -> Result<Self>;

    /// Puts the value at `to`, or returns [`EFAULT`].
    #[doc(hidden)]
    fn put(self, to: UserPtr) -> Result;
}

/// Apart, so that the compiler makes the other path the straight one.
#[cold]
#[inline(never)]
fn fault() -> Error {
    EFAULT
}

macro_rules! impl_user_word {
    ($($word:ty, $get:ident, $put:ident;)*) => {$(
        impl private::Sealed for $word {}

        impl UserWord for $word {
            #[inline(always)]
            fn get(from: UserPtr) -> Result<Self> {
                let mut value = MaybeUninit::uninit();

                // SAFETY: `value` is valid for writing. Any user address may be given.
                match unsafe { bindings::$get(value.as_mut_ptr(), from.as_const_ptr().cast()) } {
                    // SAFETY: It has been written, as the user address could be read.
                    0 => Ok(unsafe { value.assume_init() }),
                    _ => Err(EFAULT),
                }
            }

            #[inline(always)]
            fn put(self, to: UserPtr) -> Result {
                // SAFETY: Any user address may be given.
                match unsafe { bindings::$put(self, to.as_mut_ptr().cast()) } {
                    0 => Ok(()),
                    _ => Err(fault()),
                }
            }
        }
    )*};
}

impl_user_word! {
    u8, get_user_u8, put_user_u8;
    u16, get_user_u16, put_user_u16;
    u32, get_user_u32, put_user_u32;
    u64, get_user_u64, put_user_u64;
}

impl<T: UserWord> UserAddr<T> {
    /// Reads an integer: [`Self::read`], with less work.
    ///
    /// C counterpart: `get_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserAddr;
    ///
    /// /// An ioctl whose argument points to one integer, to which it adds one.
    /// fn increment(arg: usize) -> Result {
    ///     let counter = UserAddr::<u64>::from(arg as u64);
    ///
    ///     counter.put(counter.get()?.wrapping_add(1))
    /// }
    /// ```
    #[doc(alias = "get_user")]
    #[inline]
    pub fn get(self) -> Result<T> {
        T::get(self.ptr()?)
    }

    /// Writes an integer: [`Self::write`], with less work.
    ///
    /// C counterpart: `put_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad; nothing has been written.
    #[doc(alias = "put_user")]
    #[inline]
    pub fn put(self, value: T) -> Result {
        value.put(self.ptr()?)
    }
}

impl UserAddr<u32> {
    /// The word at this address, for atomic access.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the address is not a multiple of 4.
    /// - [`EFAULT`]: it does not fit a pointer of this machine.
    pub fn atomic(self) -> Result<UserAtomic> {
        if self.addr() % 4 != 0 {
            return Err(EINVAL);
        }
        Ok(UserAtomic(self.ptr()?))
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
    /// - [`EFAULT`]: the address is bad.
    pub fn load(&self) -> Result<u32> {
        u32::get(self.0)
    }

    /// Stores the word, with no ordering.
    ///
    /// C counterpart: `put_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad; nothing has been written.
    pub fn store(&self, value: u32) -> Result {
        value.put(self.0)
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
    /// - [`EFAULT`]: the address is bad, or not writable.
    /// - [`EINTR`]: a signal has come while the word was contended, or its page went away again and
    ///   again.
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
                    // SAFETY: Any user address may be given.
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
#[macros::kunit_tests(rust_uaccess_word)]
mod tests {
    use super::super::test_memory::UserMemory;
    use super::*;

    #[test]
    fn integers_are_read_and_written() -> Result {
        let user = UserMemory::new()?;
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        user.set(16, &bytes)?;

        assert_eq!(UserAddr::<u8>::from(user.addr(16)).get(), Ok(1));
        assert_eq!(
            UserAddr::<u16>::from(user.addr(16)).get(),
            Ok(u16::from_ne_bytes([1, 2]))
        );
        assert_eq!(
            UserAddr::<u32>::from(user.addr(16)).get(),
            Ok(u32::from_ne_bytes([1, 2, 3, 4]))
        );
        assert_eq!(
            UserAddr::<u64>::from(user.addr(16)).get(),
            Ok(u64::from_ne_bytes(bytes))
        );

        user.set(0, &[0xa5; 16])?;
        UserAddr::<u8>::from(user.addr(1)).put(1)?;
        assert_eq!(user.get(0), Ok([0xa5, 1, 0xa5]));
        UserAddr::<u16>::from(user.addr(2)).put(0)?;
        assert_eq!(user.get(0), Ok([0xa5, 1, 0, 0, 0xa5]));
        UserAddr::<u32>::from(user.addr(4)).put(0)?;
        assert_eq!(user.get(0), Ok([0xa5, 1, 0, 0, 0, 0, 0, 0, 0xa5]));
        UserAddr::<u64>::from(user.addr(8)).put(0)?;
        assert_eq!(user.get(8), Ok([0; 8]));
        assert_eq!(user.get(16), Ok(bytes));
        Ok(())
    }

    #[test]
    fn bad_addresses_fault() -> Result {
        let user = UserMemory::new()?;

        for bad in user.bad() {
            let addr = bad.as_const_ptr() as usize as u64;

            assert_eq!(UserAddr::<u8>::from(addr).get(), Err(EFAULT));
            assert_eq!(UserAddr::<u16>::from(addr).get(), Err(EFAULT));
            assert_eq!(UserAddr::<u32>::from(addr).get(), Err(EFAULT));
            assert_eq!(UserAddr::<u64>::from(addr).get(), Err(EFAULT));
            assert_eq!(UserAddr::<u8>::from(addr).put(0), Err(EFAULT));
            assert_eq!(UserAddr::<u16>::from(addr).put(0), Err(EFAULT));
            assert_eq!(UserAddr::<u32>::from(addr).put(0), Err(EFAULT));
            assert_eq!(UserAddr::<u64>::from(addr).put(0), Err(EFAULT));
        }

        let read_only = user.read_only().as_const_ptr() as usize as u64;
        assert_eq!(UserAddr::<u64>::from(read_only).get(), Ok(0));
        assert_eq!(UserAddr::<u64>::from(read_only).put(1), Err(EFAULT));

        // Across the end of what is mapped.
        let end = UserAddr::<u64>::from(user.addr(UserMemory::END - 4));
        assert_eq!(end.get(), Err(EFAULT));
        assert_eq!(end.put(0), Err(EFAULT));
        Ok(())
    }

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
}
