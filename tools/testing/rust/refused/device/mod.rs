// SPDX-License-Identifier: GPL-2.0

//! A misc device, or several, for the tables of what must be refused.

use kernel::{
    fs::File,
    miscdevice::{
        MiscDevice,
        MiscDeviceRegistration, //
    },
    prelude::*, //
};

pub(crate) struct Device<const N: usize = 0>;

#[vtable]
impl<const N: usize> MiscDevice for Device<N> {
    type Ptr = KBox<Self>;

    fn open(_file: &File, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
}
