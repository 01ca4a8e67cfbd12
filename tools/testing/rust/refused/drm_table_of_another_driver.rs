// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: const IOCTLS: DrmIoctls<Self> = <Theirs as drm::Driver>::IOCTLS;
//! refused: expected `DrmIoctls<Mine>`, found `DrmIoctls<Theirs>`

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

driver!(
    Mine,
    MyFile,
    MyObject,
    const IOCTLS: DrmIoctls<Self> = <Theirs as drm::Driver>::IOCTLS;
);
