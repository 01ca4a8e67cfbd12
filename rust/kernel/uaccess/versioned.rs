// SPDX-License-Identifier: GPL-2.0

//! Versioned structs, of which user space and the kernel may have different versions.
//!
//! C header: [`include/linux/uaccess.h`](srctree/include/linux/uaccess.h)
//!
//! A versioned `struct` of a UAPI header grows at its end. A new field that is 0 selects the
//! behavior before the field was added. User space specifies the size of its `struct`, and the
//! common fields are copied. The tail is the rest of the larger `struct`.

use super::{
    UserSliceReader,
    UserSliceWriter, //
};
use crate::{
    bindings,
    copy::{
        self,
        ByteSource, //
    },
    error::to_result,
    page::PAGE_SIZE,
    prelude::*,
    zerocopy::by_value, //
};
use core::{
    marker::PhantomData,
    mem::MaybeUninit,
    ptr,
    slice, //
};

/// The range of sizes of a versioned struct that user space may specify: at least the size of the
/// first version, and at most a page by default.
///
/// [`min_size!`](crate::min_size) creates it from the last mandatory field.
pub struct MinSize<T> {
    bytes: usize,
    max: usize,
    _type: PhantomData<fn(T)>,
}

impl<T> Clone for MinSize<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for MinSize<T> {}

impl<T> MinSize<T> {
    /// Creates the range whose minimum is the end of the field that `_field` returns. The field
    /// begins at `offset`.
    #[doc(hidden)]
    pub const fn up_to<F>(offset: usize, _field: fn(T) -> F) -> Self {
        Self {
            bytes: offset + size_of::<F>(),
            max: if size_of::<T>() > PAGE_SIZE {
                size_of::<T>()
            } else {
                PAGE_SIZE
            },
            _type: PhantomData,
        }
    }

    /// Allows sizes of up to `max` bytes.
    ///
    /// The kernel checks or clears each byte of an unknown tail. The limit bounds the time of this
    /// loop, which also ends if the process is killed.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     min_size,
    ///     page::PAGE_SIZE,
    ///     uaccess::MinSize, //
    /// };
    ///
    /// #[derive(FromBytes)]
    /// #[repr(C)]
    /// struct Filter {
    ///     count: u64,
    ///     words: [u64; 64],
    /// }
    ///
    /// const SIZES: MinSize<Filter> = min_size!(Filter, count).at_most(2 * PAGE_SIZE);
    /// assert_eq!(SIZES.max_bytes(), 2 * PAGE_SIZE);
    /// ```
    pub const fn at_most(self, max: usize) -> Self {
        Self { max, ..self }
    }

    /// Checks a size that user space specifies.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the size is smaller than [`Self::bytes`].
    /// - [`E2BIG`]: the size is larger than [`Self::max_bytes`].
    #[inline(always)]
    pub(super) fn check(&self, user: usize) -> Result {
        if user < self.bytes {
            return Err(EINVAL);
        }
        if user > self.max {
            return Err(E2BIG);
        }
        Ok(())
    }

    /// Returns the smallest size in bytes.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the largest size in bytes.
    pub const fn max_bytes(&self) -> usize {
        self.max
    }
}

/// Returns the [`MinSize`] of a versioned struct, given its last mandatory field.
///
/// C counterpart: `offsetofend()`.
///
/// # Examples
///
/// ```
/// use kernel::{
///     min_size,
///     uaccess::MinSize, //
/// };
///
/// #[derive(FromBytes)]
/// #[repr(C)]
/// struct Open {
///     flags: u64,
///     mode: u64,
///     // Since the second version.
///     resolve: u64,
/// }
///
/// const FIRST: MinSize<Open> = min_size!(Open, mode);
/// assert_eq!(FIRST.bytes(), 16);
/// ```
#[macro_export]
macro_rules! min_size {
    ($type:ty, $($field:tt)+) => {
        $crate::uaccess::MinSize::<$type>::up_to(
            ::core::mem::offset_of!($type, $($field)+),
            |value: $type| value.$($field)+,
        )
    };
}

