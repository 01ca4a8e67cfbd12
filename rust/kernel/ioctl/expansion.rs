// SPDX-License-Identifier: GPL-2.0

//! The functions that the code of `ioctls!` calls.
//!
//! They copy the [`argument`](super::argument) of a command to the handler, and its reply back.

use super::{
    argument::{
        reader,
        user_memory,
        ByValue,
        Count,
        HandlerResult,
        HasCompatLayout,
        InArg,
        Input,
        OutArg,
        OutSlice,
        Output,
        Replied,
        ReturnValue,
        TryInput, //
    },
    table::Call,
    _IOC_SIZE, //
};
use crate::{
    alloc::Flags,
    bindings,
    copy,
    ffi::c_long,
    prelude::*,
    uaccess::{
        MinSize,
        UserSlice, //
    },
    zerocopy::by_value, //
};
use core::{
    marker::PhantomData,
    mem::MaybeUninit, //
};

/// The largest size in bytes of an argument on the stack.
const STACK_LIMIT: usize = 256;

/// Returns `true` if an argument is kept on the stack. A function aligns its stack frame to its
/// most aligned value, even if that value has size 0.
pub const fn fits_stack<T>() -> bool {
    size_of::<T>() <= STACK_LIMIT && align_of::<T>() <= STACK_LIMIT
}

/// Rejects an argument that is too large for the stack, even if a driver has replaced the macros
/// that a table expands to.
const fn kept_on_stack<T>() {
    assert!(
        fits_stack::<T>(),
        "expected at most 256 bytes on the stack, found more: add `boxed` or `deferred`"
    );
}

/// The flags for allocations of arguments.
///
/// A handler may keep its argument after the call, so the memory is charged to the process.
const FLAGS: Flags = GFP_KERNEL_ACCOUNT;

pub fn is_input<Name, T: Input<Name>>() {}
pub fn is_try_input<Name, T: TryInput<Name>>() {}
pub fn is_output<Name, T: Output<Name>>() {}
pub fn has_compat_layout<Name, T: HasCompatLayout<Name>>() {}
pub fn is_by_value<Name, T: ByValue<Name>>() {}

/// Calls a handler with an [`InArg`] for the argument at `addr`.
///
/// `accepts` checks the argument when the handler reads it. The handler must take an `InArg` of any
/// lifetime, so that it cannot keep its `InArg`.
#[inline(always)]
pub fn with_in_arg<T: FromBytes, R>(
    call: Call<'_>,
    addr: usize,
    accepts: fn(&T) -> bool,
    handler: impl for<'call> FnOnce(InArg<'call, T>) -> R,
) -> R {
    handler(InArg {
        addr,
        accepts,
        call,
    })
}

/// Calls a handler with an [`OutArg`] for the reply at `addr`.
///
/// The handler must take an `OutArg` of any lifetime, and return a [`Replied`] of the same
/// lifetime. Only this `OutArg` can create it.
#[inline(always)]
pub fn with_out_arg<T: IntoBytes + Immutable>(
    call: Call<'_>,
    addr: usize,
    handler: impl for<'call> FnOnce(OutArg<'call, T>) -> Result<Replied<'call>>,
) -> Result {
    handler(OutArg {
        addr,
        call,
        _type: PhantomData,
    })
    .map(|_| ())
}

/// Calls a handler with an [`OutSlice`] for the array at `addr`, whose size `cmd` encodes.
///
/// The handler must take an `OutSlice` of any lifetime, so that it cannot keep its `OutSlice`.
///
/// # Errors
///
/// - [`EINVAL`]: the size in `cmd` is not a multiple of the element size. The handler is not
///   called.
#[inline(always)]
pub fn with_out_slice<T: IntoBytes + Immutable, R>(
    call: Call<'_>,
    cmd: u32,
    addr: usize,
    handler: impl for<'call> FnOnce(OutSlice<'call, T>) -> Result<R>,
) -> Result<R> {
    handler(OutSlice {
        addr,
        count: elements::<T>(cmd)?,
        call,
        _type: PhantomData,
    })
}

/// Returns the number of elements in an array whose size a command number encodes.
fn elements<T>(cmd: u32) -> Result<usize> {
    const_assert!(size_of::<T>() > 0);
    let size = _IOC_SIZE(cmd);

    if size % size_of::<T>() == 0 {
        Ok(size / size_of::<T>())
    } else {
        Err(EINVAL)
    }
}

#[inline(always)]
pub fn arg_by_value<Name, T: ByValue<Name>>(arg: usize) -> Result<T> {
    const { by_value::<T>() };
    Ok(T::from_arg(arg))
}

/// Reads and validates the lower 32 bits of the argument.
#[inline(always)]
pub fn try_arg_by_value<T: TryFromBytes + KnownLayout + Immutable>(arg: usize) -> Result<T> {
    const { by_value::<T>() };
    T::try_read_from_bytes((arg as u32).as_bytes()).map_err(|_| EINVAL)
}

#[inline(always)]
pub fn read<'a, T: FromBytes>(
    call: Call<'_>,
    slot: &'a mut MaybeUninit<T>,
    arg: usize,
) -> Result<&'a mut T> {
    const { kept_on_stack::<T>() };
    copy::read_init(&mut reader::<T>(call, arg), slot)
}

