// SPDX-License-Identifier: GPL-2.0

//! Values that are copied in as bytes, from user space, an I/O vector or shared memory.
//!
//! The readers of [`uaccess`](crate::uaccess) and [`iov`](crate::iov) are sources, as is the memory
//! of [`mm`](crate::mm) that user space can change. This module implements the methods that they
//! share.
//!
//! [`UserSliceReader::read`]: crate::uaccess::UserSliceReader::read
//! [`UserSliceReader::read_box`]: crate::uaccess::UserSliceReader::read_box
//! [`UserSliceReader::read_box_with_elems`]: crate::uaccess::UserSliceReader::read_box_with_elems
//! [`UserSliceReader::read_into`]: crate::uaccess::UserSliceReader::read_into
//! [`UserSliceReader::read_vec`]: crate::uaccess::UserSliceReader::read_vec
//! [`UserSliceReader::try_read`]: crate::uaccess::UserSliceReader::try_read
//! [`UserSliceReader::try_read_box`]: crate::uaccess::UserSliceReader::try_read_box
//! [`UserSliceReader::try_read_vec`]: crate::uaccess::UserSliceReader::try_read_vec

use crate::{
    alloc::{
        Allocator,
        Flags, //
    },
    prelude::*,
    zerocopy::Memory, //
};
use core::{
    mem::MaybeUninit,
    ptr,
    slice, //
};

/// A read position in user memory, in an I/O vector or in shared memory.
///
/// # Safety
///
/// Implementations must write only initialized bytes to `out`. When a method returns [`Ok`], it
/// must have initialized all of `out`.
pub(crate) unsafe trait ByteSource {
    /// The error if too few bytes are left.
    const SHORT: Error = EFAULT;

    /// Returns the number of bytes left.
    fn remaining(&self) -> usize;

    /// Copies the next `out.len()` bytes to `out`.
    ///
    /// # Errors
    ///
    /// - [`Self::SHORT`]: too few bytes are left.
    /// - [`EFAULT`]: the bytes cannot be read.
    ///
    /// On failure, the position has not changed, but the contents of `out` may have.
    fn fill(&mut self, out: &mut [MaybeUninit<u8>]) -> Result;

    /// Copies the bytes of a sized type.
    ///
    /// As in C, hardened usercopy does not check sizes that are known at compile time.
    #[inline(always)]
    fn fill_sized(&mut self, out: &mut [MaybeUninit<u8>]) -> Result {
        self.fill(out)
    }

    /// Copies the bytes of one value.
    #[inline(always)]
    fn fill_value<T>(&mut self, out: &mut MaybeUninit<T>) -> Result {
        self.fill_sized(bytes_mut(slice::from_mut(out)))
    }
}

/// Returns the bytes of uninitialized `values`.
#[inline(always)]
pub(crate) fn bytes_mut<T>(values: &mut [MaybeUninit<T>]) -> &mut [MaybeUninit<u8>] {
    let size = size_of_val(values);

    // SAFETY: `values` covers `size` bytes, and the result borrows them. `MaybeUninit` does not
    // require initialized bytes.
    unsafe { slice::from_raw_parts_mut(values.as_mut_ptr().cast(), size) }
}

/// Returns the bytes of initialized `values`.
///
/// # Safety
///
/// All bytes of `values` must be initialized.
#[inline(always)]
unsafe fn bytes<T>(values: &[MaybeUninit<T>]) -> &[u8] {
    // SAFETY: `values` covers `size_of_val(values)` bytes, and the result borrows them. The caller
    // guarantees that they are initialized.
    unsafe { slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

/// Implements [`UserSliceReader::read`].
#[inline(always)]
pub(crate) fn read<T: FromBytes>(source: &mut impl ByteSource) -> Result<T> {
    let mut value = MaybeUninit::uninit();
    source.fill_value(&mut value)?;

    // SAFETY: The source has initialized all bytes. Every bit pattern is a valid `T: FromBytes`.
    Ok(unsafe { value.assume_init() })
}

/// Implements [`UserSliceReader::read_init`](crate::uaccess::UserSliceReader::read_init).
#[inline(always)]
pub(crate) fn read_init<'a, T: FromBytes>(
    source: &mut impl ByteSource,
    out: &'a mut MaybeUninit<T>,
) -> Result<&'a mut T> {
    source.fill_value(out)?;

    // SAFETY: The source has initialized all bytes. Every bit pattern is a valid `T: FromBytes`.
    Ok(unsafe { out.assume_init_mut() })
}

