// SPDX-License-Identifier: GPL-2.0

//! The limit for values that functions return by value.

/// The size in bytes of the largest value that a function of the kernel crate returns by value.
///
/// A value may be copied a few times on its way to the caller, and each copy takes as much of a
/// stack that is 8 KiB on some machines. So this does not depend on `CONFIG_FRAME_WARN`, which
/// `rustc` does not know anyway. Larger values are read in place or into a box.
pub const BY_VALUE_LIMIT: usize = 512;

/// Refuses to compile for a `T` that is larger than [`BY_VALUE_LIMIT`].
///
/// A function that returns a `T` calls it in a `const` block of its own, so that the compiler
/// points at the call of that function.
pub(crate) const fn by_value<T>() {
    assert!(
        size_of::<T>() <= BY_VALUE_LIMIT,
        "this type is larger than the 512 bytes of `BY_VALUE_LIMIT`: \
         read it in place by `read_into`, `read_init` or `fetch_into`, or into a box by `read_box`"
    );
}
