// SPDX-License-Identifier: GPL-2.0

//! `ioctls!`: declares the commands of a device.
//!
//! The macro generates a function for each command. The function reads the argument, checks it,
//! calls the handler and writes the reply. The table is a `match` that calls these functions. The
//! generated code uses `kernel::ioctl::table` and `kernel::ioctl::expansion` for its compile-time
//! checks.

mod check;
mod connected;
mod declaration;
mod description;
mod fit;
mod function;
mod subsystem;

pub(crate) use declaration::Ioctls;

use proc_macro2::TokenStream;
use syn::Result;

pub(crate) fn ioctls(table: Ioctls) -> Result<TokenStream> {
    table.check_consistency()?;
    subsystem::table(&table)
}
