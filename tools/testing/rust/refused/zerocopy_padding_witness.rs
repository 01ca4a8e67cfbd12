// SPDX-License-Identifier: GPL-2.0

//! refused: PaddingFree<Padded, 3>` requires an `unsafe impl` declaration
//! refused: DynamicPaddingFree<PaddedTail, true>` requires an `unsafe impl` declaration

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::prelude::*;
use zerocopy::util::macro_util::{
    DynamicPaddingFree,
    PaddingFree, //
};

#[derive(IntoBytes)]
#[repr(C)]
pub struct Padded {
    pub a: u8,
    pub b: u32,
}

#[derive(IntoBytes)]
#[repr(C)]
pub struct PaddedTail {
    pub a: u8,
    pub b: [u32],
}

impl PaddingFree<Padded, 3> for () {}
impl DynamicPaddingFree<PaddedTail, true> for () {}
