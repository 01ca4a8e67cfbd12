// SPDX-License-Identifier: GPL-2.0

//! Typed reads from user space.
//!
//! C header: [`include/linux/uaccess.h`](srctree/include/linux/uaccess.h)
//!
//! All methods of a reader follow two rules:
//!
//! - User space may change the memory at any time. A reader therefore reads each byte once, and
//!   validates the copy.
//! - A reader moves past the bytes that it has copied, even if they are then rejected, unless the
//!   method documents otherwise. If the copy fails ([`EFAULT`]), the reader does not move, although
//!   part of the target may have been overwritten.

use super::{
    cursor,
    UserPtr,
    UserSliceReader,
    UserWord, //
};
use crate::{
    alloc::{
        Allocator,
        Flags, //
    },
    bindings,
    copy::{
        self,
        ByteSource, //
    },
    prelude::*,
    zerocopy::{
        by_value,
        transmute, //
    },
};
use core::{
    mem::MaybeUninit,
    slice, //
};

/// Copies from user space, and returns the number of bytes at the end of `out` that it did not
/// copy.
///
/// Writes only initialized bytes. If `checked` is set, hardened usercopy checks `out`.
#[inline(always)]
fn copy_in(from: UserPtr, out: &mut [MaybeUninit<u8>], checked: bool) -> usize {
    let (to, from, len) = (out.as_mut_ptr().cast(), from.as_const_ptr(), out.len());

    // SAFETY: `to` is valid for writes of `len` bytes. Any user address may be passed.
    unsafe {
        if checked {
            bindings::copy_from_user(to, from, len)
        } else {
            bindings::_copy_from_user(to, from, len)
        }
    }
}

/// Returns `true` if a value of `size` bytes can be copied as one integer, as `get_user()` and
/// `put_user()` do.
///
/// The user address may be misaligned.
#[inline(always)]
pub(super) const fn is_word(size: usize) -> bool {
    cfg!(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) && matches!(size, 1 | 2 | 4 | 8)
}

/// Copies an integer from user space. Returns 0 on success.
#[inline(always)]
fn get_word(from: UserPtr, out: &mut [MaybeUninit<u8>]) -> usize {
    macro_rules! get {
        ($word:ty) => {
            // SAFETY: `from` is the address of a reader. By the type invariants of the reader, this
            // address may be read.
            unsafe { <$word>::get(from) }.map(|word| {
                let bytes: [MaybeUninit<u8>; size_of::<$word>()] = transmute!(word);
                out.copy_from_slice(&bytes);
            })
        };
    }
    let copied = match out.len() {
        1 => get!(u8),
        2 => get!(u16),
        4 => get!(u32),
        _ => get!(u64),
    };
    usize::from(copied.is_err())
}

// SAFETY: `copy_in()` and `get_word()` write only initialized bytes. They return 0 only if they
// have initialized all of `out`, and `advance()` returns `Ok` only if they return 0.
unsafe impl ByteSource for UserSliceReader {
    fn remaining(&self) -> usize {
        self.length
    }

    #[inline(always)]
    fn fill(&mut self, out: &mut [MaybeUninit<u8>]) -> Result {
        cursor::advance(&mut self.ptr, &mut self.length, out.len(), |from| {
            copy_in(from, out, true)
        })
    }

    #[inline(always)]
    fn fill_sized(&mut self, out: &mut [MaybeUninit<u8>]) -> Result {
        cursor::advance(&mut self.ptr, &mut self.length, out.len(), |from| {
            copy_in(from, out, false)
        })
    }

    #[inline(always)]
    fn fill_value<T>(&mut self, out: &mut MaybeUninit<T>) -> Result {
        let out = copy::bytes_mut(slice::from_mut(out));

        cursor::advance(&mut self.ptr, &mut self.length, out.len(), |from| {
            // The block is constant, so the closure contains the code of only one case.
            if const { is_word(size_of::<T>()) } {
                get_word(from, out)
            } else {
                copy_in(from, out, false)
            }
        })
    }
}

impl UserSliceReader {
    /// Reads a value.
    ///
    /// The value must not exceed [`BY_VALUE_LIMIT`] bytes, because it is returned by value.
    /// [`Self::read_into`] and [`Self::read_box`] read larger values in place.
    ///
    /// [`BY_VALUE_LIMIT`]: crate::zerocopy::BY_VALUE_LIMIT
    ///
    /// C counterpart: `copy_from_user()` of a `struct`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or too few bytes are left for the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserSlice;
    ///
    /// #[derive(FromBytes)]
    /// #[repr(C)]
    /// struct SetSpeed {
    ///     channel: u32,
    ///     hertz: u32,
    /// }
    ///
    /// fn set_speed(arg: UserSlice) -> Result<u32> {
    ///     let request: SetSpeed = arg.reader().read()?;
    ///
    ///     Ok(request.hertz)
    /// }
    /// ```
    #[inline]
    pub fn read<T: FromBytes>(&mut self) -> Result<T> {
        const { by_value::<T>() };
        copy::read(self)
    }

