// SPDX-License-Identifier: GPL-2.0

//! The argument of a command, on its way to the handler and back.
//!
//! What is documented here is what a handler sees; the rest is what `ioctls!` expands to.

use super::{
    _IOC_SIZE, //
};
use crate::{
    bindings,
    ffi::c_long,
    prelude::*,
    types::NotThreadSafe,
    uaccess::{
        MinSize,
        UserSlice, //
    },
};
use core::{
    marker::PhantomData,
    mem::MaybeUninit, //
};

/// The size in bytes up to which an argument is kept on the stack.
pub const STACK_LIMIT: usize = 256;

/// An integer that is an argument by itself.
///
/// User space has an `int` or an `unsigned int`, of which only the lower half of the argument is
/// there, or a `long`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the `value` of `{Command}`",
    label = "this is `u32`, `i32` or `usize`, or `checked`"
)]
pub trait Value<Command>: Sized {
    fn from_arg(arg: usize) -> Self;
}

impl<Command> Value<Command> for u32 {
    #[inline(always)]
    fn from_arg(arg: usize) -> Self {
        arg as u32
    }
}

impl<Command> Value<Command> for i32 {
    #[inline(always)]
    fn from_arg(arg: usize) -> Self {
        arg as i32
    }
}

impl<Command> Value<Command> for usize {
    #[inline(always)]
    fn from_arg(arg: usize) -> Self {
        arg
    }
}

/// What a handler returns if the command succeeds: nothing, or a number for user space.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a method for `{Command}` cannot return `{Self}`",
    label = "this must return `Result` or `Result<u32>`"
)]
pub trait Reply<Command> {
    fn reply(self) -> Result<c_long>;
}

impl<Command> Reply<Command> for Result {
    #[inline(always)]
    fn reply(self) -> Result<c_long> {
        self.map(|()| 0)
    }
}

/// User space sees an `int`; a number that is none is refused ([`ERANGE`]).
impl<Command> Reply<Command> for Result<u32> {
    #[inline(always)]
    fn reply(self) -> Result<c_long> {
        i32::try_from(self?)
            .map(|reply| reply as c_long)
            .map_err(|_| ERANGE)
    }
}

/// What a handler returns if the command has an output; and what a conversion returns.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a method for `{Command}` cannot return `{Self}`",
    label = "this must return `Result<{T}>`"
)]
pub trait Returned<Command, T> {
    fn result(self) -> Result<T>;
}

impl<Command, T> Returned<Command, T> for Result<T> {
    #[inline(always)]
    fn result(self) -> Result<T> {
        self
    }
}

/// A field that says how many elements an array has.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an array of `{Command}` cannot have `{Self}` as its count",
    label = "this field must be an integer"
)]
pub trait Count<Command> {
    fn count(self) -> Result<usize>;
}

#[diagnostic::do_not_recommend]
impl<Command, T: TryInto<usize>> Count<Command> for T {
    #[inline(always)]
    fn count(self) -> Result<usize> {
        self.try_into().map_err(|_| E2BIG)
    }
}

/// An argument of a command from user space.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the input of `{Command}`",
    label = "this needs `FromBytes`",
    note = "a UAPI type derives it in rust/uapi/types; an enum or a `bool` is read as `checked`"
)]
pub trait Input<Command> {}

#[diagnostic::do_not_recommend]
impl<T: FromBytes, Command> Input<Command> for T {}

#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the input of `{Command}`",
    label = "this needs `TryFromBytes`, `KnownLayout` and `Immutable`, as it is `checked`"
)]
pub trait CheckedInput<Command> {}

#[diagnostic::do_not_recommend]
impl<T: TryFromBytes + KnownLayout + Immutable, Command> CheckedInput<Command> for T {}

/// An argument of a command to user space.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the output of `{Command}`",
    label = "this needs `IntoBytes` and `Immutable`: padding would show kernel memory",
    note = "name the padding in the C header, and list the type in rust/uapi/types"
)]
pub trait Output<Command> {}

