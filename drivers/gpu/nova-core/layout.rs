// SPDX-License-Identifier: GPL-2.0

//! The layout of what firmware reads and writes.

/// Asserts the size, the alignment and the offset of each field of types, all in bytes.
macro_rules! assert_layout {
    ($(
        $name:ident: $size:literal, $align:literal { $($field:ident $offset:literal),* $(,)? }
    )*) => {
        $(
            ::kernel::static_assert!(size_of::<$name>() == $size);
            ::kernel::static_assert!(align_of::<$name>() == $align);
            $(::kernel::static_assert!(core::mem::offset_of!($name, $field) == $offset);)*
        )*
    };
}
