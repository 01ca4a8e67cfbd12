// SPDX-License-Identifier: GPL-2.0

//! The size limit of values that functions return by value.

/// The largest size and alignment, in bytes, of a value that the kernel crate returns by value.
///
/// A value may be copied several times on its way to the caller, and each copy uses stack space.
/// Some machines have a stack of only 8 KiB, so the limit does not depend on `CONFIG_FRAME_WARN`.
/// `rustc` ignores that option anyway. Larger values must be read in place or into a box.
pub const BY_VALUE_LIMIT: usize = 512;

/// Fails to compile if the size or the alignment of `T` exceeds [`BY_VALUE_LIMIT`].
///
/// The alignment is limited, because a function aligns its stack frame to its most aligned value.
/// Even a type of size 0 may have a large alignment.
///
/// A function that returns a `T` should call this function in a `const` block. The compiler error
/// then points to the caller of the function that returns the `T`.
pub(crate) const fn by_value<T>() {
    assert!(
        size_of::<T>() <= BY_VALUE_LIMIT,
        "expected at most the 512 bytes of `BY_VALUE_LIMIT`, found a larger type: \
         copy it to its destination with `read_into`, `read_init`, `read_once_into` or `read_box`"
    );
    assert!(
        align_of::<T>() <= BY_VALUE_LIMIT,
        "expected an alignment of at most the 512 bytes of `BY_VALUE_LIMIT`, found a larger one: \
         remove `align` from the type"
    );
}
