// SPDX-License-Identifier: GPL-2.0

//! refused: expected `&FormatString`, found

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::print::format_strings::LENGTH;

const __LOG_PREFIX: &[u8] = b"refused\0";
const FORMAT: [u8; LENGTH] = *b"%s%s%s%s\n\0";

/// Dereferences the contents of registers.
pub fn leak() {
    kernel::print_macro!(FORMAT, false, "");
}
