// SPDX-License-Identifier: GPL-2.0

//! The kernel crate has no `THIS_MODULE`, so the driver could be unloaded while files are open.
//!
//! refused: error[E0603]: struct `LocalModule` is private
//! refused: error[E0603]: module `device` is private
//! needs: CONFIG_RUST_IOCTL_KUNIT_TEST=y

#![allow(dead_code)]

mod device;

use device::Owner as LocalModule;
use kernel::{
    miscdevice::{
        MiscDevice,
        MiscDeviceRegistration,
        UncountedFile, //
    },
    prelude::*, //
};

struct Named;

#[vtable]
impl MiscDevice for Named {
    type Ptr = KBox<Self>;
    type OwnerModule = kernel::LocalModule;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
}

struct Projected;

#[vtable]
impl MiscDevice for Projected {
    type Ptr = KBox<Self>;
    type OwnerModule = <kernel::ioctl::test::device::Device as MiscDevice>::OwnerModule;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
}
