// SPDX-License-Identifier: GPL-2.0

//! refused: value: core::ffi::c_long,
//! refused: `i64` may have a different layout in a 32-bit process
//! refused: write a 64-bit integer as `u64` or `i64`: other names may stand for a `long`
//! refused: value: c_ulong,
//! refused: value: Word,
//! refused: values: [Word; 2],
//! refused: values: Words,
//! refused: value: m::u64,
//! refused: value: Wrapper<Word>,
//! refused: value: NonZero<Word>,
//! refused: value: kernel::ffi::c_long,
//! refused: `isize` may have a different layout in a 32-bit process
//! refused: value: __u64,
//! refused: bytes: [u8; size_of::<usize>()],
//! refused: expected an array length that is the same in a 32-bit process
//! refused: bits: [u8; usize::BITS as usize],
//! refused: SET: in Word => set,
//! refused: `i64` may have a different layout in a 32-bit process that calls `SET`
//! refused: with values: [Word; count]

#![allow(dead_code, non_camel_case_types)]

mod device;

use core::{
    ffi::c_ulong,
    num::NonZero, //
};
use device::Device;
use kernel::{
    ioctl::{
        ioctls,
        CompatLayout,
        _IOW, //
    },
    prelude::*, //
};

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Spelled {
    value: core::ffi::c_long,
}

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Imported {
    value: c_ulong,
}

type Word = core::ffi::c_long;
type Words = [core::ffi::c_long; 2];

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Alias {
    value: Word,
}

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Array {
    values: [Word; 2],
}

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct AliasOfArray {
    values: Words,
}

mod m {
    #[derive(zerocopy_derive::IntoBytes)]
    #[repr(transparent)]
    pub struct u64(usize);
}

// `m::u64` is not an integer.
#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Named {
    value: m::u64,
}

#[derive(IntoBytes, CompatLayout)]
#[repr(transparent)]
pub struct Wrapper<T> {
    value: T,
}

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Wrapped {
    value: Wrapper<Word>,
}

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Zero {
    value: NonZero<Word>,
}

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct OfTheKernel {
    value: kernel::ffi::c_long,
}

type __u64 = usize;

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Shadowed {
    value: __u64,
}

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Length {
    bytes: [u8; size_of::<usize>()],
}

#[derive(IntoBytes, CompatLayout)]
#[repr(C)]
pub struct Bits {
    bits: [u8; usize::BITS as usize],
}

#[derive(FromBytes, CompatLayout, IntoBytes)]
#[repr(C)]
pub struct Sum {
    values: u64,
    count: u64,
}

const SET: u32 = _IOW::<Word>('c' as u32, 1);
const SUM: u32 = _IOW::<Sum>('c' as u32, 2);

ioctls! {
    misc Device {
        SET: in Word => set,
        SUM: in Sum
            with values: [Word; count] max 8 => sum,
    }
}

impl Device {
    fn set(&self, _value: &Word) -> Result {
        Ok(())
    }

    fn sum(&self, _sum: &Sum, _values: KVec<Word>) -> Result {
        Ok(())
    }
}
