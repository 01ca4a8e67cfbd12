// SPDX-License-Identifier: GPL-2.0

//! refused: expected at most the 512 bytes of `BY_VALUE_LIMIT`, found a larger type
//! refused: ::arg_by_value::<Name, Large>`
//! refused: ::try_arg_by_value::<[u8; 514]>`
//! refused: ::return_value::<Name, Large>`
//! refused: ::handler_result::<Name, [u8; 515]

#![allow(missing_docs)]

use kernel::{
    ffi::c_long,
    ioctl::{
        argument::{
            ByValue,
            ReturnValue, //
        },
        expansion, //
    },
    prelude::*, //
};

pub struct Name;

/// A type that implements the traits of arguments by hand.
pub struct Large([u8; 513]);

impl ByValue<Name> for Large {
    fn from_arg(_arg: usize) -> Self {
        Self([0; 513])
    }
}

impl ReturnValue<Name> for Large {
    fn return_value(self) -> Result<c_long> {
        Ok(self.0[0].into())
    }
}

pub fn arg_by_value(arg: usize) -> Result<u8> {
    Ok(expansion::arg_by_value::<Name, Large>(arg)?.0[512])
}

pub fn try_arg_by_value(arg: usize) -> Result<u8> {
    Ok(expansion::try_arg_by_value::<[u8; 514]>(arg)?[513])
}

pub fn return_value(large: Large) -> Result<c_long> {
    expansion::return_value::<Name, _>(large)
}

pub fn handler_result(large: Result<[u8; 515]>) -> Result<u8> {
    Ok(expansion::handler_result::<Name, [u8; 515], _>(large)?[514])
}
