// SPDX-License-Identifier: GPL-2.0

//! refused: the trait bound `&'static u32: Zeroable` is not satisfied

#![allow(missing_docs)]
#![forbid(unsafe_code)]

kernel::bitfield! {
    pub struct Reference(&'static u32) {}
}

/// Returns a reference to address 0.
pub fn null() -> &'static u32 {
    pin_init::zeroed::<Reference>().into_raw()
}
