// SPDX-License-Identifier: GPL-2.0

use kernel::prelude::*;
use kernel::transmute::{AsBytes, FromBytes};

#[repr(C)]
#[derive(FromBytes, KnownLayout, Immutable)]
struct Fine {
    a: u32,
}

#[repr(C)]
#[derive(FromBytes, KnownLayout, Immutable)]
struct Hole {
    a: u32,
    b: u64,
}
// SAFETY: Not so.
unsafe impl AsBytes for Hole {}

#[repr(C)]
struct Tail {
    a: u64,
    b: u32,
}
unsafe impl AsBytes for Tail {}

#[repr(C)]
struct Flexible {
    count: u32,
    entries: __IncompleteArrayField<u32>,
}
unsafe impl FromBytes for Flexible {}

#[repr(C)]
union Either {
    a: u32,
    b: u8,
}
unsafe impl AsBytes for Either {}

#[repr(C)]
struct Generic<const N: usize>([u64; N]);
unsafe impl<const N: usize> FromBytes for Generic<N> {}
#[repr(transparent)]
struct Given(Generic<4>);
unsafe impl FromBytes for Given {}

#[cfg(CONFIG_X)]
#[repr(C)]
struct Configured(u32);
#[cfg(CONFIG_X)]
unsafe impl FromBytes for Configured {}

#[repr(C)]
struct Checked {
    on: bool,
}
unsafe impl FromBytes for Checked {}

#[repr(u32)]
enum Mode {
    Off,
}
unsafe impl AsBytes for Mode {}

struct Unordered(u8, u32);
unsafe impl AsBytes for Unordered {}

#[repr(transparent)]
struct Foreign(bindings::foreign);
unsafe impl FromBytes for Foreign {}

#[repr(C)]
struct Pointer(*mut u8);
unsafe impl FromBytes for Pointer {}

#[repr(C)]
struct Sized1([u8; SIZE], u64);
unsafe impl AsBytes for Sized1 {}

macro_rules! wrapper {
    ($name:ident) => {
        unsafe impl FromBytes for $name {}
    };
}

fn read(bytes: &[u8]) -> Option<Fine> {
    Fine::from_bytes_copy(bytes)
}
