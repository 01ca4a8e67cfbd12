// SPDX-License-Identifier: GPL-2.0

//! Tables of commands of a DRM driver, declared by [`ioctls!`](crate::ioctl::ioctls).
//!
//! C header: [`include/drm/drm_ioctl.h`](srctree/include/drm/drm_ioctl.h)
//!
//! The table of [`drivers/gpu/drm/nova/driver.rs`](srctree/drivers/gpu/drm/nova/driver.rs) is an
//! example. After its argument, each command has the permissions that it requires, such as
//! `flags AUTH | RENDER_ALLOW`.
//!
//! The driver connects the table by setting [`Driver::IOCTLS`] to [`DrmIoctls::TABLE`].
//!
//! The handlers are functions of the driver's `File` type. The first parameter of a handler
//! is the device, as for [`declare_drm_ioctls!`](crate::declare_drm_ioctls). The argument follows.
//! With `(file)`, the last parameter is the [`File`](crate::drm::File).
//!
//! | argument | number | handler parameter | handler returns |
//! |---|---|---|---|
//! | `in T` | `DRM_IOW` | `&T` | `Result` or `Result<u32>` |
//! | `out T` | `DRM_IOR` | | `Result<T>` |
//! | `inout T` | `DRM_IOWR` | `&mut T` | `Result` or `Result<u32>` |
//!
//! `with POINTER: [U; COUNT] max LIMIT` and `reserved` work as in
//! [`ioctl::table`](crate::ioctl::table).
//!
//! The DRM core copies the argument. Its size may differ from the size of the type: the core pads a
//! shorter argument with zeros, and ignores the tail of a longer one. The core copies the argument
//! back even if the handler fails. The type must have the same layout in 32-bit and 64-bit
//! processes.

use super::DrmIoctls;
use crate::drm::Driver;

/// A driver with a table of ioctls.
pub trait DrmIoctlTable: Driver {
    /// The ioctls of the table.
    const IOCTLS: DrmIoctls<Self>;
}

impl<T: DrmIoctlTable> DrmIoctls<T> {
    /// The table that [`ioctls!`](crate::ioctl::ioctls) declares for the driver.
    pub const TABLE: Self = <T as DrmIoctlTable>::IOCTLS;
}
