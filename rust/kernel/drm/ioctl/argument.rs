// SPDX-License-Identifier: GPL-2.0

//! The argument of a DRM ioctl: a UAPI struct that the DRM core copies from and to user space.
//!
//! C header: [`include/drm/drm_ioctl.h`](srctree/include/drm/drm_ioctl.h)

use crate::prelude::*;
use core::{
    mem::align_of,
    slice, //
};

/// A UAPI struct that can be the argument of a DRM ioctl.
///
/// Every bit pattern is a valid value, and a value has no padding that would leak kernel memory to
/// user space. The traits `FromBytes` and `IntoBytes` guarantee this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the argument of a DRM ioctl",
    label = "expected a type that derives `FromBytes`, `IntoBytes` and `KnownLayout`",
    note = "list the type in rust/uapi/derives; the build then names the field that prevents a \
            derive"
)]
pub trait DrmIoctlArg: FromBytes + IntoBytes + KnownLayout {}

#[diagnostic::do_not_recommend]
impl<T: FromBytes + IntoBytes + KnownLayout> DrmIoctlArg for T {}

/// Returns the argument at `data`.
///
/// # Errors
///
/// - [`EINVAL`]: `data` is not aligned for `T`. The DRM core never passes such a pointer.
///
/// # Safety
///
/// `data` must point to `size_of::<T>()` initialized bytes that nothing else accesses for `'a`.
#[inline(always)]
pub unsafe fn argument<'a, T: DrmIoctlArg>(data: *mut c_void) -> Result<&'a mut T> {
    // The DRM core aligns the buffer for a `u64`.
    const_assert!(align_of::<T>() <= align_of::<u64>());

    // SAFETY: The caller guarantees that `data` points to `size_of::<T>()` initialized bytes, and
    // that nothing else accesses them for `'a`. Bytes need no alignment.
    let bytes = unsafe { slice::from_raw_parts_mut(data.cast::<u8>(), size_of::<T>()) };

    T::mut_from_bytes(bytes).map_err(|_| EINVAL)
}
