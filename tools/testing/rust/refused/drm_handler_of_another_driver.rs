// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: (NOVA_GETPARAM, drm_nova_getparam, RENDER_ALLOW, TheirFile::get_param)
//! refused: type mismatch in function arguments
//! refused: expected due to this

#![allow(dead_code, unused_imports)]

mod device;
mod drm_driver;

use device::Owner as LocalModule;
use drm_driver::*;
use kernel::{
    declare_drm_ioctls,
    drm::ioctl::RENDER_ALLOW,
    prelude::*, //
};

driver!(
    Theirs,
    TheirFile,
    TheirObject,
    declare_drm_ioctls! {
        (NOVA_GETPARAM, drm_nova_getparam, RENDER_ALLOW, TheirFile::get_param),
    }
);

// The handler would mistake a device of this driver for a device of the other driver.
driver!(
    Mine,
    MyFile,
    MyObject,
    declare_drm_ioctls! {
        (NOVA_GETPARAM, drm_nova_getparam, RENDER_ALLOW, TheirFile::get_param),
    }
);
