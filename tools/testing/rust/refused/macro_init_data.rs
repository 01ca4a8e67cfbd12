// SPDX-License-Identifier: GPL-2.0

//! refused: type mismatch resolving `<Holder as HasInitData>::InitData == Forged`

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::prelude::*;
use pin_init::__internal::InitOk;

pub struct Holder {
    pub value: KBox<u32>,
}

pub struct Forged;

impl Holder {
    fn __init_data() -> Forged {
        Forged
    }
}

impl Forged {
    /// Replaces the initializer with one that initializes nothing.
    fn __make_closure<F, E>(self, _: F) -> impl FnOnce(*mut Holder) -> Result<(), E>
    where
        F: FnOnce(*mut Holder) -> Result<InitOk, E>,
    {
        |_: *mut Holder| Ok(())
    }
}

/// Returns a box that was never initialized.
pub fn uninitialized(value: KBox<u32>) -> Result<KBox<Holder>> {
    KBox::init(init!(Holder { value }), GFP_KERNEL)
}
