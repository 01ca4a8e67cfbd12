// SPDX-License-Identifier: GPL-2.0

//! Conversions between bytes and types, checked by the compiler.
//!
//! A driver exchanges values with user space, a device or firmware as bytes. The traits in this
//! module state the properties of a type. A driver can implement them only by deriving them, so the
//! compiler proves each property from the fields and the representation of the type:
//!
//! | trait | meaning |
//! |---|---|
//! | [`FromBytes`] | every bit pattern is a valid value |
//! | [`TryFromBytes`] | a bit pattern can be validated at run time |
//! | [`FromZeros`] | all zeros are a valid value |
//! | [`IntoBytes`] | every byte is initialized, so there is no padding |
//! | [`Immutable`] | there is no interior mutability |
//! | [`KnownLayout`] | generic code can compute the layout, including a slice tail |
//! | [`Unaligned`] | the alignment is 1 |
//!
//! Kernel code imports the traits from this module. [`kernel::prelude`] exports the traits and
//! their derives.
//!
//! C counterpart: none. A UAPI `struct` of integers, arrays of integers and explicit padding can
//! derive all traits except [`Unaligned`].
//!
//! # Examples
//!
//! Parses a device's reply in place, at the start of the received bytes:
//!
//! ```
//! use kernel::zerocopy::little_endian::{U16, U32};
//!
//! /// The header of a reply, as the device sends it.
//! #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
//! #[repr(C)]
//! struct Reply {
//!     id: U16,
//!     status: U16,
//!     length: U32,
//! }
//!
//! let received = [7, 0, 0, 0, 2, 0, 0, 0, 0xaa, 0xbb];
//!
//! let (reply, payload) = Reply::ref_from_prefix(&received).map_err(|_| EINVAL)?;
//! assert_eq!(reply.id, 7);
//! assert_eq!(payload, &[0xaa, 0xbb]);
//! # Ok::<(), Error>(())
//! ```
//!
//! An enum has invalid bit patterns, so the conversion validates the bytes:
//!
//! ```
//! #[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable, Debug, PartialEq)]
//! #[repr(u32)]
//! enum Mode {
//!     Off,
//!     On,
//! }
//!
//! assert_eq!(Mode::try_read_from_bytes(&1_u32.to_ne_bytes()).map_err(|_| EINVAL)?, Mode::On);
//! assert!(Mode::try_read_from_bytes(&2_u32.to_ne_bytes()).is_err());
//! # Ok::<(), Error>(())
//! ```
//!
//! Padding could leak kernel memory to user space. A type with padding cannot derive [`IntoBytes`],
//! so the padding must be an explicit field:
//!
//! ```ignore,compile_fail
//! use kernel::prelude::*;
//!
//! #[derive(IntoBytes)]
//! #[repr(C)]
//! struct Padded {
//!     start: u64,
//!     flags: u32,
//!     // Add `reserved: u32` here.
//! }
//! ```
//!
//! The kernel's [`Box`] and [`Vec`] have constructors and methods for zeroed memory:
//! [`Box::new_zeroed`], [`Box::new_zeroed_with_elems`], [`Vec::new_zeroed`],
//! [`Vec::extend_zeroed`] and [`Vec::insert_zeroed`].
//!
//! [`Box`]: crate::alloc::Box
//! [`Box::new_zeroed`]: crate::alloc::Box::new_zeroed
//! [`Box::new_zeroed_with_elems`]: crate::alloc::Box::new_zeroed_with_elems
//! [`Vec`]: crate::alloc::Vec
//! [`Vec::new_zeroed`]: crate::alloc::Vec::new_zeroed
//! [`Vec::extend_zeroed`]: crate::alloc::Vec::extend_zeroed
//! [`Vec::insert_zeroed`]: crate::alloc::Vec::insert_zeroed
//! [`kernel::prelude`]: crate::prelude

mod alloc;
mod by_value;
mod flex;

#[doc(inline)]
pub use self::{
    by_value::BY_VALUE_LIMIT,
    flex::split_flexible, //
};

pub(crate) use self::{
    alloc::Memory,
    by_value::by_value, //
};

// Traits, each with the derive of the same name.
#[doc(inline)]
pub use ::zerocopy::{
    FromBytes,
    FromZeros,
    Immutable,
    IntoBytes,
    KnownLayout,
    SplitAt,
    TryFromBytes,
    Unaligned, //
};
#[doc(inline)]
pub use zerocopy_derive::{
    ByteEq,
    ByteHash,
    FromBytes,
    FromZeros,
    Immutable,
    IntoBytes,
    KnownLayout,
    SplitAt,
    TryFromBytes,
    Unaligned, //
};

// Conversions of whole values. Sizes and alignments are checked at compile time.
#[doc(inline)]
pub use ::zerocopy::{
    include_value,
    transmute,
    transmute_mut,
    transmute_ref,
    try_transmute,
    try_transmute_mut,
    try_transmute_ref, //
};

// Integers with a fixed byte order and alignment 1.
#[doc(inline)]
pub use ::zerocopy::byteorder::{
    big_endian,
    little_endian,
    network_endian, //
};

// Wrappers, and the errors of failed conversions.
#[doc(inline)]
pub use ::zerocopy::{
    error,
    AlignmentError,
    ConvertError,
    Ref,
    SizeError,
    Unalign,
    ValidityError, //
};

#[cfg(CONFIG_RUST_ZEROCOPY_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_zerocopy)]
mod tests {
    use super::*;

    #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, Debug, PartialEq)]
    #[repr(C)]
    struct Header {
        magic: u32,
        count: u16,
        flags: u16,
    }

    #[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable, Debug, PartialEq)]
    #[repr(u8)]
    enum Kind {
        Read = 1,
        Write = 2,
    }

    const HEADER: Header = Header {
        magic: 0x1234_5678,
        count: 2,
        flags: 1,
    };

    #[test]
    fn value_round_trip() {
        let bytes: [u8; 8] = transmute!(HEADER);

        assert_eq!(Header::read_from_bytes(&bytes).ok(), Some(HEADER));
        assert_eq!(HEADER.as_bytes(), &bytes);
    }

    #[test]
    fn wrong_sizes_are_refused() {
        let bytes = [0_u8; 9];

        assert!(Header::read_from_bytes(&bytes[..7]).is_err());
        assert!(Header::read_from_bytes(&bytes).is_err());
        assert!(Header::read_from_prefix(&bytes[..7]).is_err());
    }

    #[test]
    fn misaligned_references_are_refused() {
        let words = [0_u32; 3];
        let bytes = words.as_bytes();

        assert!(Header::ref_from_bytes(&bytes[..8]).is_ok());
        assert!(Header::ref_from_bytes(&bytes[1..9]).is_err());
    }

    #[test]
    fn only_values_of_an_enum_are_taken() {
        assert_eq!(Kind::try_read_from_bytes(&[1]).ok(), Some(Kind::Read));
        assert_eq!(Kind::try_read_from_bytes(&[2]).ok(), Some(Kind::Write));
        assert!(Kind::try_read_from_bytes(&[0]).is_err());
        assert!(Kind::try_read_from_bytes(&[3]).is_err());
    }
}
