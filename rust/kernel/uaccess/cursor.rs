// SPDX-License-Identifier: GPL-2.0

//! The position of a reader or writer. Only this module checks and moves it.

use super::{
    UserPtr,
    UserSliceReader, //
};
use crate::{
    bindings,
    error::to_result,
    prelude::*, //
};

impl UserSliceReader {
    /// Creates a reader of `length` bytes at `ptr`, without a check for user memory.
    ///
    /// # Safety
    ///
    /// The current task must have user memory.
    #[inline(always)]
    pub(crate) unsafe fn of_process(ptr: UserPtr, length: usize) -> Self {
        // INVARIANT: The caller guarantees that the current task has user memory.
        Self { ptr, length }
    }
}

/// Copies the next `len` bytes and moves past them.
///
/// `copy` receives the address of the first byte, and returns the number of bytes that it could not
/// copy, as `copy_from_user()` and `copy_to_user()` do.
///
/// # Errors
///
/// - [`EFAULT`]: fewer than `len` bytes are left, or `copy` could not copy all of them. The
///   position has not changed.
#[inline(always)]
pub(super) fn advance(
    ptr: &mut UserPtr,
    left: &mut usize,
    len: usize,
    copy: impl FnOnce(UserPtr) -> usize,
) -> Result {
    let rest = left.checked_sub(len).ok_or(EFAULT)?;
    if copy(*ptr) != 0 {
        return Err(EFAULT);
    }
    *ptr = ptr.wrapping_byte_add(len);
    *left = rest;
    Ok(())
}

/// The number of bytes that a C function may process before the next check for a fatal signal.
const CHUNK: usize = 1 << 16;

/// Lets other tasks run between two iterations of a loop over user memory, and fails if the process
/// is being killed. Loops whose length user space controls must call this function.
///
/// # Errors
///
/// - [`EINTR`]: a fatal signal is pending.
#[inline(always)]
pub(super) fn next_in_loop() -> Result {
    // SAFETY: A task that copies user memory may sleep.
    to_result(unsafe { bindings::next_user_copy() })
}

/// Calls `walk` for `len` bytes at `from`, in chunks of at most `CHUNK` bytes.
///
/// # Errors
///
/// - [`EINTR`]: a fatal signal is pending after a chunk.
/// - Any error that `walk` returns.
#[inline(always)]
pub(super) fn in_chunks(
    from: UserPtr,
    len: usize,
    walk: impl Fn(UserPtr, usize) -> Result,
) -> Result {
    #[cold]
    #[inline(never)]
    fn long(
        from: &mut UserPtr,
        len: &mut usize,
        walk: &dyn Fn(UserPtr, usize) -> Result,
    ) -> Result {
        while *len > CHUNK {
            walk(*from, CHUNK)?;
            next_in_loop()?;
            *from = from.wrapping_byte_add(CHUNK);
            *len -= CHUNK;
        }
        Ok(())
    }

    let (mut from, mut len) = (from, len);
    if len > CHUNK {
        long(&mut from, &mut len, &walk)?;
    }
    walk(from, len)
}

/// Copies up to `count` elements of `size` bytes, and moves past the complete ones. Returns the
/// number of complete elements.
///
/// `copy` receives the address of the first element and the number of elements to copy. It returns
/// the number of bytes that it could not copy.
///
/// # Errors
///
/// - [`EFAULT`]: an element is left, but `copy` did not copy a complete one. The position has not
///   changed.
#[inline(always)]
pub(super) fn advance_until_fault(
    ptr: &mut UserPtr,
    left: &mut usize,
    count: usize,
    size: usize,
    copy: impl FnOnce(UserPtr, usize) -> usize,
) -> Result<usize> {
    let count = left.checked_div(size).map_or(count, |fit| fit.min(count));
    if count == 0 {
        return Ok(0);
    }

    // OVERFLOW: `count * size` is 0 if `size` is 0, and at most `left` otherwise.
    let len = count * size;
    let copied = len - copy(*ptr, count);
    let whole = copied.checked_div(size).unwrap_or(count);
    if whole == 0 {
        return Err(EFAULT);
    }
    *ptr = ptr.wrapping_byte_add(whole * size);
    *left -= whole * size;
    Ok(whole)
}
