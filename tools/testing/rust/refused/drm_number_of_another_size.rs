// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: expected a number that encodes the size of its type, found another
//! refused: (NOVA_GETPARAM, drm_panthor_vm_destroy, RENDER_ALLOW, MyFile::any)
//! refused: (NOVA_GETPARAM, drm_panthor_vm_get_state, RENDER_ALLOW, TheirFile::any)

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

// The DRM core copies as many bytes as the number encodes.
driver!(
    Mine,
    MyFile,
    MyObject,
    declare_drm_ioctls! {
        (NOVA_GETPARAM, drm_panthor_vm_destroy, RENDER_ALLOW, MyFile::any),
    }
);

driver!(
    Theirs,
    TheirFile,
    TheirObject,
    declare_drm_ioctls! {
        (NOVA_GETPARAM, drm_panthor_vm_get_state, RENDER_ALLOW, TheirFile::any),
    }
);
