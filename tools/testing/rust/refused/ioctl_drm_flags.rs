// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: flags data.client as u32 => get
//! refused: cannot find value `data` in this scope

// With an expression, user space would choose the permissions of a command.

use kernel::{
    ioctl::ioctls,
    uapi, //
};

pub struct Driver;

ioctls! {
    drm Driver {
        uapi::DRM_IOCTL_NOVA_GETPARAM: inout uapi::drm_nova_getparam
            flags data.client as u32 => get,
    }
}
