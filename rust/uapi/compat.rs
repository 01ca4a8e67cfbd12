// SPDX-License-Identifier: GPL-2.0

//! Layouts of UAPI types in 32-bit user space: `CompatLayout` and `OtherCompatLayout` in
//! `rust/uapi/derives`.
//!
//! If the kernel supports 32-bit processes, bindgen reads the headers of these types a second time,
//! with the types of a 32-bit process. The build asserts that each `CompatLayout` type has the same
//! size and offsets both times. It also checks the types that an ioctl table declares with `compat`
//! against the 32-bit layout.

#[allow(unused_imports)]
use super::*;
use core::{
    marker::PhantomData,
    num::NonZero, //
};

#[doc(hidden)]
pub use crate::field_bounds::Listed;

/// A type with the same layout in 64-bit and 32-bit user space.
///
/// The size of the type and the offset and size of each field are equal. The alignment may differ.
///
/// `u64` and `i64` do not implement this trait. In a 64-bit kernel, `core::ffi::c_ulong` and
/// `c_long` are aliases of them, but a `long` has only 32 bits in a 32-bit process.
/// `#[derive(CompatLayout)]` and the ioctl tables accept a field, argument or element that is
/// spelled `u64` or `i64`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may have a different layout in a 32-bit process",
    label = "expected a type that is `CompatLayout`",
    note = "write a 64-bit integer as `u64` or `i64`: other names may stand for a `long`",
    note = "derive `CompatLayout` for a struct, or list it in rust/uapi/derives; replace a `long`, \
            a pointer or a `usize`"
)]
pub trait CompatLayout {
    #[doc(hidden)]
    const FIELDS: &'static [Field] = &[];
}

macro_rules! compat_layout {
    ($($ty:ty)*) => {
        $(impl CompatLayout for $ty {})*
    };
}

compat_layout!(i8 i16 i32 u8 u16 u32 bool char);
compat_layout!(NonZero<i8> NonZero<i16> NonZero<i32> NonZero<u8> NonZero<u16> NonZero<u32>);

impl<T: CompatLayout, const N: usize> CompatLayout for [T; N] {}

impl<T: ?Sized> CompatLayout for PhantomData<T> {}

/// A field type in the output of bindgen, where a `long` never appears under another name.
pub(crate) trait Fixed {}

macro_rules! fixed {
    ($($integer:ty)*) => {
        $(impl Fixed for $integer {})*
    };
}

fixed!(i8 i16 i32 i64 u8 u16 u32 u64);

impl<T: Fixed, const N: usize> Fixed for [T; N] {}

/// A field name and the offset of the field in bytes.
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

/// The layout of a UAPI type in 32-bit user space.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not in the UAPI headers for 32-bit user space: correct its header in \
               rust/uapi/derives"
)]
pub trait Layout32: Sized {
    const SIZE: usize;
    const FIELDS: &'static [Field];

    /// The fields with their offsets in the kernel.
    const NATIVE: &'static [Field];
}

/// A type in an ioctl table, or its declared replacement for 32-bit processes.
#[doc(hidden)]
pub struct Declared<T>(PhantomData<T>);

/// The default constants of [`Declared`], for types without [`Listed`], [`Layout32`] or
/// [`CompatLayout`].
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

impl<T: CompatLayout> Declared<T> {
    pub const FIELDS: &'static [Field] = T::FIELDS;
}

/// A layout in 32-bit user space, and a flag that is set if it differs from the layout in the
/// kernel.
#[doc(hidden)]
pub struct Layout {
    size: usize,
    fields: &'static [Field],
    differs: bool,
}

impl Layout {
    /// Returns `true` if a type with this size and these fields has this layout.
    ///
    /// Integers and arrays have no fields, so only their size is compared. If 32-bit user space has
    /// the layout of the kernel, any type fits. A table can thus declare a layout that only other
    /// architectures need.
    pub const fn fits(&self, size: usize, fields: &[Field]) -> bool {
        !self.differs || self.size == size && (fields.is_empty() || are_in(self.fields, fields))
    }
}

/// Returns `true` if `others` contains each of `fields` at the same offset.
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

/// Returns `true` if bindgen generated the name.
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

/// Fails to compile unless `T` is `CompatLayout`.
#[doc(hidden)]
pub fn has_compat_layout<T: CompatLayout>() {}

include!(concat!(env!("OBJTREE"), "/rust/uapi/compat_generated.rs"));
