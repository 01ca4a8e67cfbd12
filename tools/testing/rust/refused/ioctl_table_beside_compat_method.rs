// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_COMPAT=y
//! refused: Device: expected a table or the method `compat_ioctl`, found both: add `compat _ =>
//! refused: misc Device {

mod device;

use device::Owner as LocalModule;
use kernel::{
    fs::File,
    ioctl::{
        ioctls,
        _IO, //
    },
    prelude::*, //
};

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

device::misc_device! {
    impl Device {
        fn ioctl(_device: &Self, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
            Ok(0)
        }

        #[cfg(CONFIG_COMPAT)]
        fn compat_ioctl(_device: &Self, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
            Ok(0)
        }
    }
}
