// SPDX-License-Identifier: GPL-2.0

//! refused: const SET: u32 = _IOW::<[u8; 16384]>('c' as u32, 1);
//! refused: expected at most the 16383 bytes that an ioctl number encodes, found a larger type
//! refused: GET: expected at most the 16383 bytes that a number encodes, found more in
//! refused: GET: out boxed [u8; 20000] => get

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        _IOR,
        _IOW, //
    },
    prelude::*, //
};

pub const SET: u32 = _IOW::<[u8; 16384]>('c' as u32, 1);
const GET: u32 = _IOR::<[u8; 3616]>('c' as u32, 1);

ioctls! {
    misc Device {
        GET: out boxed [u8; 20000] => get,
    }
}

impl Device {
    fn get(&self, _bytes: &mut [u8; 20000]) -> Result {
        Ok(())
    }
}