#[diagnostic::do_not_recommend]
impl<T: IntoBytes + Immutable, Command> Output<Command> for T {}

/// An argument with the same layout for 32-bit programs.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` may have another layout in a 32-bit program, which calls `{Command}`, too",
    label = "this needs `SameCompat`",
    note = "declare the layout that it has there by `compat`, or list the type as `SameCompat`",
    note = "write a 64-bit integer as `u64` or `i64`: another name of it may be that of a `long`"
)]
pub trait SameForCompat<Command> {}

#[diagnostic::do_not_recommend]
impl<T: super::SameCompat, Command> SameForCompat<Command> for T {}

#[doc(hidden)]
pub fn is_input<Command, T: Input<Command>>() {}
#[doc(hidden)]
pub fn is_checked_input<Command, T: CheckedInput<Command>>() {}
#[doc(hidden)]
pub fn is_output<Command, T: Output<Command>>() {}
#[doc(hidden)]
pub fn is_same_for_compat<Command, T: SameForCompat<Command>>() {}
#[doc(hidden)]
pub fn is_value<Command, T: Value<Command>>() {}

/// A field that must be zero as a whole.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be asked by `zero` to be zero",
    label = "this field is neither an integer nor an array of them"
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

/// One call of a handler.
///
/// What a handler gets for this call only has this in it. The lifetime is invariant, so that no
/// value of a call passes for one of another call. The type is neither `Send` nor `Sync`: an address
/// belongs to the process that calls.
struct Call<'call>(PhantomData<fn(&'call ()) -> &'call ()>, NotThreadSafe);

impl Call<'_> {
    #[inline(always)]
    fn new() -> Self {
        Self(PhantomData, NotThreadSafe)
    }
}

/// An argument of a command that the handler reads where it wants it.
///
/// It can be read once, and only during the call that the handler got it for.
pub struct Source<'call, T> {
    addr: usize,
    accepts: fn(&T) -> bool,
    _call: Call<'call>,
}

/// Calls a handler with the argument at `addr`, which `accepts` checks when it is read.
///
/// The handler must take a [`Source`] of any lifetime, so that it cannot keep the one it gets.
#[doc(hidden)]
#[inline(always)]
pub fn with_source<T: FromBytes, R>(
    addr: usize,
    accepts: fn(&T) -> bool,
    handler: impl for<'call> FnOnce(Source<'call, T>) -> R,
) -> R {
    handler(Source {
        addr,
        accepts,
        _call: Call::new(),
    })
}

impl<T: FromBytes> Source<'_, T> {
    /// Reads the argument in place.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad.
    /// - [`EINVAL`]: what the table declares to be zero is not.
    ///
    /// What `out` holds is then unspecified.
    #[inline(always)]
    pub fn read_into(self, out: &mut T) -> Result {
        user_slice::<T>(self.addr).reader().read_into(out)?;
        must_be((self.accepts)(out))
    }

    /// Reads the argument into memory that holds no value yet, and returns it there.
    ///
    /// # Errors
    ///
    /// As [`Self::read_into`].
    #[inline(always)]
    pub fn read_init(self, out: &mut MaybeUninit<T>) -> Result<&mut T> {
        let value = user_slice::<T>(self.addr).reader().read_init(out)?;
        must_be((self.accepts)(value))?;
        Ok(value)
    }
}

/// Proof that a handler has written to its [`Target`], which makes it.
///
/// It belongs to one call: the handler cannot return that of an earlier call.
pub struct Written<'call>(Call<'call>);

/// Where a handler writes the reply of a command from the memory that it has it in.
///
/// It can be written once, and only during the call that the handler got it for.
pub struct Target<'call, T> {
    addr: usize,
    call: Call<'call>,
    _type: PhantomData<fn(&T)>,
}

/// Calls a handler that writes to `addr`.
///
/// The handler must take a [`Target`] of any lifetime and return the [`Written`] of the same, which
/// only this target makes.
#[doc(hidden)]
#[inline(always)]
pub fn with_target<T: IntoBytes + Immutable>(
    addr: usize,
    handler: impl for<'call> FnOnce(Target<'call, T>) -> Result<Written<'call>>,
) -> Result {
    handler(Target {
        addr,
        call: Call::new(),
        _type: PhantomData,
    })
    .map(|_| ())
}

