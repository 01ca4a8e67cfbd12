// SPDX-License-Identifier: GPL-2.0

//! A file that is being opened or released cannot be used as an open file.
//!
//! refused: method `open` has an incompatible type for trait
//! refused: method `release` has an incompatible type for trait
//! refused: UncountedFile: AlwaysRefCounted` is not satisfied
//! refused: UncountedFile` cannot be dereferenced
//! refused: error[E0599]: no method named `as_ptr` found

mod device;

use device::Owner as LocalModule;
use kernel::{
    fs::{
        file::FileDescriptorReservation,
        File, //
    },
    miscdevice::*,
    prelude::*,
    sync::{
        aref::ARef,
        SetOnce, //
    },
};

struct Device;

static KEPT: SetOnce<ARef<File>> = SetOnce::new();

#[vtable]
impl MiscDevice for Device {
    type Ptr = KBox<Self>;

    // Another thread would call the operations of a file that has no private data yet.
    fn open(file: &File, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        FileDescriptorReservation::get_unused_fd_flags(0)?.fd_install(file.into());
        Err(ENODEV)
    }

    // Another file may soon reuse the memory of this file.
    fn release(_device: Self::Ptr, file: &File) {
        KEPT.populate(file.into());
    }
}

fn owned(file: &UncountedFile) -> ARef<UncountedFile> {
    file.into()
}

fn dereferenced(file: &UncountedFile) -> &File {
    &**file
}

fn raw(file: &UncountedFile) -> &File {
    // Safe code could create a reference from the pointer that such a method returns.
    let _ = file.as_ptr();
    unreachable!()
}
