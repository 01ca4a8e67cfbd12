// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_DRM=y
//! refused: find `impl_aref_for_gem_obj` in `kernel`
//! refused: the trait bound `Uncounted: AlwaysRefCounted` is not satisfied

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::sync::aref::ARef;

/// Replaces the functions that count references.
mod bindings {
    pub(crate) fn drm_gem_object_get(_: ()) {}
    pub(crate) fn drm_gem_object_put(_: ()) {}
}

trait IntoGEMObject {
    fn as_raw(&self) {}
}

pub struct Uncounted(pub u32);

impl IntoGEMObject for Uncounted {}

// The lint `unsafe_code` does not see this `unsafe impl`.
kernel::impl_aref_for_gem_obj! {
    impl for Uncounted
}

/// Returns a reference to a value that no longer exists.
pub fn dangling() -> ARef<Uncounted> {
    ARef::from(&Uncounted(7))
}
