// SPDX-License-Identifier: GPL-2.0

//! Two DRM drivers, for tests in which one uses the other's types.

use crate::device::Owner as LocalModule;
use kernel::{
    drm::{
        self,
        gem, //
    },
    prelude::*, //
};

pub(crate) struct Mine;
pub(crate) struct Theirs;

pub(crate) struct MyFile;
pub(crate) struct TheirFile;

#[pin_data]
pub(crate) struct MyObject {}
#[pin_data]
pub(crate) struct TheirObject {}

/// The device that the handlers of a driver receive. In some kernels it has more type parameters.
#[cfg(not(drm_registration_data))]
pub(crate) type Device<T> = drm::Device<T>;
#[cfg(drm_registration_data)]
pub(crate) type Device<T> = drm::Device<T, drm::Registered>;

macro_rules! file_and_object {
    ($driver:ident, $file:ident, $object:ident) => {
        impl drm::file::DriverFile for $file {
            type Driver = $driver;

            fn open(_device: &drm::Device<$driver>) -> Result<Pin<KBox<Self>>> {
                Ok(KBox::new(Self, GFP_KERNEL)?.into())
            }
        }

        impl gem::DriverObject for $object {
            type Driver = $driver;
            type Args = ();

            #[cfg(not(drm_registration_data))]
            fn new<Ctx: drm::DeviceContext>(
                _device: &drm::Device<$driver, Ctx>,
                _size: usize,
                _args: (),
            ) -> impl PinInit<Self, Error> {
                try_pin_init!(Self {})
            }

            #[cfg(drm_registration_data)]
            fn new(
                _device: &drm::Device<$driver>,
                _size: usize,
                _args: (),
            ) -> impl PinInit<Self, Error> {
                try_pin_init!(Self {})
            }
        }

        impl $file {
            #[cfg(not(drm_registration_data))]
            pub(crate) fn get_param(
                _device: &Device<$driver>,
                _data: &mut kernel::uapi::drm_nova_getparam,
                _file: &drm::File<$file>,
            ) -> Result<u32> {
                Ok(0)
            }

            #[cfg(drm_registration_data)]
            pub(crate) fn get_param(
                _device: &Device<$driver>,
                _registration: &(),
                _data: &mut kernel::uapi::drm_nova_getparam,
                _file: &drm::File<$file>,
            ) -> Result<u32> {
                Ok(0)
            }

            /// A handler for any argument.
            #[cfg(not(drm_registration_data))]
            pub(crate) fn any<A>(
                _device: &Device<$driver>,
                _data: &mut A,
                _file: &drm::File<$file>,
            ) -> Result<u32> {
                Ok(0)
            }

            #[cfg(drm_registration_data)]
            pub(crate) fn any<A>(
                _device: &Device<$driver>,
                _registration: &(),
                _data: &mut A,
                _file: &drm::File<$file>,
            ) -> Result<u32> {
                Ok(0)
            }
        }
    };
}

file_and_object!(Mine, MyFile, MyObject);
file_and_object!(Theirs, TheirFile, TheirObject);

/// Implements a driver with the given file, objects and ioctls.
macro_rules! driver {
    ($driver:ident, $file:ident, $object:ident, $($ioctls:tt)*) => {
        #[vtable]
        impl kernel::drm::Driver for $driver {
            type Data = u32;
            type File = $file;

            #[cfg(not(drm_registration_data))]
            type Object<Ctx: kernel::drm::DeviceContext> = kernel::drm::gem::Object<$object, Ctx>;

            #[cfg(drm_registration_data)]
            type Object = kernel::drm::gem::Object<$object>;
            #[cfg(drm_registration_data)]
            type RegistrationData<'a> = ();
            #[cfg(drm_registration_data)]
            type ParentDevice<Ctx: kernel::device::DeviceContext> = kernel::faux::Device<Ctx>;

            const INFO: kernel::drm::DriverInfo = kernel::drm::DriverInfo {
                major: 0,
                minor: 0,
                patchlevel: 0,
                name: c"refused",
                desc: c"Refused",
            };

            $($ioctls)*
        }
    };
}
pub(crate) use driver;
