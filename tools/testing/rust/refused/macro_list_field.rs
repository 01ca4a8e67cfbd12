// SPDX-License-Identifier: GPL-2.0

//! refused: no field `value` on type `Item`

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use core::ops::Deref;
use kernel::{
    list::*,
    sync::Arc, //
};

pub struct Shared {
    value: ListArcField<u32>,
}

/// Two items can share the field.
pub struct Item(pub Arc<Shared>);

impl Deref for Item {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl_list_arc_safe! {
    impl ListArcSafe<0> for Item { untracked; }
}

impl Item {
    define_list_arc_field_getter! {
        pub fn value(&mut self<0>) -> &mut u32 { value }
    }
}

/// Returns two references to the same number.
pub fn twice<'a>(
    first: &'a mut ListArc<Item>,
    second: &'a mut ListArc<Item>,
) -> (&'a mut u32, &'a mut u32) {
    (first.value(), second.value())
}
