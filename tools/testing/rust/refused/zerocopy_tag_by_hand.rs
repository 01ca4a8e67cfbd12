// SPDX-License-Identifier: GPL-2.0

//! refused: conflicting implementations of trait `PartialEq` for type `___ZerocopyTag`

#![allow(missing_docs, unused_imports)]
#![forbid(unsafe_code)]

// `derive(PartialEq)` in this module derives `Debug`.
use core::fmt::Debug as PartialEq;
use kernel::prelude::*;
use zerocopy::{
    ident_id,
    project_clients::TryFromBytesDerive,
    HasTag,
    Ptr, //
};

#[derive(TryFromBytes, Immutable)]
#[repr(u8)]
pub enum Message {
    Flag(bool),
    Raw(u8),
}

impl core::cmp::PartialEq for <Message as HasTag<TryFromBytesDerive>>::Tag {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

/// Returns a flag that may be any byte.
pub fn flag(message: &Message) -> Option<&bool> {
    let flag = Ptr::from_ref(message).project::<TryFromBytesDerive, _, { ident_id!(Flag) }, 0>();

    Some(flag.ok()?.unaligned_as_ref())
}
