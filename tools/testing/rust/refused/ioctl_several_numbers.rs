// SPDX-License-Identifier: GPL-2.0

//! refused: SET: one of several numbers is not `versioned`
//! refused: SET: a command of any size has no `compat`: its elements are `SameCompat`
//! refused: SET: a command of any size names no array: its argument is one
//! refused: SET: the argument of a command of any size is `in [TYPE]` or `out [TYPE]`

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    impl MiscDevice for Device<0> {
        SET[8]: in versioned Range min start => set,
    }
}

ioctls! {
    impl MiscDevice for Device<1> {
        SET[..]: in [u64] compat SET32: u32 (from_32) => set,
    }
}

ioctls! {
    impl MiscDevice for Device<2> {
        SET[..]: in [u64] with start: [u8; length] max 8 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<3> {
        SET[..]: inout [u64] => set,
    }
}
