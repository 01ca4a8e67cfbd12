// SPDX-License-Identifier: GPL-2.0

//! The argument of a command, on its way to the handler and back.
//!
//! The documented items are for handlers. The hidden items are for code that `ioctls!` generates.

use super::{
    table::Call,
    _IOC_SIZE, //
};
use crate::{
    alloc::Flags,
    bindings,
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

/// The size in bytes up to which an argument is kept on the stack.
pub const STACK_LIMIT: usize = 256;

/// The flags for allocations of arguments.
///
/// A handler may keep its argument after the call, so the memory is charged to the process.
const FLAGS: Flags = GFP_KERNEL_ACCOUNT;

/// An integer that is itself the argument.
///
/// `Name` is a type with the name of the command, so that an error names the command.
///
/// User space passes an `int` or an `unsigned int` in the lower half of the argument, or a `long`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed `by_value` to `{Name}`",
    label = "expected `u32`, `i32`, `usize`, or a type that is read with `try`"
)]
pub trait ByValue<Name>: Sized {
    fn from_arg(arg: usize) -> Self;
}

impl<Name> ByValue<Name> for u32 {
    #[inline(always)]
    fn from_arg(arg: usize) -> Self {
        arg as u32
    }
}

impl<Name> ByValue<Name> for i32 {
    #[inline(always)]
    fn from_arg(arg: usize) -> Self {
        arg as i32
    }
}

impl<Name> ByValue<Name> for usize {
    #[inline(always)]
    fn from_arg(arg: usize) -> Self {
        arg
    }
}

/// A result of a handler that is the return value of the system call: 0, or a number.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a method for `{Name}` cannot return `{Self}`",
    label = "expected a method that returns `Result` or `Result<u32>`"
)]
pub trait ReturnValue<Name> {
    fn return_value(self) -> Result<c_long>;
}

impl<Name> ReturnValue<Name> for Result {
    #[inline(always)]
    fn return_value(self) -> Result<c_long> {
        self.map(|()| 0)
    }
}

/// User space receives an `int`. A number that does not fit is an error ([`ERANGE`]).
impl<Name> ReturnValue<Name> for Result<u32> {
    #[inline(always)]
    fn return_value(self) -> Result<c_long> {
        i32::try_from(self?)
            .map(|value| value as c_long)
            .map_err(|_| ERANGE)
    }
}

/// A result of a handler with an output, or of a conversion.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a method for `{Name}` cannot return `{Self}`",
    label = "expected a method that returns `Result<{T}>`"
)]
pub trait HandlerResult<Name, T> {
    fn result(self) -> Result<T>;
}

impl<Name, T> HandlerResult<Name, T> for Result<T> {
    #[inline(always)]
    fn result(self) -> Result<T> {
        self
    }
}

/// A field that holds the number of elements of an array.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the count of an array of `{Name}`",
    label = "expected a field that is an integer"
)]
pub trait Count<Name> {
    fn count(self) -> Result<usize>;
}

#[diagnostic::do_not_recommend]
impl<Name, T: TryInto<usize>> Count<Name> for T {
    #[inline(always)]
    fn count(self) -> Result<usize> {
        self.try_into().map_err(|_| E2BIG)
    }
}

/// A type that a command reads from user space.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the input of `{Name}`",
    label = "expected a type that derives `FromBytes`",
    note = "list a UAPI type in rust/uapi/derives; add `try` for an enum or a `bool`"
)]
pub trait Input<Name> {}

#[diagnostic::do_not_recommend]
impl<T: FromBytes, Name> Input<Name> for T {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the input of `{Name}`",
    label = "with `try`, expected `TryFromBytes`, `KnownLayout` and `Immutable`"
)]
pub trait TryInput<Name> {}

#[diagnostic::do_not_recommend]
impl<T: TryFromBytes + KnownLayout + Immutable, Name> TryInput<Name> for T {}

/// A type that a command writes to user space.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the output of `{Name}`",
    label = "expected a type that derives `IntoBytes` and `Immutable`: padding would leak memory",
    note = "name the padding in the C header, and list the type in rust/uapi/derives"
)]
pub trait Output<Name> {}

#[diagnostic::do_not_recommend]
impl<T: IntoBytes + Immutable, Name> Output<Name> for T {}

/// A type with the same layout in a 32-bit process.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` may have another layout in a 32-bit process that calls `{Name}`",
    label = "expected a type that is `CompatLayout`",
    note = "declare its 32-bit layout with `compat`, or list the type as `CompatLayout`",
    note = "write a 64-bit integer as `u64` or `i64`: other names may stand for a `long`"
)]
pub trait HasCompatLayout<Name> {}

#[diagnostic::do_not_recommend]
impl<T: super::CompatLayout, Name> HasCompatLayout<Name> for T {}

#[doc(hidden)]
pub fn is_input<Name, T: Input<Name>>() {}
#[doc(hidden)]
pub fn is_try_input<Name, T: TryInput<Name>>() {}
#[doc(hidden)]
pub fn is_output<Name, T: Output<Name>>() {}
#[doc(hidden)]
pub fn has_compat_layout<Name, T: HasCompatLayout<Name>>() {}
#[doc(hidden)]
pub fn is_by_value<Name, T: ByValue<Name>>() {}

