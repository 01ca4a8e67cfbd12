// SPDX-License-Identifier: GPL-2.0

//! Misc devices for the ioctl tables that the compiler must reject.

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
    description: "Code that must not compile",
    license: "GPL",
}

/// The module. In some kernels, `#[vtable]` refers to it as `crate::LocalModule`.
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

/// Implements a misc device that connects its table, with these methods besides `open`.
#[allow(unused_macros)]
macro_rules! misc_device {
    (impl $device:ident { $($methods:tt)* }) => {
        #[vtable]
        impl kernel::miscdevice::MiscDevice for $device {
            type Ptr = KBox<Self>;

            const IOCTLS: kernel::miscdevice::MiscIoctls<Self> =
                kernel::miscdevice::MiscIoctls::TABLE;

            fn open(
                _file: &kernel::miscdevice::UncountedFile,
                _misc: &kernel::miscdevice::MiscDeviceRegistration<Self>,
            ) -> Result<Self::Ptr> {
                Ok(KBox::new(Self, GFP_KERNEL)?)
            }

            $($methods)*
        }
    };
}
#[allow(unused_imports)]
pub(crate) use misc_device;
