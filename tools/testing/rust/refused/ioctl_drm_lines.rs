// SPDX-License-Identifier: GPL-2.0

//! refused: expected a command, found a fallback, which this subsystem does not have
//! refused: expected no `#[cfg]` on a command of a DRM driver, whose number is its index in
//! refused: #[cfg(CONFIG_DRM)]

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    drm Device<0> {
        _ => ioctl,
    }
}

ioctls! {
    drm Device<1> {
        #[cfg(CONFIG_DRM)]
        SET: in Range flags AUTH => set,
    }
}