/// Implements [`UserSliceReader::try_read_init`](crate::uaccess::UserSliceReader::try_read_init).
#[inline(always)]
pub(crate) fn try_read_init<'a, T>(
    source: &mut impl ByteSource,
    out: &'a mut MaybeUninit<T>,
) -> Result<&'a mut T>
where
    T: TryFromBytes + KnownLayout + Immutable,
{
    source.fill_value(out)?;

    // SAFETY: The source has initialized all bytes.
    T::try_ref_from_bytes(unsafe { bytes(slice::from_ref(out)) }).map_err(|_| EINVAL)?;
    // SAFETY: The bytes were validated as a `T` above, and have not changed since.
    Ok(unsafe { out.assume_init_mut() })
}

/// Implements [`UserSliceReader::try_read`].
#[inline(always)]
pub(crate) fn try_read<T: TryFromBytes>(source: &mut impl ByteSource) -> Result<T> {
    let mut value = MaybeUninit::<T>::uninit();
    source.fill_value(&mut value)?;

    // SAFETY: The source has initialized all bytes.
    T::try_read_from_bytes(unsafe { bytes(slice::from_ref(&value)) }).map_err(|_| EINVAL)
}

/// Returns the bytes of `value` as mutable and possibly uninitialized.
///
/// # Safety
///
/// The caller must write only initialized bytes to the result.
#[inline(always)]
pub(crate) unsafe fn bytes_of_mut<T: FromBytes + ?Sized>(value: &mut T) -> &mut [MaybeUninit<u8>] {
    let size = size_of_val(value);

    // SAFETY:
    // - `value` covers `size` bytes, and the result borrows them.
    // - The caller writes only initialized bytes. Every bit pattern is a valid `T: FromBytes`.
    unsafe { slice::from_raw_parts_mut(ptr::from_mut(value).cast(), size) }
}

/// Implements [`UserSliceReader::read_into`].
#[inline(always)]
pub(crate) fn read_into<T: FromBytes + ?Sized>(
    source: &mut impl ByteSource,
    out: &mut T,
) -> Result {
    // SAFETY: A source writes only initialized bytes.
    let bytes = unsafe { bytes_of_mut(out) };

    // A pointer to a sized type is one word.
    if size_of::<*mut T>() == size_of::<usize>() {
        source.fill_sized(bytes)
    } else {
        source.fill(bytes)
    }
}

/// Implements [`UserSliceReader::read_box`].
#[inline(always)]
pub(crate) fn read_box<T, A>(source: &mut impl ByteSource, flags: Flags) -> Result<Box<T, A>>
where
    T: FromBytes,
    A: Allocator,
{
    let value = filled_box(source, flags)?;

    // SAFETY: The source has initialized all bytes. Every bit pattern is a valid `T: FromBytes`.
    Ok(unsafe { value.assume_init() })
}

/// Implements [`UserSliceReader::try_read_box`].
#[inline(always)]
pub(crate) fn try_read_box<T, A>(source: &mut impl ByteSource, flags: Flags) -> Result<Box<T, A>>
where
    T: TryFromBytes + KnownLayout + Immutable,
    A: Allocator,
{
    let value = filled_box::<T, A, _>(source, flags)?;

    // SAFETY: The source has initialized all bytes.
    T::try_ref_from_bytes(unsafe { bytes(slice::from_ref(&*value)) }).map_err(|_| EINVAL)?;
    // SAFETY: The bytes were validated as a `T` above, and have not changed since.
    Ok(unsafe { value.assume_init() })
}

/// Allocates a box and initializes all of its bytes from `source`.
#[inline(always)]
fn filled_box<T, A, S>(source: &mut S, flags: Flags) -> Result<Box<MaybeUninit<T>, A>>
where
    A: Allocator,
    S: ByteSource,
{
    if size_of::<T>() > source.remaining() {
        return Err(S::SHORT);
    }
    let mut value = Box::<T, A>::new_uninit(flags)?;
    source.fill_sized(bytes_mut(slice::from_mut(&mut *value)))?;
    Ok(value)
}

/// Appends `count` elements to a vector. The vector does not change on failure.
#[inline(always)]
pub(crate) fn extend_vec<T, A>(
    source: &mut impl ByteSource,
    vec: &mut Vec<T, A>,
    count: usize,
    flags: Flags,
) -> Result
where
    T: FromBytes,
    A: Allocator,
{
    fill_spare(source, vec, count, flags)?;

    // SAFETY: The source has initialized `count` elements of the spare capacity. Every bit pattern
    // is a valid `T: FromBytes`.
    unsafe { vec.inc_len(count) };
    Ok(())
}

