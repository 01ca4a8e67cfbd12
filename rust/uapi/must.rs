// SPDX-License-Identifier: GPL-2.0

//! What the fields of a type must be for the type to derive what `rust/uapi/types` says.
//!
//! The derive `macros::Uapi` asks for these traits where zerocopy's derives ask for zerocopy's, so
//! that a refusal names the type and the trait, and shows the field.

/// Implemented for the types of the list: its bounds are what is asked for.
pub trait Listed {}

/// Implemented for fields that let `Type` be `FromBytes`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `FromBytes`, as rust/uapi/types asks: a field is a `{Self}`",
    label = "not every bit pattern is a value of this field"
)]
pub trait FromBytes<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: zerocopy::FromBytes> FromBytes<Type> for Field {}

/// Implemented for fields that let `Type` be `FromZeros`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `FromZeros`, as rust/uapi/types asks: a field is a `{Self}`",
    label = "zeros are not a value of this field"
)]
pub trait FromZeros<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: zerocopy::FromZeros> FromZeros<Type> for Field {}

/// Implemented for fields that let `Type` be `Immutable`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `Immutable`, as rust/uapi/types asks: a field is a `{Self}`",
    label = "this field may change behind a shared reference"
)]
pub trait Immutable<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: zerocopy::Immutable> Immutable<Type> for Field {}

/// Implemented for fields that let `Type` be `IntoBytes`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `IntoBytes`, as rust/uapi/types asks: a field is a `{Self}`",
    label = "this field has padding, or is a pointer"
)]
pub trait IntoBytes<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: zerocopy::IntoBytes> IntoBytes<Type> for Field {}

/// Implemented for fields that let `Type` be `SameCompat`.
#[diagnostic::on_unimplemented(
    message = "`{Type}` cannot be `SameCompat`, as rust/uapi/types asks: a field is a `{Self}`",
    label = "this field is not known to be the same for 32-bit user space"
)]
pub trait SameCompat<Type> {}

#[diagnostic::do_not_recommend]
impl<Type, Field: crate::compat::Fixed> SameCompat<Type> for Field {}