impl<'call, T: IntoBytes + Immutable> Target<'call, T> {
    /// Writes the reply.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad. What user space has there is then unspecified.
    #[inline(always)]
    pub fn write(self, value: &T) -> Result<Written<'call>> {
        write(self.addr, value)?;
        Ok(Written(self.call))
    }
}

/// Where a handler writes the reply of a command of any size.
///
/// It can be written once, and only during the call that the handler got it for.
pub struct Elements<'call, T> {
    addr: usize,
    count: usize,
    _call: Call<'call>,
    _type: PhantomData<fn(&T)>,
}

/// Calls a handler that writes as many elements to `addr` as `cmd` has room for.
///
/// The handler must take [`Elements`] of any lifetime, so that it cannot keep those it gets.
///
/// # Errors
///
/// - [`EINVAL`]: the size in `cmd` is not a multiple of an element's. The handler is not called.
#[doc(hidden)]
#[inline(always)]
pub fn with_elements<T: IntoBytes + Immutable, R>(
    cmd: u32,
    addr: usize,
    handler: impl for<'call> FnOnce(Elements<'call, T>) -> Result<R>,
) -> Result<R> {
    handler(Elements {
        addr,
        count: elements::<T>(cmd)?,
        _call: Call::new(),
        _type: PhantomData,
    })
}

impl<T: IntoBytes + Immutable> Elements<'_, T> {
    /// Returns the number of elements that user space has room for.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Returns whether user space has room for no element.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Writes as many of `values` as user space has room for, and returns how many these are.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad. What user space has there is then unspecified.
    pub fn write(self, values: &[T]) -> Result<u32> {
        let count = self.count.min(values.len());
        let values = &values[..count];

        user_memory(self.addr, size_of_val(values))
            .writer()
            .write(values)?;
        // The size in a command is below 2^14.
        Ok(count as u32)
    }
}

/// How many elements the size in a command says.
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
fn user_slice<T>(arg: usize) -> UserSlice {
    user_memory(arg, size_of::<T>())
}

/// Returns `len` bytes of the process that has made the call.
#[inline(always)]
fn user_memory(addr: usize, len: usize) -> UserSlice {
    // SAFETY: A table is called by an ioctl, which a process makes that does not exit.
    unsafe { UserSlice::of_process(UserPtr::from_addr(addr), len) }
}

#[doc(hidden)]
#[inline(always)]
pub fn value<Command, T: Value<Command>>(arg: usize) -> Result<T> {
    Ok(T::from_arg(arg))
}

/// Takes the lower half of the argument as a checked value.
#[doc(hidden)]
#[inline(always)]
pub fn checked_value<T: TryFromBytes + KnownLayout + Immutable>(arg: usize) -> Result<T> {
    T::try_read_from_bytes((arg as u32).as_bytes()).map_err(|_| EINVAL)
}

#[doc(hidden)]
#[inline(always)]
pub fn read<T: FromBytes>(slot: &mut MaybeUninit<T>, arg: usize) -> Result<&mut T> {
    user_slice::<T>(arg).reader().read_init(slot)
}

#[doc(hidden)]
#[inline(always)]
pub fn try_read<T>(slot: &mut MaybeUninit<T>, arg: usize) -> Result<&mut T>
where
    T: TryFromBytes + KnownLayout + Immutable,
{
    user_slice::<T>(arg).reader().try_read_init(slot)
}

#[doc(hidden)]
#[inline(always)]
pub fn read_box<T: FromBytes>(arg: usize) -> Result<KBox<T>> {
    user_slice::<T>(arg).reader().read_box(GFP_KERNEL)
}

#[doc(hidden)]
#[inline(always)]
pub fn try_read_box<T: TryFromBytes + KnownLayout + Immutable>(arg: usize) -> Result<KBox<T>> {
    user_slice::<T>(arg).reader().try_read_box(GFP_KERNEL)
}