/// Implements [`UserSliceReader::read_vec`].
#[inline(always)]
pub(crate) fn read_vec<T: FromBytes>(
    source: &mut impl ByteSource,
    count: usize,
    limit: usize,
    flags: Flags,
) -> Result<UVec<T>> {
    let vec = filled_vec(source, count, limit, flags)?;

    // SAFETY: The source has initialized all bytes. Every bit pattern is a valid `T: FromBytes`.
    Ok(unsafe { assume_init(vec) })
}

/// Implements [`UserSliceReader::try_read_vec`].
pub(crate) fn try_read_vec<T>(
    source: &mut impl ByteSource,
    count: usize,
    limit: usize,
    flags: Flags,
) -> Result<UVec<T>>
where
    T: TryFromBytes + KnownLayout + Immutable,
{
    let vec = filled_vec::<T>(source, count, limit, flags)?;

    for element in &vec {
        // SAFETY: The source has initialized all bytes.
        T::try_ref_from_bytes(unsafe { bytes(slice::from_ref(element)) }).map_err(|_| EINVAL)?;
    }
    // SAFETY: The elements were validated above, and have not changed since.
    Ok(unsafe { assume_init(vec) })
}

/// Allocates a vector and initializes all of its bytes from `source`.
///
/// The elements are `MaybeUninit`, so on failure only the memory is freed.
#[inline(always)]
fn filled_vec<T>(
    source: &mut impl ByteSource,
    count: usize,
    limit: usize,
    flags: Flags,
) -> Result<UVec<MaybeUninit<T>>> {
    if count > limit {
        return Err(E2BIG);
    }
    let mut vec = Vec::new();
    fill_spare(source, &mut vec, count, flags)?;

    // SAFETY: `fill_spare()` has made room for `count` elements. Any `MaybeUninit` is valid.
    unsafe { vec.inc_len(count) };
    Ok(vec)
}

/// Converts a vector of `MaybeUninit<T>` to a vector of `T`.
///
/// # Safety
///
/// Each element must be a valid `T`.
#[inline(always)]
unsafe fn assume_init<T, A: Allocator>(vec: Vec<MaybeUninit<T>, A>) -> Vec<T, A> {
    let (ptr, len, capacity) = vec.into_raw_parts();

    // SAFETY: These are the parts of a vector of the same allocator, and `MaybeUninit<T>` has the
    // layout of `T`. The caller guarantees that the elements are valid.
    unsafe { Vec::from_raw_parts(ptr.cast(), len, capacity) }
}

/// Fills the spare capacity of a vector with the bytes of `count` elements.
#[inline(always)]
fn fill_spare<T, A, S>(source: &mut S, vec: &mut Vec<T, A>, count: usize, flags: Flags) -> Result
where
    A: Allocator,
    S: ByteSource,
{
    let size = count.checked_mul(size_of::<T>()).ok_or(EOVERFLOW)?;
    if size > source.remaining() {
        return Err(S::SHORT);
    }
    // User space chooses the count, so an excessive count must not trigger a warning. A copy of
    // more than `i32::MAX` bytes would warn, too.
    if size > i32::MAX as usize {
        return Err(ENOMEM);
    }
    vec.reserve(count, flags | __GFP_NOWARN)?;

    source.fill(bytes_mut(&mut vec.spare_capacity_mut()[..count]))
}

/// Implements [`UserSliceReader::read_box_with_elems`].
///
/// On failure, the position may have changed.
#[inline(always)]
pub(crate) fn read_box_with_elems<H, T>(
    source: &mut impl ByteSource,
    elems: impl FnOnce(&H) -> Result<usize>,
    flags: Flags,
) -> Result<UBox<T>>
where
    H: FromBytes + IntoBytes + Immutable,
    T: FromBytes + KnownLayout<PointerMetadata = usize> + ?Sized,
{
    let header: H = read(source)?;
    let elems = elems(&header)?;
    let size = T::size_for_metadata(elems).ok_or(EOVERFLOW)?;
    let rest = size.checked_sub(size_of::<H>()).ok_or(EINVAL)?;
    if rest > source.remaining() {
        return Err(EFAULT);
    }

    let mut memory = Memory::new::<T>(size, flags)?;
    let (head, tail) = memory.bytes_mut().split_at_mut(size_of::<H>());
    for (to, from) in head.iter_mut().zip(header.as_bytes()) {
        to.write(*from);
    }
    source.fill(tail)?;

    // SAFETY: The header has been written and the source has initialized the rest. Together they
    // have the size of the value. Every bit pattern is a valid `T: FromBytes`.
    Ok(unsafe { memory.into_box(elems) })
}
