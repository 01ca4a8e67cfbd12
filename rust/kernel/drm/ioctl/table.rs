// SPDX-License-Identifier: GPL-2.0

//! Tables of commands of a DRM driver, as [`ioctls!`](crate::ioctl::ioctls) declares them.
//!
//! C header: [`include/drm/drm_ioctl.h`](srctree/include/drm/drm_ioctl.h)
//!
//! ```ignore
//! ioctls! {
//!     impl DrmDriver for FooDriver {
//!         uapi::DRM_IOCTL_FOO_GET_PARAM: inout uapi::drm_foo_get_param
//!             flags RENDER_ALLOW => get_param,
//!         uapi::DRM_IOCTL_FOO_CREATE: inout uapi::drm_foo_create
//!             flags AUTH | RENDER_ALLOW => create(file),
//!     }
//!     zero uapi::drm_foo_create { flags & !FOO_CREATE_FLAGS, pad }
//! }
//! ```
//!
//! The handlers are functions of the type of the driver's files. Before the argument they get what
//! [`declare_drm_ioctls!`](crate::declare_drm_ioctls) gives first, which is the device; with
//! `(file)`, they get the [`File`](crate::drm::File) last.
//!
//! | argument | number | the handler gets | and returns |
//! |---|---|---|---|
//! | `in T` | `DRM_IOW` | `&T` | `Result` or `Result<u32>` |
//! | `out T` | `DRM_IOR` | | `Result<T>` |
//! | `inout T` | `DRM_IOWR` | `&mut T` | `Result` or `Result<u32>` |
//!
//! `with POINTER: [U; COUNT] max LIMIT`, and `zero`, mean what they mean for other devices.
//!
//! The rest is up to the DRM core: it takes an argument of another size, with zeros for what is
//! missing, and passes over what is too much; it writes the argument back also when the handler has
//! failed. The types have one layout for 64-bit and 32-bit programs.

use super::DrmIoctls;
use crate::drm::Driver;

/// The commands of a driver.
pub trait Table: Driver {
    /// The value of [`Driver::IOCTLS`] for this driver.
    const IOCTLS: DrmIoctls<Self>;
}
