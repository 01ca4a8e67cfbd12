// SPDX-License-Identifier: GPL-2.0

//! refused: cannot find value `slot` in this scope

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::prelude::*;
use pin_init::__internal::DropGuard;

pub struct Value {
    pub slot: u64,
    pub word: u64,
}

pub trait Redirect {
    /// Shadows the method of the guard, which takes `&mut self`.
    fn let_binding(&self) -> *mut Value {
        core::ptr::without_provenance_mut(0x1000)
    }
}

impl<P, T> Redirect for DropGuard<P, T> {}

/// Writes 7 to memory near 0x1000, because the field replaces the pointer `slot` of the macro.
pub fn poke() -> impl Init<Value> {
    init!(Value { slot: 1, word: 7 })
}

/// Fails only if the macro hides its pointer.
pub fn visible() -> impl Init<Value> {
    init!(Value {
        word: slot as u64,
        slot: 1,
    })
}