/// The result of reading the tail of a versioned struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "user space may have an older or newer version of the struct"]
pub enum ReadTail {
    /// Both versions have the same size, so there is no tail.
    None,
    /// User space has an older version. This many bytes at the end of the value were set to 0.
    ZeroFilled(usize),
    /// User space has a newer version. This many bytes at its end were 0, and were ignored.
    Ignored(usize),
}

/// The result of writing the tail of a versioned struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "user space may not have received fields that are not zero"]
pub enum WriteTail {
    /// Both versions have the same size, so there is no tail.
    None,
    /// User space has a newer version. This many bytes at its end were set to 0.
    ZeroFilled(usize),
    /// User space has an older version. It lacks this many bytes, all of which are 0.
    TruncatedZeros(usize),
    /// User space has an older version. It lacks this many bytes, some of which are not 0.
    TruncatedData(usize),
}

impl WriteTail {
    /// Returns an error if user space lacks fields that are not 0.
    ///
    /// # Errors
    ///
    /// - [`EMSGSIZE`]: the tail is [`WriteTail::TruncatedData`]. The fields that user space knows
    ///   have been written.
    pub fn require_complete(self) -> Result {
        match self {
            Self::TruncatedData(_) => Err(EMSGSIZE),
            _ => Ok(()),
        }
    }
}

impl UserSliceReader {
    /// Reads a versioned struct from all remaining bytes.
    ///
    /// If user space has an older version, the fields that it lacks are set to 0. If it has a newer
    /// version, the fields that the kernel lacks must be 0.
    ///
    /// C counterpart: `copy_struct_from_user()`, after checking that the size does not exceed a
    /// page.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: fewer than `min` bytes are left.
    /// - [`E2BIG`]: user space has a newer version with a tail that is not 0; or more than
    ///   [`MinSize::max_bytes`] bytes are left.
    /// - [`EFAULT`]: the address is bad.
    /// - [`EINTR`]: the process was killed during a check of a long tail.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     min_size,
    ///     uaccess::UserSlice, //
    /// };
    ///
    /// #[derive(FromBytes)]
    /// #[repr(C)]
    /// struct Open {
    ///     flags: u64,
    ///     mode: u64,
    ///     // Since the second version.
    ///     resolve: u64,
    /// }
    ///
    /// fn open(arg: UserPtr, size: usize) -> Result<u64> {
    ///     let reader = UserSlice::new(arg, size).reader();
    ///     let (open, _tail) = reader.read_versioned(min_size!(Open, mode))?;
    ///
    ///     Ok(open.resolve)
    /// }
    /// # assert_eq!(open(UserPtr::from_addr(0), 8), Err(EINVAL));
    /// ```
    pub fn read_versioned<T: FromBytes>(self, min: MinSize<T>) -> Result<(T, ReadTail)> {
        const { by_value::<T>() };
        let mut value = MaybeUninit::uninit();
        let (_, tail) = self.read_versioned_init(&mut value, min)?;

        // SAFETY: `read_versioned_init()` has initialized `value`.
        Ok((unsafe { value.assume_init() }, tail))
    }

    /// Reads a versioned struct into uninitialized memory, and returns a reference to it. Unlike
    /// [`Self::read_versioned`], this method does not copy the value a second time.
    ///
    /// # Errors
    ///
    /// Same as [`Self::read_versioned`].
    #[inline(always)]
    pub fn read_versioned_init<T: FromBytes>(
        mut self,
        out: &mut MaybeUninit<T>,
        min: MinSize<T>,
    ) -> Result<(&mut T, ReadTail)> {
        let (kernel, user) = (size_of::<T>(), self.length);
        min.check(user)?;
        if user < kernel {
            let bytes = copy::bytes_mut(slice::from_mut(out));
            // Clear all bytes: unlike the tail, they have a size known at compile time.
            bytes.fill(MaybeUninit::new(0));
            self.fill(&mut bytes[..user])?;

            // SAFETY: All bytes have been set to 0 or read. Every bit pattern is a valid
            // `T: FromBytes`.
            let value = unsafe { out.assume_init_mut() };
            return Ok((value, ReadTail::ZeroFilled(kernel - user)));
        }

        let tail = self.check_tail(kernel)?;
        Ok((self.read_init(out)?, tail))
    }

