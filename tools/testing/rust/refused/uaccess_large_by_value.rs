// SPDX-License-Identifier: GPL-2.0

//! refused: expected at most the 512 bytes of `BY_VALUE_LIMIT`, found a larger type
//! refused: ::read::<[u8; 513]>`
//! refused: ::try_read::<[u8; 514]>`
//! refused: ::read_box_with_elems::<[u8; 515]
//! refused: ::read_versioned::<Large>`
//! refused: UserAddr::<[u8; 516]>::read`
//! refused: UserAddr::<[u8; 517]>::try_read`

#![allow(missing_docs)]

use kernel::{
    min_size,
    prelude::*,
    uaccess::{
        UserAddr,
        UserSliceReader, //
    },
};

#[derive(FromBytes)]
#[repr(C)]
pub struct Large {
    bytes: [u8; 1024],
}

pub fn read(reader: &mut UserSliceReader) -> Result<u8> {
    Ok(reader.read::<[u8; 513]>()?[512])
}

pub fn try_read(reader: &mut UserSliceReader) -> Result<u8> {
    Ok(reader.try_read::<[u8; 514]>()?[513])
}

pub fn header(reader: &mut UserSliceReader) -> Result<u8> {
    let bytes: UBox<[u8]> = reader.read_box_with_elems(|_: &[u8; 515]| Ok(1024), GFP_KERNEL)?;

    Ok(bytes[514])
}

pub fn versioned(reader: UserSliceReader) -> Result<u8> {
    let (large, _tail) = reader.read_versioned::<Large>(min_size!(Large, bytes))?;

    Ok(large.bytes[1023])
}

pub fn addr(addr: UserAddr<[u8; 516]>) -> Result<u8> {
    Ok(addr.read()?[515])
}

pub fn checked(addr: UserAddr<[u8; 517]>) -> Result<u8> {
    Ok(addr.try_read()?[516])
}
