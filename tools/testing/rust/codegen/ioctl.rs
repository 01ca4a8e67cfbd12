// SPDX-License-Identifier: GPL-2.0

//! An ioctl table. The dispatcher's frame must be small, even if a handler's frame is large. The
//! index of a command is masked.

#![allow(missing_docs)]

use core::mem::MaybeUninit;
use kernel::{
    fs::File,
    ioctl::{
        ioctls,
        table::{
            self,
            Call,
            IoctlTable, //
        },
        InArg,
        _IO,
        _IOR,
        _IOW,
        _IOWR, //
    },
    miscdevice::{
        MiscDevice,
        MiscDeviceRegistration,
        MiscIoctls,
        UncountedFile, //
    },
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

module! {
    type: CodegenModule,
    name: "codegen",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "The machine code of an ioctl table",
    license: "GPL",
}

pub struct CodegenModule;

impl kernel::Module for CodegenModule {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self)
    }
}

type Page = [u64; 512];

const RESET: u32 = _IO('c' as u32, 1);
const LEVEL: u32 = _IO('c' as u32, 2);
const SET: u32 = _IOW::<u64>('c' as u32, 3);
const GET: u32 = _IOR::<u64>('c' as u32, 3);
const SWAP: u32 = _IOWR::<[u64; 8]>('c' as u32, 4);
const PAGE: u32 = _IOW::<Page>('c' as u32, 5);

ioctls! {
    misc Device {
        RESET: none => reset,
        LEVEL: by_value u32 => level,
        SET: in u64 => set,
        GET: out u64 => get,
        SWAP: inout [u64; 8] => swap,
        PAGE: in deferred [u64; 512] => page,
    }
}

pub struct Device {
    value: Atomic<u64>,
}

impl Device {
    fn reset(&self) -> Result {
        self.set(&0)
    }

    fn level(&self, level: u32) -> Result {
        self.set(&level.into())
    }

    fn set(&self, value: &u64) -> Result {
        self.value.store(*value, Relaxed);
        Ok(())
    }

    fn get(&self) -> Result<u64> {
        Ok(self.value.load(Relaxed))
    }

    fn swap(&self, words: &mut [u64; 8]) -> Result {
        words.reverse();
        Ok(())
    }

    fn page(&self, source: InArg<'_, Page>) -> Result {
        let mut page = MaybeUninit::uninit();

        self.set(&source.read_init(&mut page)?[511])
    }
}

#[vtable]
impl MiscDevice for Device {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        let value = Atomic::new(0);

        Ok(KBox::new(Self { value }, GFP_KERNEL)?)
    }
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn dispatch(call: Call<'_>, device: &Device, cmd: u32, arg: usize, file: &File) -> isize {
    Device::call(call, device, cmd, arg, file)
}

/// needs: rust_helper_array_index_mask_nospec
/// frame: 16
#[inline(never)]
pub fn index(cmd: u32) -> usize {
    table::index(cmd, RESET, 8)
}