/// A field that is checked to be zero as a whole.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`reserved` cannot check a field of type `{Self}`",
    label = "expected an integer or an array of integers"
)]
pub trait IsZero {
    fn is_zero(&self) -> bool;
}

macro_rules! is_zero {
    ($($int:ty),*) => {
        $(
            impl IsZero for $int {
                #[inline(always)]
                fn is_zero(&self) -> bool {
                    *self == 0
                }
            }
        )*
    };
}

is_zero!(i8, i16, i32, i64, u8, u16, u32, u64);

impl<T: IsZero, const N: usize> IsZero for [T; N] {
    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.iter().all(T::is_zero)
    }
}

/// An argument that the handler reads to a location of its choice.
///
/// The handler can read it once, and only during its call.
pub struct InArg<'call, T> {
    addr: usize,
    accepts: fn(&T) -> bool,
    call: Call<'call>,
}

/// Calls a handler with an [`InArg`] for the argument at `addr`.
///
/// The argument is checked by `accepts` when the handler reads it. The handler must take an `InArg`
/// of any lifetime, so that it cannot keep the one that it receives.
#[doc(hidden)]
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

impl<T: FromBytes> InArg<'_, T> {
    /// Copies the argument to `out`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad.
    /// - [`EINVAL`]: a field in the `reserved` clause of the type is not zero.
    ///
    /// After an error, the contents of `out` are unspecified.
    #[inline(always)]
    pub fn read_into(self, out: &mut T) -> Result {
        user_slice::<T>(self.call, self.addr)
            .reader()
            .read_into(out)?;
        check_reserved((self.accepts)(out))
    }

    /// Copies the argument to uninitialised memory, and returns a reference to it.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Self::read_into`].
    #[inline(always)]
    pub fn read_init(self, out: &mut MaybeUninit<T>) -> Result<&mut T> {
        let value = user_slice::<T>(self.call, self.addr)
            .reader()
            .read_init(out)?;
        check_reserved((self.accepts)(value))?;
        Ok(value)
    }
}

/// A proof that a handler has written to its [`OutArg`], which creates it.
///
/// It belongs to one call. A handler cannot return the `Replied` of an earlier call.
pub struct Replied<'call>(Call<'call>);

/// The destination of a reply that the handler writes from its own memory.
///
/// The handler can write to it once, and only during its call.
pub struct OutArg<'call, T> {
    addr: usize,
    call: Call<'call>,
    _type: PhantomData<fn(&T)>,
}

/// Calls a handler with an [`OutArg`] for the reply at `addr`.
///
/// The handler must take an `OutArg` of any lifetime, and return a [`Replied`] of the same
/// lifetime. Only this `OutArg` can create it.
#[doc(hidden)]
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

impl<'call, T: IntoBytes + Immutable> OutArg<'call, T> {
    /// Copies the reply to user space.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad. The contents of the reply in user space are then
    ///   unspecified.
    #[inline(always)]
    pub fn write(self, value: &T) -> Result<Replied<'call>> {
        write(self.call, self.addr, value)?;
        Ok(Replied(self.call))
    }
}

/// The destination of a reply of any size.
///
/// The handler can write to it once, and only during its call.
pub struct OutSlice<'call, T> {
    addr: usize,
    count: usize,
    call: Call<'call>,
    _type: PhantomData<fn(&T)>,
}

/// Calls a handler with an [`OutSlice`] for the array at `addr`, whose size `cmd` encodes.
///
/// The handler must take an `OutSlice` of any lifetime, so that it cannot keep the one that it
/// receives.
///
/// # Errors
///
/// - [`EINVAL`]: the size in `cmd` is not a multiple of the element size. The handler is not
///   called.
#[doc(hidden)]
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

impl<T: IntoBytes + Immutable> OutSlice<'_, T> {
    /// Returns the number of elements that fit in the buffer of user space.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Returns `true` if no element fits in the buffer of user space.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Copies as many of `values` as fit in the buffer of user space, and returns their number.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad. The contents of the buffer are then unspecified.
    pub fn write(self, values: &[T]) -> Result<u32> {
        let count = self.count.min(values.len());
        let values = &values[..count];

        user_memory(self.call, self.addr, size_of_val(values))
            .writer()
            .write(values)?;
        // The size that a command encodes is below 2^14.
        Ok(count as u32)
    }
}

/// Returns the number of elements in the size that a command encodes.
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
fn user_slice<T>(call: Call<'_>, arg: usize) -> UserSlice {
    user_memory(call, arg, size_of::<T>())
}

/// Returns the `len` bytes at `addr` of the process that made the call.
#[inline(always)]
fn user_memory(_call: Call<'_>, addr: usize, len: usize) -> UserSlice {
    // SAFETY: By the type invariants of `_call`, the current task has user memory.
    unsafe { UserSlice::of_process(UserPtr::from_addr(addr), len) }
}

#[doc(hidden)]
#[inline(always)]
pub fn arg_by_value<Name, T: ByValue<Name>>(arg: usize) -> Result<T> {
    const { by_value::<T>() };
    Ok(T::from_arg(arg))
}

