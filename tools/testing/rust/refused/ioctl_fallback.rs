// SPDX-License-Identifier: GPL-2.0

//! refused: expected `ioctl`, found `reset`: pass unknown numbers to `MiscDevice::ioctl`
//! refused: expected `compat_ioctl`, found `ioctl`: pass unknown numbers to
//! refused: expected one fallback to `ioctl`, found a second: remove the line

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    misc Device<0> {
        _ => reset,
    }
}

ioctls! {
    misc Device<1> {
        compat _ => ioctl,
    }
}

ioctls! {
    misc Device<2> {
        _ => ioctl,
        SET: in Range => set,
        _ => ioctl,
    }
}
