// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_RUST_IOCTL_KUNIT_TEST=y
//! refused: SET: expected a command of the table, found another number: correct the name, or remove
//! refused: kernel::ioctl_tests! {

mod device;

use device::Owner as LocalModule;
use kernel::{
    ioctl::{
        ioctls,
        _IO, //
    },
    prelude::*, //
};

const RESET: u32 = _IO('c' as u32, 1);
const SET: u32 = _IO('c' as u32, 2);

struct Device;

ioctls! {
    misc Device {
        RESET: none => reset,
    }
}

impl Device {
    fn reset(&self) -> Result {
        Ok(())
    }
}

device::misc_device! {
    impl Device {}
}

kernel::ioctl_tests! {
    refused: Device = Ok::<_, Error>(KBox::new(Device, GFP_KERNEL)?);
    RESET: skip,
    SET: skip,
}