#[inline(always)]
pub fn try_read<'a, T>(
    call: Call<'_>,
    slot: &'a mut MaybeUninit<T>,
    arg: usize,
) -> Result<&'a mut T>
where
    T: TryFromBytes + KnownLayout + Immutable,
{
    const { kept_on_stack::<T>() };
    copy::try_read_init(&mut reader::<T>(call, arg), slot)
}

#[inline(always)]
pub fn read_box<T: FromBytes>(call: Call<'_>, arg: usize) -> Result<KBox<T>> {
    copy::read_box(&mut reader::<T>(call, arg), FLAGS)
}

#[inline(always)]
pub fn try_read_box<T: TryFromBytes + KnownLayout + Immutable>(
    call: Call<'_>,
    arg: usize,
) -> Result<KBox<T>> {
    copy::try_read_box(&mut reader::<T>(call, arg), FLAGS)
}

#[inline(always)]
pub fn zeroed_box<T: FromZeros>() -> Result<KBox<T>> {
    KBox::new_zeroed(FLAGS)
}

/// Checks that a number encodes at least the size of the first version.
#[inline(always)]
pub fn check_min_size<T>(cmd: u32, min: MinSize<T>) -> Result {
    if _IOC_SIZE(cmd) < min.bytes() {
        return Err(EINVAL);
    }
    Ok(())
}

/// Reads a versioned argument. A newer version may be longer by a tail of zeros.
#[inline(always)]
pub fn read_versioned<'a, T: FromBytes>(
    call: Call<'_>,
    slot: &'a mut MaybeUninit<T>,
    cmd: u32,
    arg: usize,
    min: MinSize<T>,
) -> Result<&'a mut T> {
    const { kept_on_stack::<T>() };
    let user = user_memory(call, arg, _IOC_SIZE(cmd));
    // The size that a number encodes is below 2^14.
    let (value, _tail) = user
        .reader()
        .read_versioned_init(slot, min.at_most(usize::MAX))?;

    Ok(value)
}

/// Writes a versioned reply. Omits the fields that an older version lacks.
#[inline(always)]
pub fn write_versioned<T: IntoBytes + Immutable>(
    call: Call<'_>,
    cmd: u32,
    arg: usize,
    value: &T,
    min: MinSize<T>,
) -> Result {
    let user = user_memory(call, arg, _IOC_SIZE(cmd));
    let _tail = user
        .writer()
        .write_versioned(value, min.at_most(usize::MAX))?;

    Ok(())
}

pub fn read_elements<T: FromBytes>(call: Call<'_>, cmd: u32, arg: usize) -> Result<UVec<T>> {
    let count = elements::<T>(cmd)?;

    user_memory(call, arg, _IOC_SIZE(cmd))
        .reader()
        .read_vec(count, count, FLAGS)
}

/// Converts a number of elements. A number that does not fit in a `usize` exceeds any limit
/// ([`E2BIG`]).
#[inline(always)]
pub fn count<Name, T: Count<Name>>(count: T) -> Result<usize> {
    count.count()
}

pub fn read_array<T: FromBytes>(
    call: Call<'_>,
    addr: u64,
    count: usize,
    limit: usize,
) -> Result<UVec<T>> {
    let size = array_size::<T>(count, limit)?;

    // A 32-bit kernel ignores the upper half of the address.
    user_memory(call, addr as usize, size)
        .reader()
        .read_vec(count, limit, FLAGS)
}

/// Reads an array for a subsystem that passes no [`Call`]. In a kernel thread, this fails with
/// [`EFAULT`].
pub fn read_array_of_task<T: FromBytes>(addr: u64, count: usize, limit: usize) -> Result<UVec<T>> {
    let size = array_size::<T>(count, limit)?;

    // A 32-bit kernel ignores the upper half of the address.
    UserSlice::new(UserPtr::from_addr(addr as usize), size)
        .reader()
        .read_vec(count, limit, FLAGS)
}

#[inline(always)]
fn array_size<T>(count: usize, limit: usize) -> Result<usize> {
    if count > limit {
        return Err(E2BIG);
    }
    count.checked_mul(size_of::<T>()).ok_or(EOVERFLOW)
}

#[inline(always)]
pub fn write<T: IntoBytes + Immutable>(call: Call<'_>, arg: usize, value: &T) -> Result {
    user_memory(call, arg, size_of::<T>()).writer().write(value)
}

#[inline(always)]
pub fn return_value<Name, R: ReturnValue<Name>>(value: R) -> Result<c_long> {
    const { by_value::<R>() };
    value.return_value()
}

#[inline(always)]
pub fn handler_result<Name, T, R: HandlerResult<Name, T>>(result: R) -> Result<T> {
    const {
        by_value::<T>();
        by_value::<R>();
    };
    result.result()
}

/// Converts a result to the return value of the system call.
#[inline(always)]
pub fn syscall_return(result: Result<c_long>) -> c_long {
    match result {
        Ok(value) => value,
        Err(error) => error.to_errno() as c_long,
    }
}

#[inline(always)]
pub fn unknown() -> c_long {
    -(bindings::ENOTTY as c_long)
}

/// Converts the result of a fallback method to the return value of the system call.
#[inline(always)]
pub fn fallback(result: Result<isize>) -> c_long {
    match result {
        Ok(value) => value as c_long,
        Err(error) => error.to_errno() as c_long,
    }
}
