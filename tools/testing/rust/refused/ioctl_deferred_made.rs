// SPDX-License-Identifier: GPL-2.0

//! refused: no function or associated item named `new` found for struct `OutArg<'call, T>`
//! refused: associated function `new` is private
//! refused: borrowed data escapes outside of closure
//! refused: the struct `Replied<'call>` is invariant over the parameter `'call`

// The handler writes to another address, and returns the proof of that write.

mod device;

use device::Device;
use kernel::{
    ioctl::{
        expansion,
        ioctls,
        table::Call,
        OutArg,
        Replied,
        _IOR, //
    },
    prelude::*, //
};

type Page = [u8; 4096];

const GET: u32 = _IOR::<Page>('c' as u32, 1);

ioctls! {
    misc Device {
        GET: out deferred Page => get,
    }
}

impl Device {
    fn get<'a>(&self, _target: OutArg<'a, Page>) -> Result<Replied<'a>> {
        OutArg::<Page>::new(0).write(&[0; 4096])
    }
}

pub fn other<'a>(call: Call<'_>, _target: OutArg<'a, Page>) -> Result<Replied<'a>> {
    let mut proof = None;
    expansion::with_out_arg::<Page>(call, 0, |target| {
        proof = Some(target.write(&[0; 4096])?);
        Err(EINVAL)
    })?;
    proof.ok_or(EINVAL)
}

pub fn call<'call>() -> Call<'call> {
    Call::new()
}
