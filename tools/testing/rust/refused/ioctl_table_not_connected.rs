// SPDX-License-Identifier: GPL-2.0

//! refused: Forgotten: expected `const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;` in `impl
//! refused: misc Forgotten {
//! refused: WithMethod: expected a table or the method `ioctl`, found both: add `_ => ioctl` to the
//! refused: misc WithMethod {
//! refused: WithoutMethod: expected the method `ioctl` in `impl MiscDevice`, found the line `_ =>
//! refused: _ => ioctl, // The device has no such method.

mod device;

use device::Owner as LocalModule;
use kernel::{
    fs::File,
    ioctl::{
        ioctls,
        _IO, //
    },
    miscdevice::*,
    prelude::*, //
};

const RESET: u32 = _IO('c' as u32, 1);

ioctls! {
    misc Forgotten {
        RESET: none => reset,
    }
}

ioctls! {
    misc WithMethod {
        RESET: none => reset,
    }
}

ioctls! {
    misc WithoutMethod {
        RESET: none => reset,
        _ => ioctl, // The device has no such method.
    }
}

struct Forgotten;

struct WithMethod;

struct WithoutMethod;

impl Forgotten {
    fn reset(&self) -> Result {
        Ok(())
    }
}

impl WithMethod {
    fn reset(&self) -> Result {
        Ok(())
    }
}

impl WithoutMethod {
    fn reset(&self) -> Result {
        Ok(())
    }
}

#[vtable]
impl MiscDevice for Forgotten {
    type Ptr = KBox<Self>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
}

device::misc_device! {
    impl WithMethod {
        fn ioctl(_device: &Self, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
            Ok(0)
        }
    }
}

device::misc_device! {
    impl WithoutMethod {}
}
