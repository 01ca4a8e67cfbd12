// SPDX-License-Identifier: GPL-2.0

//! Typed reads from and writes to I/O vectors.
//!
//! C header: [`include/linux/uio.h`](srctree/include/linux/uio.h)
//!
//! A value is copied completely or not at all. The I/O vector does not move if it ends within the
//! value ([`EINVAL`]), or if the value has a bad address ([`EFAULT`]). `read_iter` and `write_iter`
//! can then return the number of bytes that were copied before the value.

use super::{
    IovIterDest,
    IovIterSource, //
};
use crate::{
    alloc::{
        Allocator,
        Flags, //
    },
    copy::{
        self,
        ByteSource, //
    },
    prelude::*,
    zerocopy::by_value, //
};
use core::mem::MaybeUninit;

// SAFETY: `copy_from_iter_raw()` writes only initialized bytes, and returns the bytes that it has
// initialized. `fill()` returns `Ok` only if it has initialized all bytes of `out`.
unsafe impl ByteSource for IovIterSource<'_> {
    // As in C drivers, a `write()` that is too short returns `EINVAL`, not `EFAULT`.
    const SHORT: Error = EINVAL;

    fn remaining(&self) -> usize {
        self.len()
    }

    fn fill(&mut self, out: &mut [MaybeUninit<u8>]) -> Result {
        let len = out.len();
        if len > self.len() {
            return Err(Self::SHORT);
        }
        let copied = self.copy_from_iter_raw(out).len();
        if copied == len {
            return Ok(());
        }

        // SAFETY: The I/O vector has just been advanced by `copied` bytes.
        unsafe { self.revert(copied) };
        Err(EFAULT)
    }
}

impl IovIterSource<'_> {
    /// Reads a value of at most [`BY_VALUE_LIMIT`] bytes.
    ///
    /// C counterpart: `copy_from_iter_full()`.
    ///
    /// [`BY_VALUE_LIMIT`]: crate::zerocopy::BY_VALUE_LIMIT
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the I/O vector ends within the value. The I/O vector has not moved.
    /// - [`EFAULT`]: the value has a bad address. The I/O vector has not moved.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::iov::IovIterSource;
    ///
    /// #[derive(FromBytes)]
    /// #[repr(C)]
    /// struct Sample {
    ///     time: u64,
    ///     value: u64,
    /// }
    ///
    /// /// `write_iter`: reads whole samples, and returns the number of bytes read.
    /// fn take(iov: &mut IovIterSource<'_>, sum: &mut u64) -> Result<usize> {
    ///     let mut taken = 0;
    ///
    ///     while iov.len() >= size_of::<Sample>() {
    ///         match iov.read::<Sample>() {
    ///             Ok(sample) => *sum = sum.wrapping_add(sample.value),
    ///             Err(error) if taken == 0 => return Err(error),
    ///             Err(_) => break,
    ///         }
    ///         taken += size_of::<Sample>();
    ///     }
    ///     Ok(taken)
    /// }
    /// ```
    pub fn read<T: FromBytes>(&mut self) -> Result<T> {
        const { by_value::<T>() };
        copy::read(self)
    }

    /// Reads and validates a value of at most [`BY_VALUE_LIMIT`] bytes, of a type with invalid bit
    /// patterns.
    ///
    /// [`BY_VALUE_LIMIT`]: crate::zerocopy::BY_VALUE_LIMIT
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the I/O vector ends within the value. The I/O vector has not moved.
    /// - [`EFAULT`]: the value has a bad address. The I/O vector has not moved.
    /// - [`EINVAL`]: the bytes are not a valid value of the type. The I/O vector has moved past
    ///   them.
    pub fn try_read<T: TryFromBytes>(&mut self) -> Result<T> {
        const { by_value::<T>() };
        copy::try_read(self)
    }

    /// Reads into a value, a slice, or a type with a slice tail, in place.
    ///
    /// C counterpart: `copy_from_iter_full()`.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the I/O vector ends within the value. The I/O vector has not moved.
    /// - [`EFAULT`]: the value has a bad address. The I/O vector has not moved. The
    ///   contents of `out` are unspecified.
    pub fn read_into<T: FromBytes + ?Sized>(&mut self, out: &mut T) -> Result {
        copy::read_into(self, out)
    }

    /// Reads a value into a new box, without a copy on the stack.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the I/O vector ends within the value. The I/O vector has not moved.
    /// - [`EFAULT`]: the value has a bad address. The I/O vector has not moved.
    /// - [`ENOMEM`]: the allocation failed.
    pub fn read_box<T: FromBytes, A: Allocator>(&mut self, flags: Flags) -> Result<Box<T, A>> {
        copy::read_box(self, flags)
    }

    /// Reads `count` elements into a new vector. `count` must not exceed `limit`.
    ///
    /// # Errors
    ///
    /// - [`E2BIG`]: `count` exceeds `limit`.
    /// - [`EOVERFLOW`]: the size of the elements overflows.
    /// - [`EINVAL`]: the I/O vector ends within the elements. The I/O vector has not moved.
    /// - [`EFAULT`]: an element has a bad address. The I/O vector has not moved.
    /// - [`ENOMEM`]: the allocation failed.
    pub fn read_vec<T: FromBytes>(
        &mut self,
        count: usize,
        limit: usize,
        flags: Flags,
    ) -> Result<UVec<T>> {
        copy::read_vec(self, count, limit, flags)
    }
}

