// SPDX-License-Identifier: GPL-2.0

//! refused: `Deadline` may have a different layout in a 32-bit process that calls `SET`
//! refused: declare its 32-bit layout with `compat`, or list the type as `CompatLayout`
//! refused: `Deadline` may have a different layout in a 32-bit process that calls `SET_ALL`

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IOW, //
    },
    prelude::*, //
};

#[derive(FromBytes)]
#[repr(C)]
pub struct Deadline {
    id: u32,
    ns: u64,
}

const SET: u32 = _IOW::<Deadline>('c' as u32, 1);
const SET_ALL: u32 = _IOW::<Deadline>('c' as u32, 2);

ioctls! {
    misc Device {
        SET: in Deadline => set,
        SET_ALL[..]: in [Deadline] => set_all,
    }
}

impl Device {
    fn set(&self, _deadline: &Deadline) -> Result {
        Ok(())
    }

    fn set_all(&self, _deadlines: UVec<Deadline>) -> Result {
        Ok(())
    }
}