    /// Reads and validates a value of a type with invalid bit patterns: an enum, `bool`, `char`,
    /// [`NonZero`](core::num::NonZero), or a struct that contains one.
    ///
    /// The value must not exceed [`BY_VALUE_LIMIT`] bytes, because it is returned by value.
    /// [`Self::try_read_box`] reads larger values in place.
    ///
    /// [`BY_VALUE_LIMIT`]: crate::zerocopy::BY_VALUE_LIMIT
    ///
    /// C counterpart: `copy_from_user()`, followed by a check of each field.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or too few bytes are left for the value.
    /// - [`EINVAL`]: the bytes are not a valid value of the type. The reader has moved past them.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserSliceReader;
    ///
    /// #[derive(TryFromBytes)]
    /// #[repr(u32)]
    /// enum Mode {
    ///     Off,
    ///     On,
    /// }
    ///
    /// fn is_on(reader: &mut UserSliceReader) -> Result<bool> {
    ///     // User space may have written 2, which is not a valid `Mode`.
    ///     Ok(matches!(reader.try_read()?, Mode::On))
    /// }
    /// ```
    #[inline]
    pub fn try_read<T: TryFromBytes>(&mut self) -> Result<T> {
        const { by_value::<T>() };
        copy::try_read(self)
    }

    /// Reads into a value, a slice, or a type with a slice tail, in place.
    ///
    /// C counterpart: `copy_from_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or too few bytes are left for `out`. The contents of
    ///   `out` are then unspecified.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserSliceReader;
    ///
    /// fn read_registers(reader: &mut UserSliceReader, registers: &mut [u32; 64]) -> Result {
    ///     // Read the lower half, then the upper half.
    ///     reader.read_into(&mut registers[..32])?;
    ///     reader.read_into(&mut registers[32..])
    /// }
    /// ```
    #[inline]
    pub fn read_into<T: FromBytes + ?Sized>(&mut self, out: &mut T) -> Result {
        copy::read_into(self, out)
    }

