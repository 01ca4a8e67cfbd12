// SPDX-License-Identifier: GPL-2.0

//! Values made of bytes that are copied in, from user space or an I/O vector.
//!
//! The readers of [`uaccess`](crate::uaccess) and [`iov`](crate::iov) are sources; what they offer
//! is made here, once.
//!
//! [`UserSliceReader::read`]: crate::uaccess::UserSliceReader::read
//! [`UserSliceReader::read_box`]: crate::uaccess::UserSliceReader::read_box
//! [`UserSliceReader::read_box_with_elems`]: crate::uaccess::UserSliceReader::read_box_with_elems
//! [`UserSliceReader::read_into`]: crate::uaccess::UserSliceReader::read_into
//! [`UserSliceReader::read_vec`]: crate::uaccess::UserSliceReader::read_vec
//! [`UserSliceReader::try_read`]: crate::uaccess::UserSliceReader::try_read
//! [`UserSliceReader::try_read_box`]: crate::uaccess::UserSliceReader::try_read_box
//! [`UserSliceReader::try_read_vec`]: crate::uaccess::UserSliceReader::try_read_vec

use super::alloc::Memory;
use crate::{
    alloc::{
        Allocator,
        Flags, //
    },
    prelude::*,
};
use core::{
    mem::MaybeUninit,
    ptr,
    slice, //
};

/// A position in memory outside of the kernel, from which bytes are copied in.
///
/// # Safety
///
/// The methods write only initialised bytes to `out`; when they return [`Ok`], they have
/// initialised all of it.
pub(crate) unsafe trait ByteSource {
    /// The error if fewer bytes are left than asked for.
    const SHORT: Error = EFAULT;

    /// Returns how many bytes are left.
    fn remaining(&self) -> usize;

    /// Copies the next bytes, as many as `out` has.
    ///
    /// # Errors
    ///
    /// - [`Self::SHORT`]: fewer bytes are left.
    /// - [`EFAULT`]: they cannot be read.
    ///
    /// The position has not changed; `out` may have.
    fn fill(&mut self, out: &mut [MaybeUninit<u8>]) -> Result;

    /// [`Self::fill`] for as many bytes as a type has.
    ///
    /// As in C, where the compiler knows the size, hardened usercopy does not check it again.
    #[inline(always)]
    fn fill_sized(&mut self, out: &mut [MaybeUninit<u8>]) -> Result {
        self.fill(out)
    }

    /// [`Self::fill_sized`] for one value.
    #[inline(always)]
    fn fill_value<T>(&mut self, out: &mut MaybeUninit<T>) -> Result {
        self.fill_sized(bytes_mut(slice::from_mut(out)))
    }
}

/// The memory of `values`, to be filled.
#[inline(always)]
pub(crate) fn bytes_mut<T>(values: &mut [MaybeUninit<T>]) -> &mut [MaybeUninit<u8>] {
    let size = size_of_val(values);

    // SAFETY: `values` are `size` bytes of memory, borrowed for as long as the result is. Neither
    // has to be initialised.
    unsafe { slice::from_raw_parts_mut(values.as_mut_ptr().cast(), size) }
}

/// The bytes of `values`.
///
/// # Safety
///
/// All bytes of `values` are initialised.
#[inline(always)]
unsafe fn bytes<T>(values: &[MaybeUninit<T>]) -> &[u8] {
    // SAFETY: `values` are that many bytes of memory, which the caller has initialised, borrowed
    // for as long as the result is.
    unsafe { slice::from_raw_parts(values.as_ptr().cast(), size_of_val(values)) }
}

/// A value: [`UserSliceReader::read`].
#[inline(always)]
pub(crate) fn read<T: FromBytes>(source: &mut impl ByteSource) -> Result<T> {
    let mut value = MaybeUninit::uninit();
    source.fill_value(&mut value)?;

    // SAFETY: The source has initialised all bytes, and any of them are a value of `T: FromBytes`.
    Ok(unsafe { value.assume_init() })
}

/// A value in memory that holds none yet: [`UserSliceReader::read_init`].
#[inline(always)]
pub(crate) fn read_init<'a, T: FromBytes>(
    source: &mut impl ByteSource,
    out: &'a mut MaybeUninit<T>,
) -> Result<&'a mut T> {
    source.fill_value(out)?;

    // SAFETY: The source has initialised all bytes, and any of them are a value of `T: FromBytes`.
    Ok(unsafe { out.assume_init_mut() })
}

/// The same of a value that is checked: [`UserSliceReader::try_read_init`].
#[inline(always)]
pub(crate) fn try_read_init<'a, T>(
    source: &mut impl ByteSource,
    out: &'a mut MaybeUninit<T>,
) -> Result<&'a mut T>
where
    T: TryFromBytes + KnownLayout + Immutable,
{
    source.fill_value(out)?;

    // SAFETY: The source has initialised all bytes.
    T::try_ref_from_bytes(unsafe { bytes(slice::from_ref(out)) }).map_err(|_| EINVAL)?;
    // SAFETY: The bytes are a value of `T`, and nothing has changed them since that was checked.
    Ok(unsafe { out.assume_init_mut() })
}

