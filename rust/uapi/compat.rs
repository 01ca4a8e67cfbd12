// SPDX-License-Identifier: GPL-2.0

//! The layout of types in 32-bit user space: `SameCompat` and `OtherCompat` in `rust/uapi/types`.
//!
//! Where the kernel runs 32-bit processes beside 64-bit ones, bindgen reads the headers of these
//! types a second time, as the 32-bit processes do. `SameCompat` types are asserted to have the
//! size and the offsets of that; what a table declares by `compat` is compared with it.

#[allow(unused_imports)]
use super::*;
use core::{
    marker::PhantomData,
    num::NonZero, //
};

#[doc(hidden)]
pub use crate::must::Listed;

/// Types that have one layout for 64-bit and for 32-bit user space.
///
/// Their size and the offset and the size of each field are the same; the alignment may differ.
///
/// `u64` and `i64` do not implement this: `core::ffi::c_ulong` and `c_long`, which have 32 bits in
/// a 32-bit process, are other names of them in a 64-bit kernel. `#[derive(SameCompat)]` and the
/// tables of ioctls take a 64-bit integer by its own name, as a field, an argument or an element.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may have another layout in a 32-bit process",
    label = "this is not known to be `SameCompat`",
    note = "write a 64-bit integer as `u64` or `i64`: another name of it may be that of a `long`",
    note = "a struct derives `SameCompat`, or rust/uapi/types lists it; a `long`, a pointer or a \
            `usize` cannot be it"
)]
pub trait SameCompat {
    #[doc(hidden)]
    const FIELDS: &'static [Field] = &[];
}

macro_rules! same_compat {
    ($($ty:ty)*) => {
        $(impl SameCompat for $ty {})*
    };
}

same_compat!(i8 i16 i32 u8 u16 u32 bool char);
same_compat!(NonZero<i8> NonZero<i16> NonZero<i32> NonZero<u8> NonZero<u16> NonZero<u32>);

impl<T: SameCompat, const N: usize> SameCompat for [T; N] {}

impl<T: ?Sized> SameCompat for PhantomData<T> {}

/// Types of fields that bindgen writes, of which none is a `long` with another name.
pub(crate) trait Fixed {}

macro_rules! fixed {
    ($($integer:ty)*) => {
        $(impl Fixed for $integer {})*
    };
}

fixed!(i8 i16 i32 i64 u8 u16 u32 u64);

impl<T: Fixed, const N: usize> Fixed for [T; N] {}

/// A field and its offset in bytes.
#[doc(hidden)]
pub struct Field {
    name: &'static str,
    offset: usize,
}

impl Field {
    pub const fn new(name: &'static str, offset: usize) -> Self {
        Self { name, offset }
    }
}

/// The layout in 32-bit user space of a type of the UAPI headers.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not in the UAPI headers for 32-bit user space, as rust/uapi/types asks"
)]
pub trait Layout32: Sized {
    const SIZE: usize;
    const FIELDS: &'static [Field];

    /// The offsets that the fields have in the kernel.
    const NATIVE: &'static [Field];
}

/// A type of a table, or the one that the table declares in its place for 32-bit processes.
#[doc(hidden)]
pub struct Declared<T>(PhantomData<T>);

/// The constants of [`Declared`] for types of which less is known.
#[doc(hidden)]
pub trait Undeclared {
    const IS_LISTED: bool = false;
    const LAYOUT: Option<Layout> = None;
    const FIELDS: &'static [Field] = &[];
}

impl<T> Undeclared for Declared<T> {}

impl<T: Listed> Declared<T> {
    pub const IS_LISTED: bool = true;
}

impl<T: Layout32> Declared<T> {
    pub const LAYOUT: Option<Layout> = Some(Layout {
        size: T::SIZE,
        fields: T::FIELDS,
        differs: T::SIZE != size_of::<T>() || !are_in(T::FIELDS, T::NATIVE),
    });
}

impl<T: SameCompat> Declared<T> {
    pub const FIELDS: &'static [Field] = T::FIELDS;
}

/// The layout in 32-bit user space, and whether it differs from that in the kernel.
#[doc(hidden)]
pub struct Layout {
    size: usize,
    fields: &'static [Field],
    differs: bool,
}

impl Layout {
    /// Returns whether a type of this size, with these fields, has the layout.
    ///
    /// An integer or an array has no fields. Nothing else is asked of a type where the headers for
    /// 32-bit user space have the layout of the kernel, so that the table may be the same there.
    pub const fn fits(&self, size: usize, fields: &[Field]) -> bool {
        !self.differs || self.size == size && (fields.is_empty() || are_in(self.fields, fields))
    }
}

/// Whether each of the fields is among others, at the same offset.
const fn are_in(fields: &[Field], others: &[Field]) -> bool {
    let mut i = 0;
    while i < fields.len() {
        let mut found = is_anonymous(fields[i].name);
        let mut j = 0;
        while j < others.len() {
            found |= fields[i].offset == others[j].offset && equal(fields[i].name, others[j].name);
            j += 1;
        }
        if !found {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether the name is one that bindgen has given.
const fn is_anonymous(name: &str) -> bool {
    match name.as_bytes().split_first_chunk::<9>() {
        Some((first, _)) => equal_bytes(first, b"__bindgen"),
        None => false,
    }
}

const fn equal(a: &str, b: &str) -> bool {
    equal_bytes(a.as_bytes(), b.as_bytes())
}

const fn equal_bytes(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    a.len() == b.len()
}

/// Asks for `SameCompat`.
#[doc(hidden)]
pub fn is_same_compat<T: SameCompat>() {}

include!(concat!(env!("OBJTREE"), "/rust/uapi/compat_generated.rs"));
