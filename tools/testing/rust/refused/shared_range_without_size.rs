// SPDX-License-Identifier: GPL-2.0

//! refused: evaluation panicked: expected values with a size

#![allow(missing_docs)]

use kernel::mm::shared::SharedSlice;

pub fn range(places: SharedSlice<'_, ()>) -> bool {
    places.get_range(0, usize::MAX).is_some()
}
