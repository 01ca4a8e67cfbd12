// SPDX-License-Identifier: GPL-2.0

//! refused: evaluation panicked: expected a field inside the struct

#![allow(missing_docs)]

use kernel::mm::volatile::VolatileRef;

#[repr(C)]
pub struct Words {
    first: u64,
    second: u64,
}

pub fn third(words: VolatileRef<'_, Words>) -> u64 {
    words.field::<_, 16>(|words| &words.first).read_once()
}
