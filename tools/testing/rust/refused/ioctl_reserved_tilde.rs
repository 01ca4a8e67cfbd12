// SPDX-License-Identifier: GPL-2.0

//! refused: reserved Range { flags & ~FLAGS }
//! refused: expected a Rust operator, found the C operator `~`: write `!`, as in `flags & !BITS`

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    misc Device {
        SET: in Range => set,
    }
    reserved Range { flags & ~FLAGS }
}
