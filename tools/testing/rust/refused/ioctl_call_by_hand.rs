// SPDX-License-Identifier: GPL-2.0

//! refused: this function takes 5 arguments but 4 arguments were supplied
//! refused: this function takes 3 arguments but 2 arguments were supplied
//! refused: argument #1 of type `Call<'_>` is missing
//! refused: let _ = expansion::read(&mut slot, addr);
//! refused: let _ = expansion::write(addr, &0u32);

// A work item has no user memory, but the CPU may still have the page tables of a process. The
// functions of a table do not check this.

use core::mem::MaybeUninit;
use kernel::{
    fs::File,
    ioctl::{
        expansion,
        ioctls,
        table::IoctlTable,
        _IOW, //
    },
    miscdevice::*,
    prelude::*,
    workqueue, //
};

module! {
    type: Owner,
    name: "refused",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "What must not compile",
    license: "GPL",
}

pub struct Owner;

impl kernel::Module for Owner {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self)
    }
}

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

#[vtable]
impl MiscDevice for Device {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
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
