// SPDX-License-Identifier: GPL-2.0

use kernel::prelude::*;

/// Named fields, and derives already.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
pub(crate) struct Pair {
    a: u32,
    b: [u16; 2],
}

/// The types of its fields get the same derives.
#[repr(C)]
#[derive(FromBytes, KnownLayout, Immutable)]
struct Inner {
    low: u64,
    count: c_uint,
    flags: u32,
}

#[repr(transparent)]
#[derive(FromBytes, KnownLayout, Immutable)]
struct Outer(Inner);
// A comment that is not about safety stays.

#[repr(C, packed)]
#[derive(IntoBytes, KnownLayout, Immutable)]
struct Packed {
    kind: u8,
    length: u32,
}

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
struct Proven(u32);

#[derive(IntoBytes, KnownLayout, Immutable)]
struct Ordered(u16, u32, u16);

fn read<T: FromBytes + KnownLayout + Immutable, U>(bytes: &[u8]) -> Result<T>
where
    U: IntoBytes + FromBytes + KnownLayout + Immutable + Copy,
{
    let value = T::read_from_bytes(bytes).map_err(|_| EINVAL)?;
    let first = bytes
        .get(4..)
        .and_then(|bytes| u32::ref_from_prefix(bytes).ok())
        .ok_or(EINVAL)?;
    let (pair, rest) = Pair::ref_from_prefix(bytes).map_err(|_| EINVAL)?;
    let name = CStr::from_bytes_until_nul(rest)?;
    Ok(value)
}

fn write(pair: &mut Pair) -> Option<Outer> {
    pair.as_mut_bytes().fill(0);
    let outer = Outer::read_from_bytes(pair.as_bytes()).ok()?;
    Some(outer)
}

mod inner {
    #[repr(C)]
    #[derive(
        kernel::zerocopy::FromBytes, kernel::zerocopy::KnownLayout, kernel::zerocopy::Immutable,
    )]
    struct Alone(u32);
}
