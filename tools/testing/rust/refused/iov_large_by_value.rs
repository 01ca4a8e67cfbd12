// SPDX-License-Identifier: GPL-2.0

//! refused: expected at most the 512 bytes of `BY_VALUE_LIMIT`, found a larger type
//! refused: IovIterSource<'_>>::read::<[u8; 513]>`
//! refused: IovIterSource<'_>>::try_read::<[u8; 514]>`

#![allow(missing_docs)]

use kernel::{
    iov::IovIterSource,
    prelude::*, //
};

pub fn read(iov: &mut IovIterSource<'_>) -> Result<u8> {
    Ok(iov.read::<[u8; 513]>()?[512])
}

pub fn try_read(iov: &mut IovIterSource<'_>) -> Result<u8> {
    Ok(iov.try_read::<[u8; 514]>()?[513])
}
