// SPDX-License-Identifier: GPL-2.0

//! refused: const IOCTLS: MiscIoctls<Self> = <Device<fn(&'static u8)> as MiscDevice>::IOCTLS;
//! refused: mismatched types

// Two types differ only in a lifetime, and one is a subtype of the other. The table of one type
// would receive the private data of the other type's files.

#![allow(coherence_leak_check)]

mod device;

use core::marker::PhantomData;
use device::Owner as LocalModule;
use kernel::{
    ffi::c_long,
    fs::File,
    ioctl::table::{
        Call,
        CommandDesc,
        IoctlTable, //
    },
    miscdevice::*,
    prelude::*, //
};

struct Device<F>(PhantomData<F>);

impl IoctlTable for Device<fn(&'static u8)> {
    type Device<'a> = &'a [u64; 512];

    const COMMANDS: &'static [CommandDesc] = &[];
    const COMPAT_COMMANDS: &'static [CommandDesc] = &[];

    fn call(_: Call<'_>, device: &[u64; 512], cmd: u32, _arg: usize, _file: &File) -> c_long {
        device[cmd as usize % 512] as c_long
    }
}

#[vtable]
impl MiscDevice for Device<fn(&'static u8)> {
    type Ptr = KBox<[u64; 512]>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        KBox::new_zeroed(GFP_KERNEL)
    }
}

#[vtable]
impl MiscDevice for Device<for<'a> fn(&'a u8)> {
    type Ptr = KBox<u8>;

    const IOCTLS: MiscIoctls<Self> = <Device<fn(&'static u8)> as MiscDevice>::IOCTLS;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(0, GFP_KERNEL)?)
    }
}
