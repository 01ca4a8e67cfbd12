// SPDX-License-Identifier: GPL-2.0

//! accepted: what the others do, done right

#![allow(dead_code, missing_docs)]

use core::num::NonZero;
use kernel::{
    min_size,
    prelude::*,
    uaccess::{
        MinSize,
        UserSliceReader,
        UserSliceWriter, //
    },
};

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
struct Status {
    errors: u64,
    speed: u32,
    reserved: u32,
}

#[derive(TryFromBytes)]
#[repr(u32)]
enum Mode {
    Off,
    On,
}

const FIRST: MinSize<Status> = min_size!(Status, reserved);

pub fn copy(mut reader: UserSliceReader, mut writer: UserSliceWriter) -> Result<bool> {
    let _divisor: NonZero<u32> = reader.try_read()?;
    let mode: Mode = reader.try_read()?;
    let (status, _tail) = reader.read_versioned(FIRST)?;

    writer.write(&status)?;
    writer.write(&[status][..])?;
    Ok(matches!(mode, Mode::On) || matches!(mode, Mode::Off))
}
