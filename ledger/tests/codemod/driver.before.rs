// SPDX-License-Identifier: GPL-2.0

use kernel::{
    prelude::*,
    transmute::{
        AsBytes,
        FromBytes, //
    },
};
use zerocopy::FromBytes as _;

/// Named fields, and derives already.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Pair {
    a: u32,
    b: [u16; 2],
}

// SAFETY: All bit patterns are valid for these
// fields.
unsafe impl FromBytes for Pair {}

// SAFETY: There is no padding.
unsafe impl AsBytes for Pair {}

/// The types of its fields get the same derives.
#[repr(C)]
struct Inner {
    low: u64,
    count: c_uint,
    flags: u32,
}

#[repr(transparent)]
struct Outer(Inner);
// A comment that is not about safety stays.
/// SAFETY: Only integers.
unsafe impl FromBytes for Outer {}

#[repr(C, packed)]
struct Packed {
    kind: u8,
    length: u32,
}
// SAFETY: It is packed.
unsafe impl AsBytes for Packed {}

#[derive(FromBytes, IntoBytes)]
struct Proven(u32);
// SAFETY: As derived.
unsafe impl AsBytes for Proven {}

struct Ordered(u16, u32, u16);
// SAFETY: Two and two are four.
unsafe impl AsBytes for Ordered {}

fn read<T: FromBytes, U>(bytes: &[u8]) -> Result<T>
where
    U: AsBytes + FromBytes + Copy,
{
    let value = T::from_bytes_copy(bytes).ok_or(EINVAL)?;
    let first = bytes
        .get(4..)
        .and_then(u32::from_bytes_prefix)
        .ok_or(EINVAL)?;
    let (pair, rest) = Pair::from_bytes_prefix(bytes).ok_or_else(|| EINVAL)?;
    let name = CStr::from_bytes_until_nul(rest)?;
    Ok(value)
}

fn write(pair: &mut Pair) -> Option<Outer> {
    pair.as_bytes_mut().fill(0);
    let outer = Outer::from_bytes_copy(pair.as_bytes())?;
    Some(outer)
}

mod inner {
    #[repr(C)]
    struct Alone(u32);

    // SAFETY: An integer.
    unsafe impl kernel::transmute::FromBytes for Alone {}
}
