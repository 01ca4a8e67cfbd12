// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: call to unsafe function `
//! refused: DrmIoctls::new(DESCRIPTORS)
//! refused: const IOCTLS: DrmIoctls<Self> = DESCRIPTORS;
//! refused: expected `DrmIoctls<Theirs>`, found `&[drm_ioctl_desc]`

#![allow(dead_code, unused_imports)]

mod device;
mod drm_driver;

use device::Owner as LocalModule;
use drm_driver::*;
use kernel::{
    bindings::{
        drm_device,
        drm_file,
        drm_ioctl_desc, //
    },
    drm::ioctl::*,
    ffi::*,
    prelude::*, //
};

// The function contains no unsafe code, but neither it nor the DRM core checks the arguments.
extern "C" fn any(_device: *mut drm_device, _data: *mut c_void, _file: *mut drm_file) -> c_int {
    0
}

const DESCRIPTORS: &[drm_ioctl_desc] = &[drm_ioctl_desc {
    cmd: kernel::uapi::DRM_IOCTL_NOVA_GETPARAM,
    flags: RENDER_ALLOW,
    func: Some(any),
    name: c"NOVA_GETPARAM".as_ptr(),
}];

driver!(
    Mine,
    MyFile,
    MyObject,
    const IOCTLS: DrmIoctls<Self> = DrmIoctls::new(DESCRIPTORS);
);

driver!(
    Theirs,
    TheirFile,
    TheirObject,
    const IOCTLS: DrmIoctls<Self> = DESCRIPTORS;
);
