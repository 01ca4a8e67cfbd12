// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: Mine: expected `const IOCTLS: DrmIoctls<Self> = DrmIoctls::TABLE;` in
//! refused: drm Mine {

#![allow(dead_code, unused_imports)]

mod device;
mod drm_driver;

use device::Owner as LocalModule;
use drm_driver::*;
use kernel::{
    declare_drm_ioctls,
    drm::{
        self,
        ioctl::*, //
    },
    ioctl::ioctls,
    prelude::*,
    uapi, //
};

ioctls! {
    drm Mine {
        uapi::DRM_IOCTL_NOVA_GETPARAM: inout uapi::drm_nova_getparam
            flags RENDER_ALLOW => get_param(file),
    }
}

const DRM_IOCTL_OTHER: u32 = IOWR::<uapi::drm_panthor_vm_destroy>(uapi::DRM_COMMAND_BASE);

// The driver has one ioctl, like the table, but a different one.
driver!(
    Mine,
    MyFile,
    MyObject,
    declare_drm_ioctls! {
        (OTHER, drm_panthor_vm_destroy, RENDER_ALLOW, MyFile::any),
    }
);
driver!(Theirs, TheirFile, TheirObject, declare_drm_ioctls! {});
