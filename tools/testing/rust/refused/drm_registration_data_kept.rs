// SPDX-License-Identifier: GPL-2.0

//! needs: rust/kernel/drm/driver.rs: type RegistrationData
//! refused: lifetime may not live long enough
//! refused: *data.last.first.lock() = Some(&data.first);
//! refused: Keeping::handler

#![allow(dead_code, unused_imports)]

mod device;

use device::Owner as LocalModule;
use kernel::{
    declare_drm_ioctls,
    drm::{
        self,
        ioctl::*, //
    },
    prelude::*,
    sync::Mutex, //
};

/// Registration data whose first field is dropped before its last.
pub(crate) struct Data<'a> {
    first: KVec<u8>,
    last: Last<'a>,
}

pub(crate) struct Last<'a> {
    first: Pin<KBox<Mutex<Option<&'a KVec<u8>>>>>,
}

impl Drop for Last<'_> {
    fn drop(&mut self) {
        if let Some(freed) = *self.first.lock() {
            core::hint::black_box(freed[0]);
        }
    }
}

pub(crate) struct Keeping;

impl drm::file::DriverFile for Keeping {
    type Driver = Keeping;

    fn open(_device: &drm::Device<Self>) -> Result<Pin<KBox<Self>>> {
        Ok(KBox::new(Self, GFP_KERNEL)?.into())
    }
}

#[pin_data]
pub(crate) struct KeepingObject {}

impl drm::gem::DriverObject for KeepingObject {
    type Driver = Keeping;
    type Args = ();

    fn new(_: &drm::Device<Keeping>, _size: usize, _args: ()) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {})
    }
}

#[vtable]
impl drm::Driver for Keeping {
    type Data = u32;
    type File = Self;
    type Object = drm::gem::Object<KeepingObject>;
    type RegistrationData<'a> = Data<'a>;
    type ParentDevice<Ctx: kernel::device::DeviceContext> = kernel::faux::Device<Ctx>;

    const INFO: drm::DriverInfo = drm::DriverInfo {
        major: 0,
        minor: 0,
        patchlevel: 0,
        name: c"refused",
        desc: c"Refused",
    };

    declare_drm_ioctls! {
        (NOVA_GETPARAM, drm_nova_getparam, RENDER_ALLOW, Keeping::handler),
    }
}

impl Keeping {
    // A handler may borrow the data only for a shorter time than `'a`.
    fn handler<'a>(
        _device: &drm::Device<Self, drm::Registered>,
        data: &'a Data<'a>,
        _param: &mut kernel::uapi::drm_nova_getparam,
        _file: &drm::File<Self>,
    ) -> Result<u32> {
        *data.last.first.lock() = Some(&data.first);
        Ok(0)
    }

    fn method(device: &drm::Device<Self, drm::Registered>) {
        device.registration_data_with(|data| {
            *data.last.first.lock() = Some(&data.first);
        });
    }
}
