// SPDX-License-Identifier: GPL-2.0

//! refused: `Status` cannot be the output of `GET`
//! refused: expected a type that derives `IntoBytes` and `Immutable`: padding would leak memory

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        CompatLayout,
        _IOR, //
    },
    prelude::*, //
};

#[derive(FromBytes)]
#[repr(C)]
pub struct Status {
    errors: u64,
    speed: u32,
}

// Without `CompatLayout`, the compiler would report another error.
impl CompatLayout for Status {}

const GET: u32 = _IOR::<Status>('c' as u32, 1);

ioctls! {
    misc Device {
        GET: out Status => get,
    }
}

impl Device {
    fn get(&self) -> Result<Status> {
        Ok(FromZeros::new_zeroed())
    }
}
