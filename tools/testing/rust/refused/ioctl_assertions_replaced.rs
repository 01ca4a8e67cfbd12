// SPDX-License-Identifier: GPL-2.0

//! refused: expected at most 256 bytes on the stack, found more: add `boxed` or `deferred`

#![allow(dead_code, missing_docs, unused_imports)]

// `::core::assert!` in the expansion of a table is now the macro below.
extern crate core as original;
extern crate self as core;
pub use original::*;

#[macro_export]
macro_rules! assert {
    ($($all:tt)*) => {
        ()
    };
}

mod device;

use device::Owner as LocalModule;
use kernel::{
    ioctl::*,
    miscdevice::*,
    prelude::*, //
};

#[derive(FromBytes, KnownLayout, Immutable, IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Large([u8; 16000]);

const FOO_SET: u32 = _IOW::<Large>('|' as u32, 0x81);

ioctls! {
    misc Foo {
        FOO_SET: in Large => set,
    }
}

pub(crate) struct Foo;

impl Foo {
    fn set(&self, large: &Large) -> Result<u32> {
        Ok(large.0[7].into())
    }
}

#[vtable]
impl MiscDevice for Foo {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
}
