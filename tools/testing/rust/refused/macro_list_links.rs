// SPDX-License-Identifier: GPL-2.0

//! refused: no field `links` on type `Shared`

#![allow(missing_docs)]
#![allow(dangerous_implicit_autorefs)]
#![forbid(unsafe_code)]

use core::ops::{
    Deref,
    DerefMut, //
};
use kernel::{
    list::*,
    prelude::*, //
};

pub struct Links {
    links: ListLinksSelfPtr<Item>,
}

/// Links that can be freed while they are in a list.
pub struct Shared(core::cell::RefCell<KBox<Links>>);

impl Deref for Shared {
    type Target = Links;

    fn deref(&self) -> &Links {
        unreachable!()
    }
}

impl DerefMut for Shared {
    fn deref_mut(&mut self) -> &mut Links {
        self.0.get_mut()
    }
}

pub struct Item {
    shared: Shared,
}

impl Item {
    /// Frees the links.
    pub fn replace(&self, links: KBox<Links>) {
        *self.shared.0.borrow_mut() = links;
    }
}

impl_list_arc_safe! {
    impl ListArcSafe<0> for Item { untracked; }
}

impl_list_item! {
    impl ListItem<0> for Item { using ListLinksSelfPtr { self.shared.links }; }
}
