// SPDX-License-Identifier: GPL-2.0

//! The argument of a command, as a handler sees it.
//!
//! Handlers use the documented items. The hidden traits are bounds on the arguments and results of
//! handlers, which the functions of [`expansion`](super::expansion) require.

use super::table::Call;
use crate::{
    ffi::c_long,
    prelude::*,
    uaccess::{
        UserSlice,
        UserSliceReader, //
    },
};
use core::{
    marker::PhantomData,
    mem::MaybeUninit, //
};

/// An integer that is itself the argument.
///
/// `Name` is a type that is named after the command, so that a compile error shows the command.
///
/// User space passes an `int` or an `unsigned int` in the lower 32 bits of the argument, or a
/// `long` in all bits.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed `by_value` to `{Name}`",
    label = "expected `u32`, `i32` or `usize`: add `try` for an enum"
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

/// A result of a handler that becomes the return value of the system call: 0 for a [`Result`], or
/// the number in a `Result<u32>`.
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

/// User space receives an `int`. A number that does not fit causes [`ERANGE`].
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
    message = "`{Self}` may have a different layout in a 32-bit process that calls `{Name}`",
    label = "expected a type that is `CompatLayout`",
    note = "declare its 32-bit layout with `compat`, or list the type as `CompatLayout`",
    note = "write a 64-bit integer as `u64` or `i64`: other names may stand for a `long`"
)]
pub trait HasCompatLayout<Name> {}

#[diagnostic::do_not_recommend]
impl<T: super::CompatLayout, Name> HasCompatLayout<Name> for T {}

/// A field that a `reserved` clause requires to be zero.
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
    pub(super) addr: usize,
    pub(super) accepts: fn(&T) -> bool,
    pub(super) call: Call<'call>,
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
        reader::<T>(self.call, self.addr).read_into(out)?;
        check_reserved((self.accepts)(out))
    }

    /// Copies the argument to uninitialized memory, and returns a reference to it.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Self::read_into`].
    #[inline(always)]
    pub fn read_init(self, out: &mut MaybeUninit<T>) -> Result<&mut T> {
        let value = reader::<T>(self.call, self.addr).read_init(out)?;
        check_reserved((self.accepts)(value))?;
        Ok(value)
    }
}

/// A proof that a handler has written to its [`OutArg`]. Only [`OutArg::write`] creates it.
///
/// It belongs to one call. A handler cannot return the `Replied` of an earlier call.
pub struct Replied<'call>(Call<'call>);

/// The destination of a reply that the handler writes from its own memory.
///
/// The handler can write to it once, and only during its call.
pub struct OutArg<'call, T> {
    pub(super) addr: usize,
    pub(super) call: Call<'call>,
    pub(super) _type: PhantomData<fn(&T)>,
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
        user_memory(self.call, self.addr, size_of::<T>())
            .writer()
            .write(value)?;
        Ok(Replied(self.call))
    }
}

/// The destination of a reply of any size.
///
/// The handler can write to it once, and only during its call.
pub struct OutSlice<'call, T> {
    pub(super) addr: usize,
    pub(super) count: usize,
    pub(super) call: Call<'call>,
    pub(super) _type: PhantomData<fn(&T)>,
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

/// Returns a reader of a `T` at `addr` of the process that made the call.
#[inline(always)]
pub(super) fn reader<T>(_call: Call<'_>, addr: usize) -> UserSliceReader {
    // SAFETY: By the type invariants of `_call`, the current task has user memory.
    unsafe { UserSliceReader::of_process(UserPtr::from_addr(addr), size_of::<T>()) }
}

/// Returns the user memory of `len` bytes at `addr`, in the process that made the call.
#[inline(always)]
pub(super) fn user_memory(_call: Call<'_>, addr: usize, len: usize) -> UserSlice {
    // SAFETY: By the type invariants of `_call`, the current task has user memory.
    unsafe { UserSlice::of_process(UserPtr::from_addr(addr), len) }
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
