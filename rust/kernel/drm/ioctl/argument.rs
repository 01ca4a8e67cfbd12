// SPDX-License-Identifier: GPL-2.0

//! The argument of a DRM ioctl: a UAPI struct that the DRM core has copied in, and copies out.
//!
//! C header: [`include/drm/drm_ioctl.h`](srctree/include/drm/drm_ioctl.h)

use crate::{
    ffi::c_void,
    prelude::*, //
};
use core::{
    mem::align_of,
    slice, //
};

/// A UAPI struct that may be the argument of a DRM ioctl: any bytes from user space are a value,
/// and a value has no padding that would reach user space.
///
/// Nothing implements it but types that derive these traits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the argument of a DRM ioctl",
    label = "this needs `FromBytes`, `IntoBytes` and `KnownLayout`",
    note = "list the type in rust/uapi/types; the build then says what stands in the way"
)]
pub trait Argument: FromBytes + IntoBytes + KnownLayout {}

#[diagnostic::do_not_recommend]
impl<T: FromBytes + IntoBytes + KnownLayout> Argument for T {}

/// The argument at `data`.
///
/// # Errors
///
/// - [`EINVAL`]: `data` is not aligned as `T` needs, which no argument is.
///
/// # Safety
///
/// `data` points to `size_of::<T>()` initialised bytes that nothing else accesses for `'a`.
#[inline(always)]
pub unsafe fn argument<'a, T: Argument>(data: *mut c_void) -> Result<&'a mut T> {
    // The DRM core aligns its buffer as an allocation.
    const_assert!(align_of::<T>() <= align_of::<u64>());

    // SAFETY: The caller promises as much.
    let bytes = unsafe { slice::from_raw_parts_mut(data.cast::<u8>(), size_of::<T>()) };

    T::mut_from_bytes(bytes).map_err(|_| EINVAL)
}
