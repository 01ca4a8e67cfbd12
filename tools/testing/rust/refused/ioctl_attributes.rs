// SPDX-License-Identifier: GPL-2.0

//! refused: expected `#[cfg(...)]` or a doc comment before a command, found another attribute
//! refused: #[inline]
//! refused: expected no `#[cfg]` on a command of a DRM driver, whose number is its index in
//! refused: #[cfg(CONFIG_DRM)]

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    misc Device<0> {
        #[inline]
        SET: in Range => set,
    }
}

ioctls! {
    drm Device<1> {
        #[cfg(CONFIG_DRM)]
        SET: in Range flags AUTH => set,
    }
}
