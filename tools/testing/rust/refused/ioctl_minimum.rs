// SPDX-License-Identifier: GPL-2.0

//! refused: SET: in versioned Range min value.start => set
//! refused: SET: expected `=> HANDLER` after the type and its clauses
//! refused: SET: in versioned Range min 8 => set
//! refused: SET: expected identifier

// The minimum must name the last field of the first version. It cannot be an expression.

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    misc Device<0> {
        SET: in versioned Range min value.start => set,
    }
}

ioctls! {
    misc Device<1> {
        SET: in versioned Range min 8 => set,
    }
}
