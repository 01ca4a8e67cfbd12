// SPDX-License-Identifier: GPL-2.0

//! The VFS dereferences the owner of the file operations.
//!
//! refused: error[E0438]: const `OWNER` is not a member of trait `MiscDevice`

#![allow(dead_code)]

mod device;

use device::Owner as LocalModule;
use kernel::{
    bindings,
    miscdevice::{
        MiscDevice,
        MiscDeviceRegistration,
        UncountedFile, //
    },
    prelude::*, //
};

struct Owned;

impl MiscDevice for Owned {
    type Ptr = KBox<Self>;

    const USE_VTABLE_ATTR: () = ();
    const OWNER: *mut bindings::module = core::ptr::dangling_mut();

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
}
