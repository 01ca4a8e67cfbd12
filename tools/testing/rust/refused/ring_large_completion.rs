// SPDX-License-Identifier: GPL-2.0

//! refused: this completion is larger than the 512 bytes of `BY_VALUE_LIMIT`

#![allow(missing_docs)]

use kernel::{
    mm::ring::Server,
    prelude::*, //
};

pub fn enter(server: &Server<u64, [u8; 513]>) -> Result<u32> {
    server.enter(|_| [0; 513])
}