    /// Reads a value into uninitialized memory, and returns a reference to it. Unlike
    /// [`Self::read`], this method does not copy the value a second time.
    ///
    /// C counterpart: `copy_from_user()` to a local variable.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or too few bytes are left for the value.
    ///
    /// # Examples
    ///
    /// ```
    /// use core::mem::MaybeUninit;
    /// use kernel::uaccess::UserSliceReader;
    ///
    /// fn sum(reader: &mut UserSliceReader) -> Result<u64> {
    ///     let mut values = MaybeUninit::<[u32; 16]>::uninit();
    ///     let values = reader.read_init(&mut values)?;
    ///
    ///     Ok(values.iter().map(|&value| u64::from(value)).sum())
    /// }
    /// ```
    #[inline(always)]
    pub fn read_init<'a, T: FromBytes>(
        &mut self,
        out: &'a mut MaybeUninit<T>,
    ) -> Result<&'a mut T> {
        copy::read_init(self, out)
    }

    /// Reads a value into uninitialized memory and validates it there. Accepts the same types as
    /// [`Self::try_read`].
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: same as [`Self::read_init`].
    /// - [`EINVAL`]: the bytes are not a valid value of the type. The reader has moved past them.
    #[inline(always)]
    pub fn try_read_init<'a, T>(&mut self, out: &'a mut MaybeUninit<T>) -> Result<&'a mut T>
    where
        T: TryFromBytes + KnownLayout + Immutable,
    {
        copy::try_read_init(self, out)
    }

    /// Reads elements until `out` is full, no complete element is left, or an access faults.
    /// Returns the number of elements read.
    ///
    /// The reader has moved past these elements. There may be fewer elements than user space has
    /// mapped, because a copy may stop early at a fault on some architectures. The contents of
    /// `out` past the elements read are unspecified.
    ///
    /// C counterpart: the return value of `copy_from_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: an element is left, but no complete element was read before the fault.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserSliceReader;
    ///
    /// /// Reads samples as `write(2)` does: a fault after the first samples is not an error.
    /// fn take(reader: &mut UserSliceReader) -> Result<usize> {
    ///     let mut samples = [0_u16; 32];
    ///     let mut taken = 0;
    ///
    ///     while !reader.is_empty() {
    ///         match reader.read_until_fault(&mut samples) {
    ///             Ok(0) => break,
    ///             Ok(count) => taken += count,
    ///             Err(error) if taken == 0 => return Err(error),
    ///             Err(_) => break,
    ///         }
    ///     }
    ///     Ok(taken)
    /// }
    /// ```
    pub fn read_until_fault<T: FromBytes>(&mut self, out: &mut [T]) -> Result<usize> {
        let size = size_of::<T>();
        let (ptr, left) = (&mut self.ptr, &mut self.length);

        cursor::advance_until_fault(ptr, left, out.len(), size, |from, count| {
            // SAFETY: `copy_in()` writes only initialized bytes.
            let bytes = unsafe { copy::bytes_of_mut(&mut out[..count]) };

            copy_in(from, bytes, true)
        })
    }

    /// Reads a value into a new box, without a copy on the stack.
    ///
    /// C counterpart: `memdup_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or too few bytes are left for the value. In the latter
    ///   case, nothing has been allocated.
    /// - [`ENOMEM`]: the allocation failed.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserSliceReader;
    ///
    /// /// A firmware image of 64 KiB, four times the size of a kernel stack.
    /// #[derive(FromBytes)]
    /// #[repr(C)]
    /// struct Firmware {
    ///     image: [u8; 65536],
    /// }
    ///
    /// fn load(reader: &mut UserSliceReader) -> Result<KVBox<Firmware>> {
    ///     reader.read_box(GFP_KERNEL)
    /// }
    /// ```
    #[inline]
    pub fn read_box<T: FromBytes, A: Allocator>(&mut self, flags: Flags) -> Result<Box<T, A>> {
        copy::read_box(self, flags)
    }

    /// Reads a value into a new box and validates it in place. Accepts the same types as
    /// [`Self::try_read`].
    ///
    /// # Errors
    ///
    /// - [`EFAULT`], [`ENOMEM`]: same as [`Self::read_box`].
    /// - [`EINVAL`]: the bytes are not a valid value of the type. The reader has moved past them.
    #[inline]
    pub fn try_read_box<T, A>(&mut self, flags: Flags) -> Result<Box<T, A>>
    where
        T: TryFromBytes + KnownLayout + Immutable,
        A: Allocator,
    {
        copy::try_read_box(self, flags)
    }

    /// Reads `count` elements into a new vector. User space specifies `count`, and the driver
    /// specifies the `limit`.
    ///
    /// The count is checked before the allocation. The memory comes from [`UserBuckets`], which
    /// separates it from kernel objects.
    ///
    /// [`UserBuckets`]: crate::alloc::allocator::UserBuckets
    ///
    /// C counterpart: `memdup_array_user()`.
    ///
    /// # Errors
    ///
    /// - [`E2BIG`]: `count` exceeds `limit`.
    /// - [`EOVERFLOW`]: the size of the elements overflows.
    /// - [`EFAULT`]: the address is bad, or fewer than `count` elements are left.
    /// - [`ENOMEM`]: the allocation failed.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserSliceReader;
    ///
    /// const MAX_HANDLES: usize = 128;
    ///
    /// fn handles(reader: &mut UserSliceReader) -> Result<UVec<u32>> {
    ///     let count: u32 = reader.read()?;
    ///
    ///     reader.read_vec(count as usize, MAX_HANDLES, GFP_KERNEL)
    /// }
    /// ```
    #[inline]
    pub fn read_vec<T: FromBytes>(
        &mut self,
        count: usize,
        limit: usize,
        flags: Flags,
    ) -> Result<UVec<T>> {
        copy::read_vec(self, count, limit, flags)
    }

    /// Reads `count` elements into a new vector and validates them in place. Accepts the same
    /// element types as [`Self::try_read`].
    ///
    /// # Errors
    ///
    /// - [`E2BIG`], [`EOVERFLOW`], [`EFAULT`], [`ENOMEM`]: same as [`Self::read_vec`].
    /// - [`EINVAL`]: an element is not a valid value. The reader has moved past all elements.
    #[inline]
    pub fn try_read_vec<T>(&mut self, count: usize, limit: usize, flags: Flags) -> Result<UVec<T>>
    where
        T: TryFromBytes + KnownLayout + Immutable,
    {
        copy::try_read_vec(self, count, limit, flags)
    }

    /// Reads a value with a slice tail into a new box. `elems` receives the header at the start of
    /// the value, and returns the number of elements after it.
    ///
    /// The header is read once, so the value contains the same header that `elems` has checked. The
    /// memory is allocated after `elems` returns, so `elems` must limit the number of elements. The
    /// memory comes from [`UserBuckets`](crate::alloc::allocator::UserBuckets).
    ///
    /// The type has no padding, so its size is the size of the C `struct` with its flexible array.
    ///
    /// C counterpart: `copy_from_user()` of the header, `memdup_user()` of the value, and a check
    /// that the header has not changed.
    ///
    /// # Errors
    ///
    /// - Any error that `elems` returns.
    /// - [`EOVERFLOW`]: the size of the value overflows.
    /// - [`EFAULT`]: the address is bad, or too few bytes are left for the value.
    /// - [`ENOMEM`]: the allocation failed.
    /// - [`EINVAL`]: the value is smaller than the header.
    ///
    /// On failure, the reader has not moved.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserSliceReader;
    ///
    /// #[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
    /// #[repr(C)]
    /// struct Header {
    ///     opcode: u16,
    ///     count: u16,
    /// }
    ///
    /// #[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
    /// #[repr(C)]
    /// struct Command {
    ///     header: Header,
    ///     words: [u32],
    /// }
    ///
    /// fn command(reader: &mut UserSliceReader) -> Result<UBox<Command>> {
    ///     reader.read_box_with_elems(
    ///         |header: &Header| match header.count {
    ///             count @ 1..=64 => Ok(count.into()),
    ///             _ => Err(EINVAL),
    ///         },
    ///         GFP_KERNEL,
    ///     )
    /// }
    /// ```
    #[inline]
    pub fn read_box_with_elems<H, T>(
        &mut self,
        elems: impl FnOnce(&H) -> Result<usize>,
        flags: Flags,
    ) -> Result<UBox<T>>
    where
        H: FromBytes + IntoBytes + Immutable,
        T: FromBytes + IntoBytes + KnownLayout<PointerMetadata = usize> + ?Sized,
    {
        const { by_value::<H>() };
        let mut ahead = self.clone_reader();
        let value = copy::read_box_with_elems(&mut ahead, elems, flags)?;

        *self = ahead;
        Ok(value)
    }

    /// Checks that the next `len` bytes are 0, and moves past them.
    ///
    /// C counterpart: `check_zeroed_user()`.
    ///
    /// # Errors
    ///
    /// - [`E2BIG`]: a byte is not 0. The reader has moved past all `len` bytes.
    /// - [`EFAULT`]: the address is bad, or fewer than `len` bytes are left.
    /// - [`EINTR`]: the process was killed during a long check. The reader has not moved.
    #[inline]
    pub fn check_zeroed(&mut self, len: usize) -> Result {
        let mut zeroed = Ok(());

        let moved = cursor::advance(&mut self.ptr, &mut self.length, len, |from| {
            zeroed = cursor::in_chunks(from, len, |from, len| {
                // SAFETY: Any user address may be passed.
                match unsafe { bindings::check_zeroed_user(from.as_const_ptr(), len) } {
                    1.. => Ok(()),
                    0 => Err(E2BIG),
                    _ => Err(EFAULT),
                }
            });
            usize::from(zeroed.is_err_and(|error| error != E2BIG))
        });
        zeroed.and(moved)
    }
}