/// Reads and validates the lower half of the argument.
#[doc(hidden)]
#[inline(always)]
pub fn try_arg_by_value<T: TryFromBytes + KnownLayout + Immutable>(arg: usize) -> Result<T> {
    const { by_value::<T>() };
    T::try_read_from_bytes((arg as u32).as_bytes()).map_err(|_| EINVAL)
}

#[doc(hidden)]
#[inline(always)]
pub fn read<'a, T: FromBytes>(
    call: Call<'_>,
    slot: &'a mut MaybeUninit<T>,
    arg: usize,
) -> Result<&'a mut T> {
    user_slice::<T>(call, arg).reader().read_init(slot)
}

#[doc(hidden)]
#[inline(always)]
pub fn try_read<'a, T>(
    call: Call<'_>,
    slot: &'a mut MaybeUninit<T>,
    arg: usize,
) -> Result<&'a mut T>
where
    T: TryFromBytes + KnownLayout + Immutable,
{
    user_slice::<T>(call, arg).reader().try_read_init(slot)
}

#[doc(hidden)]
#[inline(always)]
pub fn read_box<T: FromBytes>(call: Call<'_>, arg: usize) -> Result<KBox<T>> {
    user_slice::<T>(call, arg).reader().read_box(FLAGS)
}

#[doc(hidden)]
#[inline(always)]
pub fn try_read_box<T: TryFromBytes + KnownLayout + Immutable>(
    call: Call<'_>,
    arg: usize,
) -> Result<KBox<T>> {
    user_slice::<T>(call, arg).reader().try_read_box(FLAGS)
}

#[doc(hidden)]
#[inline(always)]
pub fn zeroed_box<T: FromZeros>() -> Result<KBox<T>> {
    KBox::new_zeroed(FLAGS)
}

/// Checks that a number encodes at least the size of the first version.
#[doc(hidden)]
#[inline(always)]
pub fn check_min_size<T>(cmd: u32, min: MinSize<T>) -> Result {
    if _IOC_SIZE(cmd) < min.bytes() {
        return Err(EINVAL);
    }
    Ok(())
}

/// Reads a versioned argument. A newer version may be longer by a tail of zeros.
#[doc(hidden)]
#[inline(always)]
pub fn read_versioned<'a, T: FromBytes>(
    call: Call<'_>,
    slot: &'a mut MaybeUninit<T>,
    cmd: u32,
    arg: usize,
    min: MinSize<T>,
) -> Result<&'a mut T> {
    let user = user_memory(call, arg, _IOC_SIZE(cmd));
    // The size that a number encodes is below 2^14.
    let (value, _tail) = user
        .reader()
        .read_versioned_init(slot, min.at_most(usize::MAX))?;

    Ok(value)
}

/// Writes a versioned reply. For an older version, omits the fields that it lacks.
#[doc(hidden)]
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

#[doc(hidden)]
pub fn read_elements<T: FromBytes>(call: Call<'_>, cmd: u32, arg: usize) -> Result<UVec<T>> {
    let count = elements::<T>(cmd)?;

    user_memory(call, arg, _IOC_SIZE(cmd))
        .reader()
        .read_vec(count, count, FLAGS)
}

/// Converts a number of elements. One that does not fit in a `usize` is above any limit
/// ([`E2BIG`]).
#[doc(hidden)]
#[inline(always)]
pub fn count<Name, T: Count<Name>>(count: T) -> Result<usize> {
    count.count()
}

#[doc(hidden)]
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
#[doc(hidden)]
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

#[doc(hidden)]
#[inline(always)]
pub fn write<T: IntoBytes + Immutable>(call: Call<'_>, arg: usize, value: &T) -> Result {
    user_slice::<T>(call, arg).writer().write(value)
}

#[doc(hidden)]
#[inline(always)]
pub fn check_reserved(is_zero: bool) -> Result {
    if is_zero {
        Ok(())
    } else {
        Err(EINVAL)
    }
}

#[doc(hidden)]
#[inline(always)]
pub fn return_value<Name, R: ReturnValue<Name>>(value: R) -> Result<c_long> {
    const { by_value::<R>() };
    value.return_value()
}

#[doc(hidden)]
#[inline(always)]
pub fn handler_result<Name, T, R: HandlerResult<Name, T>>(result: R) -> Result<T> {
    const {
        by_value::<T>();
        by_value::<R>();
    };
    result.result()
}

/// Converts a result to the return value of the system call.
#[doc(hidden)]
#[inline(always)]
pub fn syscall_return(result: Result<c_long>) -> c_long {
    match result {
        Ok(value) => value,
        Err(error) => error.to_errno() as c_long,
    }
}

#[doc(hidden)]
#[inline(always)]
pub fn unknown() -> c_long {
    -(bindings::ENOTTY as c_long)
}

/// Converts the result of a fallback method to the return value of the system call.
#[doc(hidden)]
#[inline(always)]
pub fn fallback(result: Result<isize>) -> c_long {
    match result {
        Ok(value) => value as c_long,
        Err(error) => error.to_errno() as c_long,
    }
}
