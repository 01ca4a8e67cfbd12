// SPDX-License-Identifier: GPL-2.0

//! refused: zero Range { flags & ~FLAGS }
//! refused: expected an operator of Rust, found `~` of C: write `!`, as in `flags & !BITS`

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    impl MiscDevice for Device {
        SET: in Range => set,
    }
    zero Range { flags & ~FLAGS }
}
