// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_COMPAT=y
//! refused: Device: expected a table or the method `compat_ioctl`, found both: add `compat _ =>
//! refused: misc Device {

use kernel::{
    fs::File,
    ioctl::{
        ioctls,
        _IO, //
    },
    miscdevice::*,
    prelude::*, //
};

module! {
    type: Owner,
    name: "refused",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "What must not compile",
    license: "GPL",
}

struct Owner;

impl kernel::Module for Owner {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self)
    }
}

const RESET: u32 = _IO('c' as u32, 1);

// The fallback serves 64-bit processes. It serves 32-bit ones only without a `compat_ioctl` method.
ioctls! {
    misc Device {
        RESET: none => reset,
        _ => ioctl,
    }
}

struct Device;

impl Device {
    fn reset(&self) -> Result {
        Ok(())
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

    #[cfg(CONFIG_COMPAT)]
    fn compat_ioctl(_device: &Self, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
        Ok(0)
    }
}
