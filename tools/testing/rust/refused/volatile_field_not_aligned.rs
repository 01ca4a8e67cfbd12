// SPDX-License-Identifier: GPL-2.0

//! refused: evaluation panicked: expected an aligned field

#![allow(missing_docs)]

use kernel::mm::volatile::VolatileRef;

#[repr(C)]
pub struct Words {
    first: u64,
    second: u64,
}

pub fn between(words: VolatileRef<'_, Words>) -> u64 {
    words.field::<_, 4>(|words| &words.first).read_once()
}
