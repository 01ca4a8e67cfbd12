// SPDX-License-Identifier: GPL-2.0

//! refused: evaluation panicked: expected a type with a nonzero size

#![allow(missing_docs)]

use kernel::mm::volatile::VolatileSlice;

pub fn range(slice: VolatileSlice<'_, ()>) -> bool {
    slice.get_range(0, usize::MAX).is_some()
}