#[doc(hidden)]
#[inline(always)]
pub fn zeroed_box<T: FromZeros>() -> Result<KBox<T>> {
    KBox::new_zeroed(GFP_KERNEL)
}

/// Refuses a number that says a size below that of the first version.
#[doc(hidden)]
#[inline(always)]
pub fn must_have<T>(cmd: u32, min: MinSize<T>) -> Result {
    if _IOC_SIZE(cmd) < min.bytes() {
        return Err(EINVAL);
    }
    Ok(())
}

/// The newer version that user space has may be longer by a tail of zeros.
#[doc(hidden)]
#[inline(always)]
pub fn read_versioned<T: FromBytes>(
    slot: &mut MaybeUninit<T>,
    cmd: u32,
    arg: usize,
    min: MinSize<T>,
) -> Result<&mut T> {
    let user = user_memory(arg, _IOC_SIZE(cmd));
    // A size in a number is below 2^14.
    let (value, _tail) = user
        .reader()
        .read_versioned_init(slot, min.at_most(usize::MAX))?;

    Ok(value)
}

/// The older version that user space has lacks what it does not know.
#[doc(hidden)]
#[inline(always)]
pub fn write_versioned<T: IntoBytes + Immutable>(
    cmd: u32,
    arg: usize,
    value: &T,
    min: MinSize<T>,
) -> Result {
    let user = user_memory(arg, _IOC_SIZE(cmd));
    let _tail = user
        .writer()
        .write_versioned(value, min.at_most(usize::MAX))?;

    Ok(())
}

#[doc(hidden)]
pub fn read_elements<T: FromBytes>(cmd: u32, arg: usize) -> Result<UVec<T>> {
    let count = elements::<T>(cmd)?;

    user_memory(arg, _IOC_SIZE(cmd))
        .reader()
        .read_vec(count, count, GFP_KERNEL)
}

/// The number of elements of an array. One that is no `usize` is above any limit ([`E2BIG`]).
#[doc(hidden)]
#[inline(always)]
pub fn count<Command, T: Count<Command>>(count: T) -> Result<usize> {
    count.count()
}

#[doc(hidden)]
pub fn read_array<T: FromBytes>(addr: u64, count: usize, limit: usize) -> Result<UVec<T>> {
    if count > limit {
        return Err(E2BIG);
    }
    let size = count.checked_mul(size_of::<T>()).ok_or(EOVERFLOW)?;

    // A 32-bit kernel ignores the upper half of the address.
    user_memory(addr as usize, size)
        .reader()
        .read_vec(count, limit, GFP_KERNEL)
}

#[doc(hidden)]
#[inline(always)]
pub fn write<T: IntoBytes + Immutable>(arg: usize, value: &T) -> Result {
    user_slice::<T>(arg).writer().write(value)
}

#[doc(hidden)]
#[inline(always)]
pub fn must_be(zero: bool) -> Result {
    if zero {
        Ok(())
    } else {
        Err(EINVAL)
    }
}

#[doc(hidden)]
#[inline(always)]
pub fn reply<Command, R: Reply<Command>>(reply: R) -> Result<c_long> {
    reply.reply()
}

#[doc(hidden)]
#[inline(always)]
pub fn returned<Command, T, R: Returned<Command, T>>(returned: R) -> Result<T> {
    returned.result()
}

/// What the system call returns.
#[doc(hidden)]
#[inline(always)]
pub fn answer(result: Result<c_long>) -> c_long {
    match result {
        Ok(reply) => reply,
        Err(error) => error.to_errno() as c_long,
    }
}

#[doc(hidden)]
#[inline(always)]
pub fn unknown() -> c_long {
    -(bindings::ENOTTY as c_long)
}

/// What the system call returns for a number that goes on to a method of the device.
#[doc(hidden)]
#[inline(always)]
pub fn fallback(result: Result<isize>) -> c_long {
    match result {
        Ok(reply) => reply as c_long,
        Err(error) => error.to_errno() as c_long,
    }
}