    /// Checks that all bytes after the first `kernel` bytes are 0. At least `kernel` bytes must be
    /// left.
    #[inline(always)]
    fn check_tail(&self, kernel: usize) -> Result<ReadTail> {
        match self.length - kernel {
            0 => Ok(ReadTail::None),
            more => {
                let mut tail = self.clone_reader();
                tail.skip(kernel)?;
                tail.check_zeroed(more)?;
                Ok(ReadTail::Ignored(more))
            }
        }
    }

    /// Reads a versioned struct in place. Unlike [`Self::read_versioned`], this method can read
    /// large structs.
    ///
    /// # Errors
    ///
    /// Same as [`Self::read_versioned`]. `out` has not changed if the size is out of range. After
    /// any other error, its contents are unspecified.
    pub fn read_versioned_into<T: FromBytes>(
        self,
        out: &mut T,
        min: MinSize<T>,
    ) -> Result<ReadTail> {
        let (kernel, user) = (size_of::<T>(), self.length);
        min.check(user)?;
        // The tail is read first, and must not be read at an address that has wrapped around.
        if self.ptr.wraps(user) {
            return Err(EFAULT);
        }
        let tail = match user.checked_sub(kernel) {
            None => ReadTail::ZeroFilled(kernel - user),
            // Check the tail here: `copy_struct_from_user()` does not stop for fatal signals.
            Some(_) => self.check_tail(kernel)?,
        };

        // SAFETY: `out` is valid for writes of `kernel` bytes. It stays a valid value, as
        // `copy_struct_from_user()` writes only initialized bytes, and every bit pattern is a valid
        // `T: FromBytes`. Any user address may be passed.
        to_result(unsafe {
            bindings::copy_struct_from_user(
                ptr::from_mut(out).cast(),
                kernel,
                self.ptr.as_const_ptr(),
                user.min(kernel),
            )
        })?;
        Ok(tail)
    }
}

impl UserSliceWriter {
    /// Writes a versioned struct to all remaining user memory.
    ///
    /// If user space has an older version, only the fields of that version are written. If it has a
    /// newer version, the fields that the kernel lacks are set to 0.
    ///
    /// C counterpart: `copy_struct_to_user()`.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: fewer than `min` bytes are left.
    /// - [`E2BIG`]: more than [`MinSize::max_bytes`] bytes are left.
    /// - [`EFAULT`]: the address is bad. The contents of the user memory are then unspecified.
    /// - [`EINTR`]: the process was killed while a long tail was set to 0. The contents of the user
    ///   memory are then unspecified.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     min_size,
    ///     uaccess::UserSlice, //
    /// };
    ///
    /// #[derive(IntoBytes, Immutable)]
    /// #[repr(C)]
    /// struct Info {
    ///     version: u64,
    ///     // Since the second version.
    ///     features: u64,
    /// }
    ///
    /// fn info(arg: UserPtr, size: usize) -> Result {
    ///     let info = Info { version: 2, features: 1 };
    ///     let writer = UserSlice::new(arg, size).writer();
    ///
    ///     // A process with the first version gets an error if `features` is not 0.
    ///     writer.write_versioned(&info, min_size!(Info, version))?.require_complete()
    /// }
    /// # assert_eq!(info(UserPtr::from_addr(0), 4), Err(EINVAL));
    /// ```
    pub fn write_versioned<T: IntoBytes + Immutable>(
        self,
        value: &T,
        min: MinSize<T>,
    ) -> Result<WriteTail> {
        let (kernel, user) = (size_of::<T>(), self.length);
        let mut truncated = false;
        min.check(user)?;
        // The tail is cleared first, and must not be cleared at an address that has wrapped around.
        if self.ptr.wraps(user) {
            return Err(EFAULT);
        }
        // Clear the tail here: `copy_struct_to_user()` does not stop if the process is killed.
        if let Some(more @ 1..) = user.checked_sub(kernel) {
            // INVARIANT: The tail is a part of this slice.
            let mut tail = UserSliceWriter {
                ptr: self.ptr.wrapping_byte_add(kernel),
                length: more,
            };
            tail.write_zeros(more)?;
        }

        // SAFETY: `value` is valid for reads of `kernel` bytes, which are initialized, because `T`
        // is `IntoBytes`. `truncated` is valid for writes. Any user address may be passed.
        to_result(unsafe {
            bindings::copy_struct_to_user(
                self.ptr.as_mut_ptr(),
                user.min(kernel),
                ptr::from_ref(value).cast(),
                kernel,
                &mut truncated,
            )
        })?;
        Ok(match user.checked_sub(kernel) {
            None if truncated => WriteTail::TruncatedData(kernel - user),
            None => WriteTail::TruncatedZeros(kernel - user),
            Some(0) => WriteTail::None,
            Some(more) => WriteTail::ZeroFilled(more),
        })
    }
}

