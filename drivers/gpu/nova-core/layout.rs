// SPDX-License-Identifier: GPL-2.0

//! Layout checks for structs that firmware reads and writes.

/// Asserts the size, alignment and field offsets of types, all in bytes.
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
