// SPDX-License-Identifier: GPL-2.0

//! refused: expected `#[cfg(...)]` or a doc comment before a command, found another attribute
//! refused: #[inline]

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    misc Device<0> {
        #[inline]
        SET: in Range => set,
    }
}
