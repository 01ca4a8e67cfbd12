// SPDX-License-Identifier: GPL-2.0

//! refused: GET: out deferred Page => get,
//! refused: STORE: out deferred Page => store,
//! refused: LOAD: in deferred Page => load,
//! refused: NAMES[..]: out [u32] => names,
//! refused: borrowed data escapes outside of closure
//! refused: the struct `OutArg<'call, T>` is invariant over the parameter `'call`
//! refused: InArg<'call, T>` is invariant over the parameter `'call`
//! refused: the struct `OutSlice<'call, T>` is invariant over the parameter `'call`

// The handlers keep values that are only valid during one call.

mod device;

use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        InArg,
        OutArg,
        OutSlice,
        Replied,
        _IOR,
        _IOW, //
    },
    prelude::*, //
};

type Page = [u8; 4096];

const GET: u32 = _IOR::<Page>('c' as u32, 1);
const STORE: u32 = _IOR::<Page>('c' as u32, 2);
const LOAD: u32 = _IOW::<Page>('c' as u32, 3);
const NAMES: u32 = _IOR::<[u32; 0]>('c' as u32, 4);

ioctls! {
    misc Device {
        GET: out deferred Page => get,
        STORE: out deferred Page => store,
        LOAD: in deferred Page => load,
        NAMES[..]: out [u32] => names,
    }
}

impl Device {
    // A target that lives as long as the module.
    fn get(&self, target: OutArg<'static, Page>) -> Result<Replied<'static>> {
        target.write(&[0; 4096])
    }

    // A target that lives as long as the file.
    fn store<'a>(&'a self, target: OutArg<'a, Page>) -> Result<Replied<'a>> {
        target.write(&[0; 4096])
    }

    fn load(&self, source: InArg<'static, Page>) -> Result {
        core::mem::forget(source);
        Ok(())
    }

    fn names(&self, names: OutSlice<'static, u32>) -> Result<u32> {
        names.write(&[0])
    }
}
