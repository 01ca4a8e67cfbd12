// SPDX-License-Identifier: GPL-2.0

//! Functions for values that are larger than the stack. Their frames must not contain the values.
//!
//! The suite `frames` checks the generic functions of the kernel crate that this file uses.

#![allow(missing_docs)]

use core::mem::MaybeUninit;
use kernel::{
    iov::{
        IovIterDest,
        IovIterSource, //
    },
    min_size,
    mm::{
        pinned::PinnedPages,
        volatile::{
            ReadWrite,
            VolatileRef,
            VolatileSlice, //
        },
    },
    prelude::*,
    uaccess::{
        MinSize,
        UserAddr,
        UserArray,
        UserSliceReader,
        UserSliceWriter,
        UserStrided, //
    },
};

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Large {
    first: u64,
    words: [u64; 4095],
}

#[derive(TryFromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Checked {
    flag: bool,
    bytes: [u8; 32767],
}

const MIN: MinSize<Large> = min_size!(Large, first).at_most(1 << 20);

/// calls: any
/// frame: 128
#[inline(never)]
pub fn vectors(vec: &mut KVVec<Large>) -> Result<KVVec<Large>> {
    vec.extend_zeroed(1, GFP_KERNEL)?;
    vec.insert_zeroed(1, 2, GFP_KERNEL)?;
    KVVec::new_zeroed(3, GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn boxes() -> Result<(KVBox<Large>, KVBox<[Large]>)> {
    Ok((
        KVBox::new_zeroed(GFP_KERNEL)?,
        KVBox::new_zeroed_with_elems(2, GFP_KERNEL)?,
    ))
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_in_place(
    reader: &mut UserSliceReader,
    out: &mut Large,
    slots: &mut [Large],
    init: &mut MaybeUninit<Large>,
    checked: &mut MaybeUninit<Checked>,
) -> Result<usize> {
    reader.read_into(out)?;
    reader.read_init(init)?;
    reader.try_read_init(checked)?;
    reader.read_until_fault(slots)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_box(reader: &mut UserSliceReader) -> Result<KVBox<Large>> {
    reader.read_box(GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn try_read_box(reader: &mut UserSliceReader) -> Result<KVBox<Checked>> {
    reader.try_read_box(GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_vec(reader: &mut UserSliceReader) -> Result<UVec<Large>> {
    reader.read_vec(2, 2, GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn try_read_vec(reader: &mut UserSliceReader) -> Result<UVec<Checked>> {
    reader.try_read_vec(2, 2, GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_box_with_elems(reader: &mut UserSliceReader) -> Result<UBox<[Large]>> {
    reader.read_box_with_elems(|_: &u64| Ok(2), GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_versioned(
    reader: UserSliceReader,
    again: UserSliceReader,
    out: &mut Large,
    init: &mut MaybeUninit<Large>,
) -> Result {
    let _tail = reader.read_versioned_into(out, MIN)?;
    let (_, _tail) = again.read_versioned_init(init, MIN)?;
    Ok(())
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn write(mut writer: UserSliceWriter, all: &[Large]) -> Result {
    writer.write(&all[0])?;
    writer.write(all)?;
    writer.write_until_fault(all)?;
    let _tail = writer.write_versioned(&all[0], MIN)?;
    Ok(())
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_array(array: UserArray<Large>) -> Result<UVec<Large>> {
    array.read_vec(2, GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_strided(array: UserStrided<Large>) -> Result<UVec<Large>> {
    array.read_vec(MIN, 2, GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn write_addresses(one: UserAddr<Large>, array: UserStrided<Large>, all: &[Large]) -> Result {
    one.write(&all[0])?;
    array.write_slice(all, MIN)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_iov(iov: &mut IovIterSource<'_>, out: &mut Large) -> Result<KVBox<Large>> {
    iov.read_into(out)?;
    iov.read_box(GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_iov_vec(iov: &mut IovIterSource<'_>) -> Result<UVec<Large>> {
    iov.read_vec(2, 2, GFP_KERNEL)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn write_iov(iov: &mut IovIterDest<'_>, all: &[Large]) -> Result {
    iov.write(&all[0])?;
    iov.write(all)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn volatile(
    one: VolatileRef<'_, Large>,
    slice: VolatileSlice<'_, Large>,
    all: &mut [Large],
) -> Result {
    one.write_once(&all[0]);
    slice.write_once_from(all)?;
    slice.read_once_into(all)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn read_pinned(pages: &PinnedPages<ReadWrite>, out: &mut Large) -> Result {
    pages.read_once_into(0, out)
}

/// calls: any
/// frame: 128
#[inline(never)]
pub fn write_pinned(pages: &PinnedPages<ReadWrite>, value: &Large) -> Result {
    pages.write_once_at(8, value)
}