#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
#[macros::kunit_tests(rust_uaccess_read)]
mod tests {
    use super::super::{
        test_memory::{
            expect,
            warned,
            with_signal,
            UserMemory,
            SIGKILL,
            SIGUSR1, //
        },
        UserSlice, //
    };
    use super::*;
    use crate::{
        alloc::allocator::KVmalloc,
        page::PAGE_SIZE, //
    };

    const BYTES: [u8; 8] = [1, 0, 0, 0, 2, 0, 0, 0];

    #[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable, Debug, PartialEq)]
    #[repr(u32)]
    enum Mode {
        One = 1,
        Two = 2,
    }

    #[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable)]
    #[repr(C)]
    struct Modes {
        first: Mode,
        second: Mode,
    }

    #[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
    #[repr(C)]
    struct Message {
        count: u32,
        words: [u32],
    }

    /// A type with padding, which can be read.
    #[derive(FromBytes)]
    #[repr(C)]
    struct Padded {
        word: u32,
        byte: u8,
    }

    type Read = fn(&mut UserSliceReader) -> Result<[u8; 8]>;

    /// The methods that read 8 bytes.
    const READS: [(&CStr, Read); 13] = [
        (c"read_raw", |reader| {
            let mut out = [MaybeUninit::zeroed(); 8];
            reader.read_raw(&mut out)?;
            // SAFETY: `read_raw()` returned `Ok`, so it has initialized all of `out`.
            Ok(out.map(|byte| unsafe { byte.assume_init() }))
        }),
        (c"read_slice", |reader| {
            let mut out = [0; 8];
            reader.read_slice(&mut out)?;
            Ok(out)
        }),
        (c"read", |reader| {
            Ok(zerocopy::transmute!(reader.read::<[u32; 2]>()?))
        }),
        (c"read of padding", |reader| {
            let Padded { word, byte } = reader.read()?;
            Ok(zerocopy::transmute!([word, byte.into()]))
        }),
        (c"try_read", |reader| {
            Ok(zerocopy::transmute!(reader.try_read::<Modes>()?))
        }),
        (c"read_into", |reader| {
            let mut out = 0_u64;
            reader.read_into(&mut out)?;
            Ok(out.to_ne_bytes())
        }),
        (c"read_into a slice", |reader| {
            let mut out = [0_u16; 4];
            reader.read_into(&mut out[..])?;
            Ok(zerocopy::transmute!(out))
        }),
        (c"read_until_fault", |reader| {
            let mut out = [0_u64; 1];
            match reader.read_until_fault(&mut out)? {
                1 => Ok(zerocopy::transmute!(out)),
                _ => Err(EFAULT),
            }
        }),
        (c"read_box", |reader| {
            let out: KBox<u64> = reader.read_box(GFP_KERNEL)?;
            Ok(out.to_ne_bytes())
        }),
        (c"try_read_box", |reader| {
            let out: VBox<Modes> = reader.try_read_box(GFP_KERNEL)?;
            <[u8; 8]>::read_from_bytes(out.as_bytes()).map_err(|_| EINVAL)
        }),
        (c"read_vec", |reader| {
            let out: UVec<u16> = reader.read_vec(4, 4, GFP_KERNEL)?;
            <[u8; 8]>::read_from_bytes(out.as_bytes()).map_err(|_| EINVAL)
        }),
        (c"try_read_vec", |reader| {
            let out: UVec<Mode> = reader.try_read_vec(2, 2, GFP_KERNEL)?;
            <[u8; 8]>::read_from_bytes(out.as_bytes()).map_err(|_| EINVAL)
        }),
        (c"read_box_with_elems", |reader| {
            let out: UBox<Message> =
                reader.read_box_with_elems(|count: &u32| Ok(*count as usize), GFP_KERNEL)?;
            Ok(zerocopy::transmute!([out.count, out.words[0]]))
        }),
    ];

