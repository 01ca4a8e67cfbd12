// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: `Cell<u32>` cannot be shared between threads safely
//! refused: cannot be sent between threads safely
//! refused: required by a bound in `kernel::drm::Driver::File`

#![allow(dead_code, unused_imports)]

mod device;
mod drm_driver;

use core::cell::Cell;
use device::Owner as LocalModule;
use drm_driver::*;
use kernel::{
    declare_drm_ioctls,
    drm::{
        self,
        ioctl::*, //
    },
    prelude::*,
    types::NotThreadSafe, //
};

/// A file that counts its calls without a lock, and belongs to the thread that has opened it.
pub(crate) struct Counter {
    calls: Cell<u32>,
    owner: NotThreadSafe,
}

impl drm::file::DriverFile for Counter {
    type Driver = Mine;

    fn open(_device: &drm::Device<Mine>) -> Result<Pin<KBox<Self>>> {
        let counter = Self {
            calls: Cell::new(0),
            owner: NotThreadSafe,
        };
        Ok(KBox::new(counter, GFP_KERNEL)?.into())
    }
}

impl Counter {
    // The threads of a process call this at the same time.
    fn get_param(
        _device: &Device<Mine>,
        #[cfg(drm_registration_data)] _registration: &(),
        _data: &mut kernel::uapi::drm_nova_getparam,
        file: &drm::File<Self>,
    ) -> Result<u32> {
        let calls = &file.inner().get_ref().calls;

        calls.set(calls.get() + 1);
        Ok(calls.get())
    }
}

driver!(Theirs, TheirFile, TheirObject, declare_drm_ioctls! {});

driver!(
    Mine,
    Counter,
    MyObject,
    declare_drm_ioctls! {
        (NOVA_GETPARAM, drm_nova_getparam, RENDER_ALLOW, Counter::get_param),
    }
);
