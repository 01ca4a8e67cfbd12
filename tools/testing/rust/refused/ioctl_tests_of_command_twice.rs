// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_RUST_IOCTL_KUNIT_TEST=y
//! refused: alias::SET: expected one line for each command, found a second: remove one of the lines

mod device;

use device::Owner as LocalModule;
use kernel::{
    ioctl::{
        ioctls,
        _IOW, //
    },
    prelude::*, //
};

const SET: u32 = _IOW::<u32>('c' as u32, 1);

/// Another name of the command.
mod alias {
    pub(crate) const SET: u32 = super::SET;
}

struct Device;

ioctls! {
    misc Device {
        SET: in u32 => set,
    }
}

impl Device {
    fn set(&self, _value: &u32) -> Result {
        Ok(())
    }
}

device::misc_device! {
    impl Device {}
}

kernel::ioctl_tests! {
    refused: Device = Ok::<_, Error>(KBox::new(Device, GFP_KERNEL)?);
    SET: 1u32,
    alias::SET => EBUSY,
}