    #[test]
    fn each_read_succeeds() -> Result {
        let user = UserMemory::new()?;

        for (name, read) in READS {
            // In the middle, across two pages, up to the last byte, and misaligned.
            for offset in [16, PAGE_SIZE - 4, UserMemory::END - 8, 17] {
                user.set(offset, &BYTES)?;
                let mut exact = user.reader(offset, 8);
                expect(name, read(&mut exact), Ok(BYTES))?;
                assert!(exact.is_empty());

                let mut longer = user.reader(offset, 9);
                expect(name, read(&mut longer), Ok(BYTES))?;
                assert_eq!(longer.len(), 1);
            }
        }
        Ok(())
    }

    #[test]
    fn each_read_refuses_a_short_slice() -> Result {
        let user = UserMemory::new()?;
        user.set(0, &BYTES)?;

        for (name, read) in READS {
            for len in [0, 1, 7] {
                let mut reader = user.reader(0, len);

                expect(name, read(&mut reader), Err(EFAULT))?;
                assert_eq!(reader.len(), len);
            }
        }
        Ok(())
    }

    #[test]
    fn each_read_refuses_bad_addresses() -> Result {
        let user = UserMemory::new()?;

        for (name, read) in READS {
            for addr in user.bad() {
                let mut reader = UserSlice::new(addr, 8).reader();

                expect(name, read(&mut reader), Err(EFAULT))?;
                assert_eq!(reader.len(), 8);
            }
        }
        Ok(())
    }

    /// A fault within a value does not move the reader: the bytes before the fault can still be
    /// read.
    #[test]
    fn each_read_stays_at_a_fault() -> Result {
        let user = UserMemory::new()?;
        user.set(UserMemory::END - 7, &BYTES[..7])?;

        for (name, read) in READS {
            let mut reader = user.reader(UserMemory::END - 7, 8);

            expect(name, read(&mut reader), Err(EFAULT))?;
            assert_eq!(reader.len(), 8);
            assert_eq!(reader.read::<[u8; 7]>(), Ok([1, 0, 0, 0, 2, 0, 0]));
        }
        Ok(())
    }

    #[cfg(CONFIG_FAULT_INJECTION_USERCOPY)]
    #[test]
    fn each_read_survives_fault_injection() -> Result {
        let user = UserMemory::new()?;
        user.set(0, &BYTES)?;

        for (name, read) in READS {
            let failed = super::super::test_memory::fail_each_copy(|| read(&mut user.reader(0, 8)));

            expect(name, failed.map(|count| count > 0), Ok(true))?;
        }
        Ok(())
    }