impl IovIterDest<'_> {
    /// Writes a value, a slice, or a value with a slice tail.
    ///
    /// C counterpart: `copy_to_iter_full()`.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the I/O vector ends within the value. The I/O vector has not moved.
    /// - [`EFAULT`]: the value has a bad address. The I/O vector has not moved. The
    ///   contents of the user memory are unspecified.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::iov::IovIterDest;
    ///
    /// #[derive(IntoBytes, Immutable)]
    /// #[repr(C)]
    /// struct Event {
    ///     kind: u32,
    ///     value: u32,
    /// }
    ///
    /// /// `read_iter`: writes whole events.
    /// fn give(iov: &mut IovIterDest<'_>, events: &[Event]) -> Result<usize> {
    ///     let count = events.len().min(iov.len() / size_of::<Event>());
    ///
    ///     iov.write(&events[..count])?;
    ///     Ok(count * size_of::<Event>())
    /// }
    /// ```
    pub fn write<T: IntoBytes + Immutable + ?Sized>(&mut self, value: &T) -> Result {
        let data = value.as_bytes();
        if data.len() > self.len() {
            return Err(EINVAL);
        }
        let copied = self.copy_to_iter(data);
        if copied == data.len() {
            return Ok(());
        }

        // SAFETY: The I/O vector has just been advanced by `copied` bytes.
        unsafe { self.revert(copied) };
        Err(EFAULT)
    }
}

#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
#[macros::kunit_tests(rust_iov_typed)]
mod tests {
    use super::*;
    use crate::{
        bindings,
        error::to_result,
        page::PAGE_SIZE,
        uaccess::{
            test_memory::UserMemory,
            UserPtr, //
        }, //
    };
    use core::mem::MaybeUninit;

    const BYTES: [u8; 8] = [1, 0, 0, 0, 2, 0, 0, 0];

    #[derive(TryFromBytes, Debug, PartialEq)]
    #[repr(u32)]
    enum Mode {
        One = 1,
    }

    /// Returns an I/O vector over `len` bytes of user memory at `addr`.
    fn user_iter(source: u32, addr: UserPtr, len: usize) -> Result<bindings::iov_iter> {
        let mut iter = MaybeUninit::uninit();

        // SAFETY: `iter` is valid for writes. `import_ubuf()` accepts any user address.
        to_result(unsafe {
            bindings::import_ubuf(source as i32, addr.as_mut_ptr(), len, iter.as_mut_ptr())
        })?;
        // SAFETY: `import_ubuf()` has initialized `iter`.
        Ok(unsafe { iter.assume_init() })
    }

