// SPDX-License-Identifier: GPL-2.0

//! refused: expected a table or the method `ioctl`, found both: name the method as the fallback

// A handwritten table must not hide a method either.

use kernel::{
    ffi::c_long,
    fs::File,
    ioctl::table::{
        Call,
        CommandDesc,
        IoctlTable, //
    },
    miscdevice::*,
    prelude::*, //
};

module! {
    type: Owner,
    name: "refused",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Code that must not compile",
    license: "GPL",
}

#[pin_data]
struct Owner {
    #[pin]
    _device: MiscDeviceRegistration<Device>,
}

impl kernel::InPlaceModule for Owner {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name: c"refused" }),
        })
    }
}

struct Device;

impl IoctlTable for Device {
    type Device<'a> = &'a Self;

    const COMMANDS: &'static [CommandDesc] = &[];
    const COMPAT_COMMANDS: &'static [CommandDesc] = &[];

    fn call(_: Call<'_>, _device: &Self, _cmd: u32, _arg: usize, _file: &File) -> c_long {
        0
    }
}

#[vtable]
impl MiscDevice for Device {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }

    fn ioctl(_device: &Self, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
        Ok(0)
    }
}