    #[test]
    fn invalid_values_are_refused() -> Result {
        let user = UserMemory::new()?;
        user.set(0, &[3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0])?;

        let mut reader = user.reader(0, 12);
        assert_eq!(reader.try_read::<Mode>(), Err(EINVAL));
        // The reader has moved past the rejected bytes.
        assert_eq!(reader.try_read::<Mode>(), Ok(Mode::One));
        assert_eq!(reader.try_read::<Mode>(), Ok(Mode::Two));

        let mut reader = user.reader(0, 8);
        let refused: Result<KBox<Mode>> = reader.try_read_box(GFP_KERNEL);
        assert_eq!(refused.err(), Some(EINVAL));
        assert_eq!(reader.len(), 4);

        let mut reader = user.reader(0, 8);
        let refused: Result<UVec<Mode>> = reader.try_read_vec(2, 2, GFP_KERNEL);
        assert_eq!(refused.err(), Some(EINVAL));
        assert!(reader.is_empty());

        // Each element is validated, not only the first.
        user.set(12, [1_u32, 2, 1, 3].as_bytes())?;
        let checked = |count| -> Result<UVec<Mode>> {
            user.reader(12, 16).try_read_vec(count, 4, GFP_KERNEL)
        };
        assert_eq!(&checked(3)?, &[Mode::One, Mode::Two, Mode::One]);
        assert_eq!(checked(4).err(), Some(EINVAL));
        user.set(12, [1_u32, 0, 1].as_bytes())?;
        assert_eq!(checked(3).err(), Some(EINVAL));
        user.set(12, &[0; 4])?;

        assert_eq!(user.reader(0, 1).try_read::<bool>(), Err(EINVAL));
        assert_eq!(user.reader(1, 1).try_read::<bool>(), Ok(false));
        assert_eq!(user.reader(4, 1).try_read::<bool>(), Ok(true));
        assert_eq!(user.reader(4, 4).try_read::<char>(), Ok('\u{1}'));
        user.set(0, &0xd800_u32.to_ne_bytes())?;
        assert_eq!(user.reader(0, 4).try_read::<char>(), Err(EINVAL));
        assert_eq!(
            user.reader(12, 4).try_read::<core::num::NonZero<u32>>(),
            Err(EINVAL)
        );
        Ok(())
    }

    #[test]
    fn only_the_target_changes() -> Result {
        let user = UserMemory::new()?;
        let mut out = [0xa5_u8; 24];
        user.set(0, &[1; 24])?;

        user.reader(0, 24).read_into(&mut out[8..16])?;
        assert_eq!(out[..8], [0xa5; 8]);
        assert_eq!(out[8..16], [1; 8]);
        assert_eq!(out[16..], [0xa5; 8]);

        assert_eq!(user.reader(0, 7).read_into(&mut out[..8]), Err(EFAULT));
        assert_eq!(out[..8], [0xa5; 8]);
        Ok(())
    }

    #[test]
    fn zero_bytes_are_read_anywhere() -> Result {
        let user = UserMemory::new()?;
        let mut reader = user.reader(UserMemory::END, 0);

        assert_eq!(reader.read::<[u8; 0]>(), Ok([]));
        reader.read_into::<[u32]>(&mut [])?;
        assert!(reader.read_vec::<u64>(0, 0, GFP_KERNEL)?.is_empty());
        assert_eq!(reader.read_until_fault::<u64>(&mut []), Ok(0));
        reader.check_zeroed(0)
    }

    /// The values are four times the size of a kernel stack.
    #[test]
    fn large_values_do_not_need_stack() -> Result {
        #[derive(FromBytes, KnownLayout, Immutable)]
        #[repr(C)]
        struct Large([u8; 65536]);

        #[derive(TryFromBytes, KnownLayout, Immutable)]
        #[repr(C)]
        struct LargeChecked(Mode, MaybeUninit<[u8; 65532]>);

        let user = UserMemory::new()?;
        let mut reader = user.reader(0, 65536);
        assert_eq!(
            reader.read_box::<Large, KVmalloc>(GFP_KERNEL).err(),
            Some(EFAULT)
        );

        let mut target = KVBox::<Large>::new_zeroed(GFP_KERNEL)?;
        assert_eq!(reader.read_into(&mut *target), Err(EFAULT));
        let checked: Result<KVBox<LargeChecked>> = reader.try_read_box(GFP_KERNEL);
        assert_eq!(checked.err(), Some(EFAULT));

        let large = user.large(65536)?;
        let value: KVBox<Large> = UserSlice::new(large, 65536).reader().read_box(GFP_KERNEL)?;
        assert!(value.0.iter().all(|byte| *byte == 0));
        UserSlice::new(large, 65536)
            .reader()
            .read_into(&mut *target)?;
        let checked: Result<KVBox<LargeChecked>> = UserSlice::new(large, 65536)
            .reader()
            .try_read_box(GFP_KERNEL);
        assert_eq!(checked.err(), Some(EINVAL));
        Ok(())
    }

