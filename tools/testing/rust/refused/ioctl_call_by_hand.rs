// SPDX-License-Identifier: GPL-2.0

//! refused: this function takes 5 arguments but 4 arguments were supplied
//! refused: this function takes 3 arguments but 2 arguments were supplied
//! refused: argument #1 of type `Call<'_>` is missing
//! refused: let _ = expansion::read(&mut slot, addr);
//! refused: let _ = expansion::write(addr, &0u32);

// A work item runs in a task without user memory, but its CPU may still use the page tables of a
// process. The functions of a table do not check this.

mod device;

use core::mem::MaybeUninit;
use device::Owner as LocalModule;
use kernel::{
    fs::File,
    ioctl::{
        expansion,
        ioctls,
        table::IoctlTable,
        _IOW, //
    },
    prelude::*,
    workqueue, //
};

pub struct Device;

const SET: u32 = _IOW::<u32>('c' as u32, 1);

ioctls! {
    misc Device {
        SET: in u32 => set,
    }
}

impl Device {
    fn set(&self, _value: &u32) -> Result {
        Ok(())
    }
}

device::misc_device! {
    impl Device {}
}

pub fn call(device: &Device, file: &File, addr: usize) {
    <Device as IoctlTable>::call(device, SET, addr, file);
    <Device as IoctlTable>::compat_call(device, SET, addr, file);
}

pub fn copy(addr: usize) -> Result {
    workqueue::system().try_spawn(GFP_KERNEL, move || {
        let mut slot = MaybeUninit::<u32>::uninit();

        let _ = expansion::read(&mut slot, addr);
        let _ = expansion::write(addr, &0u32);
    })?;
    Ok(())
}
