// SPDX-License-Identifier: GPL-2.0

//! A misc device, or several, for the tables of what must be refused.

use kernel::{
    miscdevice::{
        MiscDevice,
        MiscDeviceRegistration,
        UncountedFile, //
    },
    prelude::*, //
};

module! {
    type: Owner,
    name: "refused",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "What must not compile",
    license: "GPL",
}

/// The module, of which `#[vtable]` asks as `crate::LocalModule`, though not in each base.
pub(crate) struct Owner;

impl kernel::Module for Owner {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self)
    }
}

pub(crate) struct Device<const N: usize = 0>;

#[vtable]
impl<const N: usize> MiscDevice for Device<N> {
    type Ptr = KBox<Self>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
}
