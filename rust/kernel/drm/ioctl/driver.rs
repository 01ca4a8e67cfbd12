// SPDX-License-Identifier: GPL-2.0

//! The ioctls of a DRM driver, in a type that other drivers cannot use.
//!
//! C header: [`include/drm/drm_ioctl.h`](srctree/include/drm/drm_ioctl.h)

use crate::ioctl::_IOC_NR;
use core::marker::PhantomData;

/// The ioctls of the driver `T`, in the order of their numbers.
///
/// [`declare_drm_ioctls!`](crate::declare_drm_ioctls) and [`ioctls!`](crate::ioctl::ioctls) create
/// this type.
///
/// # Invariants
///
/// The DRM core may call the function of each descriptor with a device that is embedded in a
/// registered [`Device<T>`](crate::drm::Device), a file that `T::File` has opened on this device,
/// and a buffer of the size that the number of the descriptor encodes.
pub struct DrmIoctls<T> {
    descriptors: &'static [bindings::drm_ioctl_desc],
    _driver: PhantomData<fn(T) -> T>,
}

impl<T> DrmIoctls<T> {
    /// Creates the ioctls of a driver.
    ///
    /// Only the macros call this function. It checks at compile time that the numbers are
    /// consecutive, starting at `DRM_COMMAND_BASE`.
    ///
    /// # Safety
    ///
    /// The type invariants must hold.
    #[doc(hidden)]
    pub const unsafe fn new(descriptors: &'static [bindings::drm_ioctl_desc]) -> Self {
        let mut i = 0;
        while i < descriptors.len() {
            assert!(
                _IOC_NR(descriptors[i].cmd) as usize == uapi::DRM_COMMAND_BASE as usize + i,
                "expected consecutive numbers from DRM_COMMAND_BASE, found a gap: fill it"
            );
            i += 1;
        }

        // INVARIANT: The caller guarantees that the type invariants hold.
        Self {
            descriptors,
            _driver: PhantomData,
        }
    }

    /// Returns `true` if `self` and `other` have the same ioctl numbers.
    #[doc(hidden)]
    pub const fn has_numbers_of(&self, other: &Self) -> bool {
        let mut i = 0;
        while i < self.descriptors.len() && i < other.descriptors.len() {
            if self.descriptors[i].cmd != other.descriptors[i].cmd {
                return false;
            }
            i += 1;
        }
        self.descriptors.len() == other.descriptors.len()
    }

    pub(in crate::drm) const fn descriptors(&self) -> &'static [bindings::drm_ioctl_desc] {
        self.descriptors
    }
}