    #[test]
    fn counts_are_checked_before_memory_is_allocated() -> Result {
        type Words = Result<UVec<u64>>;

        let user = UserMemory::new()?;
        let huge = usize::MAX / 8 + 1;
        let read =
            |len, count, limit| -> Words { user.reader(0, len).read_vec(count, limit, GFP_KERNEL) };

        assert_eq!(read(16, 2, 2)?.len(), 2);
        assert_eq!(read(16, 2, 1).err(), Some(E2BIG));
        assert_eq!(read(16, usize::MAX, 1).err(), Some(E2BIG));
        assert_eq!(read(16, huge, huge).err(), Some(EOVERFLOW));
        // These elements would fill the address space.
        assert_eq!(read(16, huge - 1, huge).err(), Some(EFAULT));
        assert_eq!(read(15, 2, 2).err(), Some(EFAULT));

        let checked: Result<UVec<Mode>> = user.reader(0, 8).try_read_vec(2, 1, GFP_KERNEL);
        assert_eq!(checked.err(), Some(E2BIG));
        Ok(())
    }

    /// User space may specify half of the address space, which exceeds the memory of the machine.
    #[test]
    fn lack_of_memory_is_reported() -> Result {
        let user = UserMemory::new()?;
        let (half, count) = (usize::MAX / 2, usize::MAX / 32);
        let (flags, before) = (GFP_KERNEL, warned());
        let mut reader = user.reader(0, half);

        let vec: Result<UVec<u64>> = reader.read_vec(count, count, flags);
        assert_eq!(vec.err(), Some(ENOMEM));
        let vec: Result<UVec<Mode>> = reader.try_read_vec(count, count, flags);
        assert_eq!(vec.err(), Some(ENOMEM));
        let value: Result<UBox<Message>> = reader.read_box_with_elems(|_: &u32| Ok(count), flags);
        assert_eq!(value.err(), Some(ENOMEM));
        assert_eq!(reader.len(), half);

        // Vectors of the driver, with each allocator.
        let all = |reader: UserSliceReader| {
            [
                reader.clone_reader().read_all(&mut KVec::new(), flags),
                reader.clone_reader().read_all(&mut KVVec::new(), flags),
                reader.read_all(&mut VVec::new(), flags),
            ]
        };
        assert_eq!(all(user.reader(0, half)), [Err(ENOMEM); 3]);
        assert_eq!(warned(), before);
        Ok(())
    }

    #[test]
    fn slice_tails_take_their_length_from_the_header() -> Result {
        let user = UserMemory::new()?;
        let read = |len, count: Result<usize>| -> (Result<UBox<Message>>, usize) {
            let mut reader = user.reader(0, len);
            let value = reader.read_box_with_elems(|_: &u32| count, GFP_KERNEL);
            (value, reader.len())
        };
        user.set(0, [2_u32, 5, 6].as_bytes())?;

        let mut reader = user.reader(0, 13);
        let value: UBox<Message> =
            reader.read_box_with_elems(|count: &u32| Ok(*count as usize), GFP_KERNEL)?;
        assert_eq!(value.count, 2);
        assert_eq!(value.words, [5, 6]);
        assert_eq!(reader.len(), 1);

        assert!(read(4, Ok(0)).0?.words.is_empty());
        for (len, count, error) in [
            (3, Ok(0), EFAULT),
            (12, Ok(3), EFAULT),
            (12, Err(E2BIG), E2BIG),
            (12, Ok(usize::MAX), EOVERFLOW),
            (12, Ok(usize::MAX / 8), EFAULT),
        ] {
            let (value, left) = read(len, count);
            assert_eq!(value.err(), Some(error));
            assert_eq!(left, len);
        }

        // The header is larger than the value.
        let mut reader = user.reader(0, 12);
        let value: Result<UBox<[u8]>> = reader.read_box_with_elems(|_: &u32| Ok(3), GFP_KERNEL);
        assert_eq!(value.err(), Some(EINVAL));
        assert_eq!(reader.len(), 12);
        Ok(())
    }

