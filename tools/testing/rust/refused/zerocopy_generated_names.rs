// SPDX-License-Identifier: GPL-2.0

//! refused: `__Zerocopy_Field_tail` is reserved for code that zerocopy generates; rename it
//! refused: `___ZerocopyTag` is reserved for code that zerocopy generates; rename it
//! refused: `__zerocopy` is reserved for code that zerocopy generates; rename it
//! refused: expected types and constants without macros

#![allow(missing_docs, non_camel_case_types)]
#![forbid(unsafe_code)]

use core::mem::size_of;
use kernel::prelude::*;

type __Zerocopy_Field_tail = u64;
type ___ZerocopyTag = u64;

/// Has 9 bytes, but would be read from 1 byte.
#[derive(FromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Long {
    pub head: u8,
    pub tail: [u8; size_of::<__Zerocopy_Field_tail>()],
}

macro_rules! tail {
    () => {
        [u8; size_of::<__Zerocopy_Field_tail>()]
    };
}

/// The same type, in which a macro expands to the type of the field.
#[derive(FromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct ByMacro {
    pub head: u8,
    pub tail: tail!(),
}

pub struct Select<const SIZE: usize>;

pub trait Selected {
    type Chosen;
}

impl Selected for Select<8> {
    type Chosen = bool;
}

impl Selected for Select<1> {
    type Chosen = u8;
}

/// Contains a `bool` that would be validated as a `u8`.
#[derive(TryFromBytes, KnownLayout, Immutable)]
#[repr(u8)]
pub enum Flagged {
    Flag(<Select<{ size_of::<___ZerocopyTag>() }> as Selected>::Chosen),
    Raw(u8),
}

mod __zerocopy {
    pub(crate) type Length = u32;
}

#[derive(FromBytes)]
#[repr(C)]
pub struct Other(__zerocopy::Length);
