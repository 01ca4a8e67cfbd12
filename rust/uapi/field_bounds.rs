// SPDX-License-Identifier: GPL-2.0

//! Bounds on the fields of the types that `rust/uapi/derives` lists.
//!
//! The derive `macros::Uapi` requires these traits instead of the zerocopy traits, so that an error
//! names the type and the trait, and points at the field.

/// Implemented for the listed types. Its bounds are the required traits.
pub trait Listed {}

/// A field type that lets `Type` derive `FromBytes`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `FromBytes`, as rust/uapi/derives requires: a field \
               is a `{Self}`",
    label = "this field has invalid bit patterns: use an integer"
)]
pub trait FromBytes<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: zerocopy::FromBytes> FromBytes<Type> for Field {}

/// A field type that lets `Type` derive `FromZeros`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `FromZeros`, as rust/uapi/derives requires: a field \
               is a `{Self}`",
    label = "zero is not a valid value of this field: use an integer"
)]
pub trait FromZeros<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: zerocopy::FromZeros> FromZeros<Type> for Field {}

/// A field type that lets `Type` derive `Immutable`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `Immutable`, as rust/uapi/derives requires: a field \
               is a `{Self}`",
    label = "this field has interior mutability: use a plain type"
)]
pub trait Immutable<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: zerocopy::Immutable> Immutable<Type> for Field {}

/// A field type that lets `Type` derive `IntoBytes`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `IntoBytes`, as rust/uapi/derives requires: a field \
               is a `{Self}`",
    label = "this field has padding or is a pointer: name the padding, or use `__u64`"
)]
pub trait IntoBytes<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: zerocopy::IntoBytes> IntoBytes<Type> for Field {}

/// A field type that lets `Type` be `CompatLayout`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `CompatLayout`, as rust/uapi/derives requires: a field \
               is a `{Self}`",
    label = "this field may differ in 32-bit user space: use a type of a fixed size"
)]
pub trait CompatLayout<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: crate::compat::Fixed> CompatLayout<Type> for Field {}
