// SPDX-License-Identifier: GPL-2.0

//! refused: SET: expected one number for a `versioned` argument, found a range
//! refused: SET: expected no `compat` for `NAME[..]`, found one: use elements
//! refused: SET: expected no `with` for `NAME[..]`, whose argument is an array, found one
//! refused: SET: expected `in [TYPE]` or `out [TYPE]` for `NAME[..]`, found another argument

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    misc Device<0> {
        SET[8]: in versioned Range min start => set,
    }
}

ioctls! {
    misc Device<1> {
        SET[..]: in [u64] compat SET32: u32 (from_32) => set,
    }
}

ioctls! {
    misc Device<2> {
        SET[..]: in [u64] with start: [u8; length] max 8 => set,
    }
}

ioctls! {
    misc Device<3> {
        SET[..]: inout [u64] => set,
    }
}
