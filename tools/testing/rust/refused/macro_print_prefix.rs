// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_PRINTK=y
//! refused: `__LOG_PREFIX` must end with its only null byte

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::prelude::*;

const __LOG_PREFIX: &[u8] = b"not terminated";

/// Prints memory after the string.
pub fn leak() {
    pr_info!("\n");
}
