// SPDX-License-Identifier: GPL-2.0

//! refused: expected an alignment of at most the 512 bytes of `BY_VALUE_LIMIT`, found a larger one
//! refused: ::read::<Aligned>`
//! refused: ::try_read::<Aligned>`
//! refused: UserAddr::<Aligned>::read`
//! refused: IovIterSource<'_>>::read::<Aligned>`
//! refused: VolatileRef::<'_, Aligned
//! refused: expected a completion aligned to at most 512 bytes, found a larger alignment

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::{
    iov::IovIterSource,
    mm::{
        ring::Server,
        volatile::{
            ReadOnly,
            VolatileRef, //
        }, //
    },
    prelude::*,
    uaccess::{
        UserAddr,
        UserSliceReader, //
    },
};

/// Has size 0, but moves the stack pointer of each function with such a value by up to 64 KiB.
#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C, align(65536))]
pub struct Aligned;

pub fn read(reader: &mut UserSliceReader) -> Result<Aligned> {
    reader.read::<Aligned>()
}

pub fn try_read(reader: &mut UserSliceReader) -> Result<Aligned> {
    reader.try_read::<Aligned>()
}

pub fn addr(addr: UserAddr<Aligned>) -> Result<Aligned> {
    addr.read()
}

pub fn iov(iov: &mut IovIterSource<'_>) -> Result<Aligned> {
    iov.read::<Aligned>()
}

pub fn read_once(location: VolatileRef<'_, Aligned, ReadOnly>) -> Aligned {
    location.read_once()
}

pub fn enter(server: &Server<u64, Aligned>) -> Result<u32> {
    server.enter(|_| Aligned)
}