    #[test]
    fn partial_reads_count_whole_elements() -> Result {
        let user = UserMemory::new()?;
        let mut out = [0_u32; 128];
        user.set(UserMemory::END - 259, &[7; 259])?;

        // 64 complete words and 3 bytes are mapped. On some architectures, the copy stops earlier.
        let mut reader = user.reader(UserMemory::END - 259, 512);
        let count = reader.read_until_fault(&mut out)?;
        assert!((1..=64).contains(&count));
        assert_eq!(reader.len(), 512 - 4 * count);
        assert!(out[..count].iter().all(|word| *word == 0x0707_0707));
        let mut rest = user.reader(UserMemory::END - 3, 4);
        assert_eq!(rest.read_until_fault(&mut out), Err(EFAULT));
        assert_eq!(rest.len(), 4);

        // The slice ends within an element, or `out` is full.
        let mut reader = user.reader(0, 11);
        assert_eq!(reader.read_until_fault(&mut out), Ok(2));
        assert_eq!(reader.len(), 3);
        assert_eq!(reader.read_until_fault(&mut out), Ok(0));
        assert_eq!(user.reader(0, 1000).read_until_fault(&mut out), Ok(128));
        Ok(())
    }

    #[test]
    fn zeros_are_checked() -> Result {
        let user = UserMemory::new()?;
        user.set(8, &[1])?;

        let mut reader = user.reader(0, 16);
        reader.check_zeroed(8)?;
        assert_eq!(reader.len(), 8);
        assert_eq!(reader.check_zeroed(9), Err(EFAULT));
        assert_eq!(reader.len(), 8);
        assert_eq!(reader.check_zeroed(8), Err(E2BIG));
        assert!(reader.is_empty());

        assert_eq!(
            user.reader(UserMemory::END - 4, 8).check_zeroed(8),
            Err(EFAULT)
        );
        for addr in user.bad() {
            assert_eq!(
                UserSlice::new(addr, 8).reader().check_zeroed(8),
                Err(EFAULT)
            );
        }
        Ok(())
    }

    /// Skips several chunks, with a check for signals after each.
    #[test]
    fn many_zeros_are_checked() -> Result {
        let user = UserMemory::new()?;
        let size = 1 << 18;
        let start = user.large(size)?;
        let all = || UserSlice::new(start, size);

        let mut reader = all().reader();
        reader.check_zeroed(size - 1)?;
        assert_eq!(reader.len(), 1);
        assert_eq!(all().reader().check_zeroed(size + 1), Err(EFAULT));

        // A set bit in the last byte, then in a byte in the middle.
        for at in [size - 1, size / 2] {
            let mut reader = all().reader();
            UserSlice::new(start.wrapping_byte_add(at), 1)
                .writer()
                .write(&1_u8)?;
            assert_eq!(reader.check_zeroed(size), Err(E2BIG));
            assert!(reader.is_empty());
        }

        // 64 KiB from the start of the memory reach past its end.
        let mut reader = user.reader(0, size);
        assert_eq!(reader.check_zeroed(size), Err(EFAULT));
        assert_eq!(reader.len(), size);
        Ok(())
    }

    #[test]
    fn a_killed_process_stops_skipping() -> Result {
        let user = UserMemory::new()?;
        let size = 1 << 18;
        let mut reader = UserSlice::new(user.large(size)?, size).reader();

        let skipped = with_signal(SIGKILL, || reader.check_zeroed(size));
        assert_eq!(skipped, Err(EINTR));
        assert_eq!(reader.len(), size);
        // Other signals do not interrupt the check.
        with_signal(SIGUSR1, || reader.check_zeroed(size))
    }

    #[test]
    fn read_all_appends() -> Result {
        let user = UserMemory::new()?;
        let mut bytes = kernel::kvec![9_u8]?;
        user.set(0, &[1, 2])?;

        user.reader(0, 2).read_all(&mut bytes, GFP_KERNEL)?;
        assert_eq!(&bytes, &[9, 1, 2]);
        assert_eq!(
            user.reader(UserMemory::END - 1, 2)
                .read_all(&mut bytes, GFP_KERNEL),
            Err(EFAULT)
        );
        assert_eq!(&bytes, &[9, 1, 2]);
        Ok(())
    }

    #[test]
    fn a_value_is_read_in_place() -> Result {
        let user = UserMemory::new()?;
        let values = [1_u32, 2];
        let mut words = MaybeUninit::<[u32; 2]>::uninit();
        let mut modes = MaybeUninit::<Modes>::uninit();

        user.set(0, values.as_bytes())?;
        assert_eq!(user.reader(0, 8).read_init(&mut words)?, &values);
        assert_eq!(user.reader(0, 7).read_init(&mut words).err(), Some(EFAULT));

        let read = user.reader(0, 8).try_read_init(&mut modes)?;
        assert!(read.first == Mode::One && read.second == Mode::Two);
        for invalid in [0, 4] {
            user.set(0, values.as_bytes())?;
            user.set(invalid, &[0; 4])?;
            let refused = user.reader(0, 8).try_read_init(&mut modes).err();
            assert_eq!(refused, Some(EINVAL));
        }
        Ok(())
    }
}
