// SPDX-License-Identifier: GPL-2.0

//! refused: Shared, Reason>` requires an `unsafe impl` declaration

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use core::cell::Cell;
use zerocopy::{
    invariant::{
        Initialized,
        Read,
        Safe,
        Shared, //
    },
    pointer::{
        cast::CastSized,
        BecauseImmutable,
        BecauseMutationCompatible,
        BecauseRead, //
    },
    Ptr, //
};

pub enum Reason {}

impl Read<Shared, Reason> for Cell<u8> {}
impl Read<Shared, Reason> for u8 {}

/// Returns a reference to a byte that may change.
pub fn inside(cell: &Cell<u8>) -> &u8 {
    Ptr::from_ref(cell)
        .recall_validity::<Initialized, (BecauseMutationCompatible, (BecauseRead, Reason))>()
        .cast::<u8, CastSized, (BecauseRead, Reason)>()
        .recall_validity::<Safe, BecauseImmutable>()
        .unaligned_as_ref()
}
