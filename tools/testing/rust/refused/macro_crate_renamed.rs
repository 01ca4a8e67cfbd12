// SPDX-License-Identifier: GPL-2.0

//! refused: `core` is ambiguous

#![allow(missing_docs)]
#![forbid(unsafe_code)]

// With these lines, the path `::core` refers to this crate.
extern crate core as original;
extern crate self as core;

pub use original::*;

/// A copy of `core::mem` that drops values instead of forgetting them.
pub mod mem {
    pub use original::mem::*;

    pub fn forget<T>(_: T) {}
}

use kernel::prelude::*;

#[pin_data]
struct Module {
    _value: KBox<u32>,
}

impl kernel::InPlaceModule for Module {
    /// Frees the value twice, because `pin_init!` forgets the guard that drops it.
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            _value: KBox::new(7, GFP_KERNEL)?,
        })
    }
}

module! {
    type: Module,
    name: "refused",
    license: "GPL",
}
