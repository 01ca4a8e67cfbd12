// SPDX-License-Identifier: GPL-2.0

//! refused: evaluation panicked: expected an aligned field

#![allow(missing_docs)]

use kernel::mm::volatile::VolatileRef;

#[repr(C, packed)]
pub struct Bytes {
    first: u8,
    word: [u8; 8],
}

pub fn word<'a>(bytes: VolatileRef<'a, Bytes>, field: fn(&Bytes) -> &u64) -> VolatileRef<'a, u64> {
    bytes.field::<_, 0>(field)
}
