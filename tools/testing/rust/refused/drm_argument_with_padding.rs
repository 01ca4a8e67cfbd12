// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: `kernel::uapi::drm_mode_fb_cmd2` cannot be the argument of a DRM ioctl
//! refused: expected a type that derives `FromBytes`, `IntoBytes` and `KnownLayout`
//! refused: list the type in rust/uapi/derives; the build then names the field that prevents

use kernel::{
    drm::ioctl,
    uapi::{
        drm_mode_fb_cmd2,
        DRM_COMMAND_BASE, //
    }, //
};

const DRM_IOCTL_ADD_FB: u32 = ioctl::IOWR::<drm_mode_fb_cmd2>(DRM_COMMAND_BASE);

pub struct Driver;

impl Driver {
    // The handler does not exist, because its parameters would differ between kernels. The compiler
    // checks the argument first.
    kernel::declare_drm_ioctls! {
        (ADD_FB, drm_mode_fb_cmd2, ioctl::RENDER_ALLOW, Driver::add_fb),
    }
}