/// A value that is checked: [`UserSliceReader::try_read`].
#[inline(always)]
pub(crate) fn try_read<T: TryFromBytes>(source: &mut impl ByteSource) -> Result<T> {
    let mut value = MaybeUninit::<T>::uninit();
    source.fill_value(&mut value)?;

    // SAFETY: The source has initialised all bytes.
    T::try_read_from_bytes(unsafe { bytes(slice::from_ref(&value)) }).map_err(|_| EINVAL)
}

/// The memory of `value`, to be overwritten.
///
/// # Safety
///
/// Only initialised bytes are written to it.
#[inline(always)]
pub(crate) unsafe fn bytes_of_mut<T: FromBytes + ?Sized>(value: &mut T) -> &mut [MaybeUninit<u8>] {
    let size = size_of_val(value);

    // SAFETY:
    // - `value` is `size` bytes of memory, borrowed for as long as the result is.
    // - The caller writes only initialised bytes, any of which are a value of `T: FromBytes`.
    unsafe { slice::from_raw_parts_mut(ptr::from_mut(value).cast(), size) }
}

/// In place: [`UserSliceReader::read_into`].
#[inline(always)]
pub(crate) fn read_into<T: FromBytes + ?Sized>(
    source: &mut impl ByteSource,
    out: &mut T,
) -> Result {
    // SAFETY: A source writes only initialised bytes.
    let bytes = unsafe { bytes_of_mut(out) };

    // A pointer to a type of known size is one word.
    if size_of::<*mut T>() == size_of::<usize>() {
        source.fill_sized(bytes)
    } else {
        source.fill(bytes)
    }
}

/// A box: [`UserSliceReader::read_box`].
#[inline(always)]
pub(crate) fn read_box<T, A>(source: &mut impl ByteSource, flags: Flags) -> Result<Box<T, A>>
where
    T: FromBytes,
    A: Allocator,
{
    let value = filled_box(source, flags)?;

    // SAFETY: The source has initialised all bytes, and any of them are a value of `T: FromBytes`.
    Ok(unsafe { value.assume_init() })
}

/// A box that is checked: [`UserSliceReader::try_read_box`].
#[inline(always)]
pub(crate) fn try_read_box<T, A>(source: &mut impl ByteSource, flags: Flags) -> Result<Box<T, A>>
where
    T: TryFromBytes + KnownLayout + Immutable,
    A: Allocator,
{
    let value = filled_box::<T, A, _>(source, flags)?;

    // SAFETY: The source has initialised all bytes.
    T::try_ref_from_bytes(unsafe { bytes(slice::from_ref(&*value)) }).map_err(|_| EINVAL)?;
    // SAFETY: The bytes are a value of `T`, and nothing has changed them since that was checked.
    Ok(unsafe { value.assume_init() })
}

/// A box whose bytes are all initialised.
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

/// Elements behind those of a vector, which does not change on failure.
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

    // SAFETY: The source has initialised all bytes of `count` elements of the spare capacity, and
    // any of them are a value of `T: FromBytes`.
    unsafe { vec.inc_len(count) };
    Ok(())
}

/// A vector: [`UserSliceReader::read_vec`].
#[inline(always)]
pub(crate) fn read_vec<T: FromBytes>(
    source: &mut impl ByteSource,
    count: usize,
    limit: usize,
    flags: Flags,
) -> Result<UVec<T>> {
    if count > limit {
        return Err(E2BIG);
    }
    let mut vec = Vec::new();
    extend_vec(source, &mut vec, count, flags)?;
    Ok(vec)
}

/// A vector that is checked: [`UserSliceReader::try_read_vec`].
pub(crate) fn try_read_vec<T>(
    source: &mut impl ByteSource,
    count: usize,
    limit: usize,
    flags: Flags,
) -> Result<UVec<T>>
where
    T: TryFromBytes + KnownLayout + Immutable,
{
    if count > limit {
        return Err(E2BIG);
    }
    let mut vec = Vec::new();
    let filled = fill_spare(source, &mut vec, count, flags)?;

    for element in filled {
        // SAFETY: The source has initialised all bytes.
        T::try_ref_from_bytes(unsafe { bytes(slice::from_ref(element)) }).map_err(|_| EINVAL)?;
    }
    // SAFETY: The first `count` elements of the spare capacity have just been seen to be values.
    unsafe { vec.inc_len(count) };
    Ok(vec)
}

/// Fills the memory of `count` elements behind those of a vector, and returns it.
#[inline(always)]
fn fill_spare<'a, T, A, S>(
    source: &mut S,
    vec: &'a mut Vec<T, A>,
    count: usize,
    flags: Flags,
) -> Result<&'a [MaybeUninit<T>]>
where
    A: Allocator,
    S: ByteSource,
{
    let size = count.checked_mul(size_of::<T>()).ok_or(EOVERFLOW)?;
    if size > source.remaining() {
        return Err(S::SHORT);
    }
    // User space chooses the count. If it is too large, that is its error, and nothing to warn of;
    // which a copy of more bytes does, too.
    if size > i32::MAX as usize {
        return Err(ENOMEM);
    }
    vec.reserve(count, flags | __GFP_NOWARN)?;

    let spare = &mut vec.spare_capacity_mut()[..count];
    source.fill(bytes_mut(spare))?;
    Ok(spare)
}

/// A box with a slice tail: [`UserSliceReader::read_box_with_elems`].
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

    // SAFETY: The header has been written and the source has initialised the rest, together as many
    // bytes as such a value has; and any bytes are a value of `T: FromBytes`.
    Ok(unsafe { memory.into_box(elems) })
}
