// SPDX-License-Identifier: GPL-2.0

//! refused: expected a completion of at most 512 bytes, found a larger one

#![allow(missing_docs)]

use kernel::{
    mm::ring::Server,
    prelude::*, //
};

pub fn enter(server: &Server<u64, [u8; 513]>) -> Result<u32> {
    server.enter(|_| [0; 513])
}
