// SPDX-License-Identifier: GPL-2.0

//! The position of a reader or writer: the one place where it is checked and moved.

use super::UserPtr;
use crate::{
    bindings,
    error::to_result,
    prelude::*, //
};

/// Copies the next `len` bytes, and moves behind them.
///
/// `copy` gets the address of the first and returns how many it could not copy, as C's
/// `copy_from_user()` and `copy_to_user()` do.
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

/// The size of the user memory that a loop in C may walk without an end to it by a signal.
const CHUNK: usize = 1 << 16;

/// Ends a loop over user memory, of a length that user space chooses, if the process is being
/// killed. Lets other tasks run.
///
/// # Errors
///
/// - [`EINTR`]: a fatal signal is pending.
#[inline(always)]
pub(super) fn next_in_loop() -> Result {
    // SAFETY: A task that copies user memory may sleep.
    to_result(unsafe { bindings::next_user_copy() })
}

/// Calls `walk` for `len` bytes from `from` on, a chunk at a time.
///
/// # Errors
///
/// - [`EINTR`]: a fatal signal is pending after a chunk.
/// - Whatever `walk` returns.
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

/// Copies up to `count` elements of `size` bytes, moves behind those copied whole, and returns how
/// many they are.
///
/// `copy` gets the address of the first and how many elements to copy, and returns how many bytes
/// it could not copy.
///
/// # Errors
///
/// - [`EFAULT`]: an element is left, but `copy` has not copied a whole one. The position has not
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

    // OVERFLOW: Either `size` is 0, or this is no more than `left`.
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
