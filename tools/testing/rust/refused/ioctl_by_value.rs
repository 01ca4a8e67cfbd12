// SPDX-License-Identifier: GPL-2.0

//! refused: this type is larger than the 512 bytes of `BY_VALUE_LIMIT`
//! refused: ::value::<Command, Large>`
//! refused: ::checked_value::<[u8; 514]>`
//! refused: ::reply::<Command, Large>`
//! refused: ::returned::<Command, [u8; 515]

#![allow(missing_docs)]

use kernel::{
    ffi::c_long,
    ioctl::argument::{
        self,
        Reply,
        Value, //
    },
    prelude::*, //
};

pub struct Command;

/// A type that implements the traits of arguments by hand.
pub struct Large([u8; 513]);

impl Value<Command> for Large {
    fn from_arg(_arg: usize) -> Self {
        Self([0; 513])
    }
}

impl Reply<Command> for Large {
    fn reply(self) -> Result<c_long> {
        Ok(self.0[0].into())
    }
}

pub fn value(arg: usize) -> Result<u8> {
    Ok(argument::value::<Command, Large>(arg)?.0[512])
}

pub fn checked(arg: usize) -> Result<u8> {
    Ok(argument::checked_value::<[u8; 514]>(arg)?[513])
}

pub fn reply(large: Large) -> Result<c_long> {
    argument::reply::<Command, _>(large)
}

pub fn returned(large: Result<[u8; 515]>) -> Result<u8> {
    Ok(argument::returned::<Command, [u8; 515], _>(large)?[514])
}
