// SPDX-License-Identifier: GPL-2.0

//! refused: SET: expected at most 256 bytes on the stack, found more in `[u8; 1024]`: add
//! refused: GET32: expected at most 256 bytes on the stack, found more in `[u8; 512]`: use

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

const SET: u32 = _IOW::<[u8; 1024]>('c' as u32, 1);
const GET: u32 = _IOR::<u64>('c' as u32, 2);
const GET32: u32 = _IOR::<[u8; 512]>('c' as u32, 2);

ioctls! {
    misc Device {
        SET: in [u8; 1024] => set,
        GET: out u64 compat GET32: [u8; 512] (to_32) => get,
    }
}

impl Device {
    fn set(&self, _bytes: &[u8; 1024]) -> Result {
        Ok(())
    }

    fn get(&self) -> Result<u64> {
        Ok(0)
    }

    fn to_32(_value: &u64) -> Result<[u8; 512]> {
        Ok([0; 512])
    }
}
