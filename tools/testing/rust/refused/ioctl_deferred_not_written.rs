// SPDX-License-Identifier: GPL-2.0

//! refused: cannot initialize a tuple struct which contains private fields

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        OutArg,
        Replied,
        _IOR, //
    },
    prelude::*, //
};

const GET: u32 = _IOR::<[u8; 8192]>('c' as u32, 1);

ioctls! {
    misc Device {
        GET: out deferred [u8; 8192] => get,
    }
}

impl Device {
    fn get<'a>(&self, _target: OutArg<'a, [u8; 8192]>) -> Result<Replied<'a>> {
        Ok(Replied(()))
    }
}