#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
#[macros::kunit_tests(rust_uaccess_versioned)]
mod tests {
    use super::super::{
        test_memory::{
            with_signal,
            UserMemory,
            SIGKILL,
            SIGUSR1, //
        },
        UserSlice, //
    };
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable)]
    #[repr(C)]
    struct Version2 {
        flags: u64,
        mode: u32,
        reserved: u32,
        since_2: u64,
    }

    const MIN: MinSize<Version2> = min_size!(Version2, reserved);
    const SIZE: usize = size_of::<Version2>();

    /// Returns the result of the C function, and the struct, whose bytes were 0xa5 before the read.
    fn c_from_user(user: &UserMemory, len: usize) -> (Result, Version2) {
        let mut value = [0xa5_u8; SIZE];

        // SAFETY: `value` is valid for writes. Any user address may be passed.
        let ret = unsafe {
            bindings::copy_struct_from_user(
                value.as_mut_ptr().cast(),
                SIZE,
                user.at(0).as_const_ptr(),
                len,
            )
        };
        (to_result(ret), zerocopy::transmute!(value))
    }

    /// Returns the result of the C function, and `true` if it ignored bytes that are not 0.
    fn c_to_user(user: &UserMemory, len: usize, value: &Version2) -> (Result, bool) {
        let mut ignored = false;

        // SAFETY: `value` is valid for reads and `ignored` for writes. Any user address may be
        // passed.
        let ret = unsafe {
            bindings::copy_struct_to_user(
                user.at(0).as_mut_ptr(),
                len,
                ptr::from_ref(value).cast(),
                SIZE,
                &mut ignored,
            )
        };
        (to_result(ret), ignored)
    }

    #[test]
    fn reads_match_c() -> Result {
        let user = UserMemory::new()?;

        for len in MIN.bytes()..2 * SIZE {
            // Set all bytes, then the bytes that the kernel knows, then all but the last.
            for set in [len, SIZE.min(len), len - 1] {
                user.set(0, &[0; 2 * SIZE])?;
                user.set(0, &[0x5a; 2 * SIZE][..set])?;

                let (wanted, value) = c_from_user(&user, len);
                let got = user.reader(0, len).read_versioned(MIN);
                match wanted {
                    Ok(()) => assert_eq!(got.map(|(value, _)| value), Ok(value)),
                    Err(error) => assert_eq!(got.err(), Some(error)),
                }

                let mut out = Version2::read_from_bytes(&[0xa5; SIZE]).map_err(|_| EINVAL)?;
                let in_place = user.reader(0, len).read_versioned_into(&mut out, MIN);
                assert_eq!(in_place.map(|_| ()), wanted);
                assert_eq!(out, value);
            }
        }
        Ok(())
    }

    #[test]
    fn writes_match_c() -> Result {
        let user = UserMemory::new()?;

        for since_2 in [0, 1, 1 << 56] {
            let value = Version2 {
                flags: 1,
                mode: 2,
                reserved: 0,
                since_2,
            };

            for len in MIN.bytes()..2 * SIZE {
                user.set(0, &[0xa5; 2 * SIZE])?;
                let (wanted, truncated) = c_to_user(&user, len, &value);
                let memory = user.get::<{ 2 * SIZE }>(0)?;

                user.set(0, &[0xa5; 2 * SIZE])?;
                let got = user.writer(0, len).write_versioned(&value, MIN);
                assert_eq!(got.map(|_| ()), wanted);
                assert_eq!(user.get(0), Ok(memory));
                assert_eq!(got?.require_complete().is_err(), truncated);
            }
        }
        Ok(())
    }

    #[test]
    fn the_tail_is_accounted_for() -> Result {
        let user = UserMemory::new()?;
        let value = Version2::new_zeroed();
        let read = |len| -> Result<ReadTail> {
            let (_, tail) = user.reader(0, len).read_versioned(MIN)?;
            Ok(tail)
        };
        let write = |len, value| user.writer(64, len).write_versioned(value, MIN);

        assert_eq!(read(SIZE), Ok(ReadTail::None));
        assert_eq!(read(SIZE - 8), Ok(ReadTail::ZeroFilled(8)));
        assert_eq!(read(SIZE + 3), Ok(ReadTail::Ignored(3)));
        user.set(SIZE + 2, &[1])?;
        assert_eq!(read(SIZE + 3), Err(E2BIG));
        assert_eq!(read(SIZE + 2), Ok(ReadTail::Ignored(2)));

        assert_eq!(write(SIZE, &value), Ok(WriteTail::None));
        assert_eq!(write(SIZE - 8, &value), Ok(WriteTail::TruncatedZeros(8)));
        assert_eq!(write(SIZE + 3, &value), Ok(WriteTail::ZeroFilled(3)));
        let value = Version2 {
            since_2: 1 << 56,
            ..value
        };
        let truncated = write(SIZE - 1, &value)?;
        assert_eq!(truncated, WriteTail::TruncatedData(1));
        assert_eq!(truncated.require_complete(), Err(EMSGSIZE));
        Ok(())
    }

    #[test]
    fn a_killed_process_ends_a_long_tail() -> Result {
        let user = UserMemory::new()?;
        let len = 1 << 18;
        let start = user.large(len)?;
        let reader = || UserSlice::new(start, len).reader();
        let min = MIN.at_most(len);
        let mut out = Version2::new_zeroed();

        let read = with_signal(SIGKILL, || reader().read_versioned(min));
        assert_eq!(read.err(), Some(EINTR));
        let read = with_signal(SIGKILL, || reader().read_versioned_into(&mut out, min));
        assert_eq!(read, Err(EINTR));
        let write = |out: &_| {
            UserSlice::new(start, len)
                .writer()
                .write_versioned(out, min)
        };
        assert_eq!(with_signal(SIGKILL, || write(&out)), Err(EINTR));

        // Other signals do not end the loops.
        let tail = len - SIZE;
        let read = with_signal(SIGUSR1, || reader().read_versioned_into(&mut out, min));
        assert_eq!(read, Ok(ReadTail::Ignored(tail)));
        let written = with_signal(SIGUSR1, || write(&out));
        assert_eq!(written, Ok(WriteTail::ZeroFilled(tail)));
        Ok(())
    }

    #[test]
    fn less_than_the_minimum_is_refused() -> Result {
        let user = UserMemory::new()?;
        let mut out = Version2 {
            since_2: 7,
            ..Version2::new_zeroed()
        };
        user.set(0, &[0xa5; SIZE])?;

        assert_eq!(MIN.bytes(), 16);
        assert_eq!(min_size!(Version2, flags).bytes(), 8);
        for len in [0, 1, 15] {
            assert_eq!(
                user.reader(0, len).read_versioned_into(&mut out, MIN),
                Err(EINVAL)
            );
            assert_eq!(out.since_2, 7);
            assert_eq!(user.writer(0, len).write_versioned(&out, MIN), Err(EINVAL));
            assert_eq!(user.get(0), Ok([0xa5; SIZE]));
        }
        Ok(())
    }

    /// A newer version may exceed a page only if the driver allows it.
    #[test]
    fn more_than_the_maximum_is_refused() -> Result {
        let user = UserMemory::new()?;
        let larger = MIN.at_most(PAGE_SIZE + 1);
        let mut out = Version2 {
            since_2: 7,
            ..Version2::new_zeroed()
        };
        user.set(0, &[0xa5; SIZE])?;

        assert_eq!(MIN.max_bytes(), PAGE_SIZE);
        for (min, len) in [
            (MIN, PAGE_SIZE + 1),
            (MIN, usize::MAX),
            (larger, PAGE_SIZE + 2),
        ] {
            let read = user.reader(0, len).read_versioned(min);
            assert_eq!(read.err(), Some(E2BIG));
            assert_eq!(
                user.reader(0, len).read_versioned_into(&mut out, min),
                Err(E2BIG)
            );
            assert_eq!(out.since_2, 7);
            assert_eq!(user.writer(0, len).write_versioned(&out, min), Err(E2BIG));
            assert_eq!(user.get(0), Ok([0xa5; SIZE]));
        }
        for (min, len) in [(MIN, PAGE_SIZE), (larger, PAGE_SIZE + 1)] {
            let tail = len - SIZE;
            let (_, read) = user.reader(0, len).read_versioned(min)?;
            assert_eq!(read, ReadTail::Ignored(tail));
            let written = user.writer(0, len).write_versioned(&out, min)?;
            assert_eq!(written, WriteTail::ZeroFilled(tail));
        }
        Ok(())
    }

    #[test]
    fn faults_are_reported() -> Result {
        let user = UserMemory::new()?;
        let value = Version2::new_zeroed();

        // Fault within the struct, fault within the tail of a newer version, and no fault at the
        // end.
        for (offset, len, faults) in [
            (SIZE - 1, SIZE, true),
            (SIZE, SIZE + 1, true),
            (SIZE - 1, SIZE - 1, false),
            (SIZE, SIZE, false),
        ] {
            let offset = UserMemory::END - offset;
            let read = user.reader(offset, len).read_versioned(MIN);
            let write = user.writer(offset, len).write_versioned(&value, MIN);

            assert_eq!(read.err(), faults.then_some(EFAULT));
            assert_eq!(write.err(), faults.then_some(EFAULT));
        }
        for addr in user.bad() {
            let read = UserSlice::new(addr, SIZE).reader().read_versioned(MIN);
            let write = UserSlice::new(addr, SIZE)
                .writer()
                .write_versioned(&value, MIN);

            assert_eq!(read.err(), Some(EFAULT));
            assert_eq!(write.err(), Some(EFAULT));
        }
        let write = UserSlice::new(user.read_only(), SIZE).writer();
        assert_eq!(write.write_versioned(&value, MIN).err(), Some(EFAULT));
        Ok(())
    }

    #[cfg(CONFIG_FAULT_INJECTION_USERCOPY)]
    #[test]
    fn fault_injection_is_survived() -> Result {
        use super::super::test_memory::fail_each_copy;

        let user = UserMemory::new()?;
        let value = Version2::new_zeroed();

        for len in [SIZE - 8, SIZE, SIZE + 8] {
            let read = fail_each_copy(|| user.reader(0, len).read_versioned(MIN));
            let write = fail_each_copy(|| user.writer(0, len).write_versioned(&value, MIN));

            assert!(matches!(read, Ok(1..)));
            assert!(matches!(write, Ok(1..)));
        }
        Ok(())
    }
}
