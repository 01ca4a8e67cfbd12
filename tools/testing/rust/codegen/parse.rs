// SPDX-License-Identifier: GPL-2.0

//! Parsing of bytes with derived traits.

#![allow(missing_docs)]

use kernel::{
    prelude::*,
    zerocopy::big_endian::{
        U16,
        U32, //
    },
};

#[derive(TryFromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(u8)]
pub enum Kind {
    Data,
    Answer,
    Reset,
}

/// The type of a field that must be zero.
#[derive(TryFromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(u8)]
pub enum Zero {
    Zero,
}

#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    port: U16,
    length: U16,
    sequence: U32,
}

#[derive(TryFromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Checked {
    kind: Kind,
    zero: Zero,
    length: U16,
}

/// frame: 0
#[inline(never)]
pub fn header(bytes: &[u8]) -> i32 {
    match Header::ref_from_prefix(bytes) {
        Ok((header, rest)) if usize::from(header.length.get()) <= rest.len() => {
            (header.sequence.get() ^ u32::from(header.port.get())) as i32
        }
        _ => EINVAL.to_errno(),
    }
}

/// frame: 0
#[inline(never)]
pub fn checked(bytes: &[u8]) -> i32 {
    match Checked::try_ref_from_prefix(bytes) {
        Ok((header, _)) => match header.kind {
            Kind::Data => header.length.get().into(),
            _ => 0,
        },
        Err(_) => EINVAL.to_errno(),
    }
}
