// SPDX-License-Identifier: GPL-2.0

//! A type may represent only the module that it is linked into.
//!
//! refused: error[E0200]: the trait `ModuleMetadata` requires an `unsafe impl` declaration

#![allow(dead_code)]

mod device;

use device::Owner as LocalModule;
use kernel::{
    miscdevice::{
        MiscDevice,
        MiscDeviceRegistration,
        UncountedFile, //
    },
    prelude::*,
    ModuleMetadata, //
};

struct Module;

impl ModuleMetadata for Module {
    const NAME: &'static CStr = c"another";
    const THIS_MODULE: ThisModule = LocalModule::THIS_MODULE;
}

struct Owned;

impl MiscDevice for Owned {
    type Ptr = KBox<Self>;
    type OwnerModule = Module;

    const USE_VTABLE_ATTR: () = ();

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
}
