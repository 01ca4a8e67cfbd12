// SPDX-License-Identifier: GPL-2.0

//! refused: error[E0603]: constant `IN_KERNEL_CRATE` is private

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::device::{
    Bound,
    Normal, //
};

pub trait Select {
    type Content;
}

impl Select for Bound {
    type Content = [usize; 2];
}

impl Select for Normal {
    type Content = &'static [u8];
}

/// A type whose layout depends on the context.
pub struct Mine<C: Select>(C::Content);

kernel::__impl_device_context_deref!(unsafe { Mine, Bound => Normal });

/// Returns any byte of the kernel.
pub fn peek(addr: usize) -> u8 {
    let mine = Mine::<Bound>([addr, 1]);
    let normal: &Mine<Normal> = &mine;

    normal.0[0]
}
