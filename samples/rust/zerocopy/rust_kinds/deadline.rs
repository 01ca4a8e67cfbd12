// SPDX-License-Identifier: GPL-2.0

//! An argument with a different layout in some 32-bit processes, and its conversion.

use super::Kinds;
use kernel::{
    ioctl::*,
    prelude::*,
    uapi::rust_kinds_deadline, //
};

/// `struct rust_kinds_deadline` of a 32-bit x86 process, where `u64` is aligned to 4 bytes.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
#[repr(C, packed(4))]
pub(crate) struct Deadline32 {
    id: u32,
    ns: u64,
}

pub(crate) const RUST_KINDS_SET_DEADLINE32: u32 = _IOW::<Deadline32>('|' as u32, 0xa4);

impl Kinds {
    pub(crate) fn from_32(&Deadline32 { id, ns }: &Deadline32) -> Result<rust_kinds_deadline> {
        Ok(rust_kinds_deadline { id, ns })
    }

    pub(crate) fn set_deadline(self: Pin<&Self>, deadline: &rust_kinds_deadline) -> Result {
        self.state.lock_killable()?.deadline = deadline.ns;
        Ok(())
    }
}
