// SPDX-License-Identifier: GPL-2.0

//! refused: expected a discriminant without `Self`

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::prelude::*;

pub trait Any {
    const FIRST: u8 = 0;
}

impl<T> Any for T {}

impl Message {
    const FIRST: u8 = 1;
}

/// The derive would swap the two discriminants, so that a flag could be any byte.
#[derive(TryFromBytes, KnownLayout, Immutable)]
#[repr(u8)]
pub enum Message {
    Flag(bool) = Self::FIRST,
    Raw(u8) = 1 - Self::FIRST,
}