    /// Runs `read` on `len` bytes of user memory at `addr`. Also returns the number of bytes left.
    fn reading<T>(
        addr: UserPtr,
        len: usize,
        read: impl FnOnce(&mut IovIterSource<'_>) -> Result<T>,
    ) -> Result<(Result<T>, usize)> {
        let mut iter = user_iter(bindings::ITER_SOURCE, addr, len)?;
        // SAFETY: `iter` is a valid source, and is only used through the reference.
        let source = unsafe { IovIterSource::from_raw(&mut iter) };

        Ok((read(source), source.len()))
    }

    /// Runs `write` on `len` bytes of user memory at `addr`. Also returns the number of bytes left.
    fn writing(
        addr: UserPtr,
        len: usize,
        write: impl FnOnce(&mut IovIterDest<'_>) -> Result,
    ) -> Result<(Result, usize)> {
        let mut iter = user_iter(bindings::ITER_DEST, addr, len)?;
        // SAFETY: `iter` is a valid destination, and is only used through the reference.
        let dest = unsafe { IovIterDest::from_raw(&mut iter) };

        Ok((write(dest), dest.len()))
    }

    type Read = fn(&mut IovIterSource<'_>) -> Result<[u8; 8]>;

    /// The methods that read 8 bytes.
    const READS: [Read; 5] = [
        |iov| iov.read(),
        |iov| Ok(iov.try_read::<u64>()?.to_ne_bytes()),
        |iov| {
            let mut out = [0_u32; 2];
            iov.read_into(&mut out[..])?;
            Ok(zerocopy::transmute!(out))
        },
        |iov| {
            let out: KBox<u64> = iov.read_box(GFP_KERNEL)?;
            Ok(out.to_ne_bytes())
        },
        |iov| {
            let out: UVec<u16> = iov.read_vec(4, 4, GFP_KERNEL)?;
            <[u8; 8]>::read_from_bytes(out.as_bytes()).map_err(|_| EINVAL)
        },
    ];

    #[test]
    fn each_read_takes_all_or_nothing() -> Result {
        let user = UserMemory::new()?;
        user.set(0, &BYTES)?;
        user.set(PAGE_SIZE - 4, &BYTES)?;
        user.set(UserMemory::END - 8, &BYTES)?;

        for read in READS {
            assert_eq!(reading(user.at(0), 9, read)?, (Ok(BYTES), 1));
            assert_eq!(reading(user.at(PAGE_SIZE - 4), 8, read)?, (Ok(BYTES), 0));
            assert_eq!(
                reading(user.at(UserMemory::END - 8), 8, read)?,
                (Ok(BYTES), 0)
            );

            for len in [0, 1, 7] {
                assert_eq!(reading(user.at(0), len, read)?, (Err(EINVAL), len));
            }
            assert_eq!(
                reading(user.at(UserMemory::END - 4), 12, read)?,
                (Err(EFAULT), 12)
            );
            assert_eq!(
                reading(user.at(UserMemory::END), 8, read)?,
                (Err(EFAULT), 8)
            );
        }
        Ok(())
    }

    #[test]
    fn each_write_takes_all_or_nothing() -> Result {
        let user = UserMemory::new()?;
        let writes: [fn(&mut IovIterDest<'_>) -> Result; 2] =
            [|iov| iov.write(&BYTES), |iov| iov.write(&BYTES[..])];

        for write in writes {
            user.set(0, &[0xa5; 16])?;
            assert_eq!(writing(user.at(0), 9, write)?, (Ok(()), 1));
            assert_eq!(user.get(0), Ok(BYTES));
            assert_eq!(user.get(8), Ok([0xa5; 8]));

            for len in [0, 1, 7] {
                assert_eq!(writing(user.at(8), len, write)?, (Err(EINVAL), len));
            }
            for addr in [
                user.at(UserMemory::END - 4),
                user.at(UserMemory::END),
                user.read_only(),
            ] {
                assert_eq!(writing(addr, 8, write)?, (Err(EFAULT), 8));
            }
        }
        Ok(())
    }

    #[test]
    fn invalid_values_are_refused() -> Result {
        let user = UserMemory::new()?;
        user.set(0, &BYTES)?;

        assert_eq!(
            reading(user.at(0), 8, |iov| iov.try_read())?,
            (Ok(Mode::One), 4)
        );
        assert_eq!(
            reading(user.at(4), 8, |iov| iov.try_read::<Mode>())?,
            (Err(EINVAL), 4)
        );
        Ok(())
    }

    #[test]
    fn counts_are_checked() -> Result {
        let user = UserMemory::new()?;
        let read = |count, limit| -> Result<(Result<UVec<u64>>, usize)> {
            reading(user.at(0), 16, |iov| iov.read_vec(count, limit, GFP_KERNEL))
        };

        for (count, limit, error) in [
            (2, 1, E2BIG),
            (3, 3, EINVAL),
            (usize::MAX, usize::MAX, EOVERFLOW),
        ] {
            let (vec, left) = read(count, limit)?;
            assert_eq!(vec.err(), Some(error));
            assert_eq!(left, 16);
        }
        Ok(())
    }

    #[cfg(CONFIG_FAULT_INJECTION_USERCOPY)]
    #[test]
    fn fault_injection_is_survived() -> Result {
        use crate::uaccess::test_memory::fail_each_copy;

        let user = UserMemory::new()?;

        for read in READS {
            let failed = fail_each_copy(|| {
                let (value, left) = reading(user.at(0), 8, read)?;
                assert_eq!(left, if value.is_ok() { 0 } else { 8 });
                value
            });
            assert_eq!(failed, Ok(1));
        }
        let failed = fail_each_copy(|| writing(user.at(0), 8, |iov| iov.write(&BYTES))?.0);
        assert_eq!(failed, Ok(1));
        Ok(())
    }
}
