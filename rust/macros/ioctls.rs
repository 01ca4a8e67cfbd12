// SPDX-License-Identifier: GPL-2.0

//! `ioctls!`: the commands of a device, declared once.
//!
//! Each command becomes a function of its own that fetches the argument, checks it, calls the
//! handler and writes the reply; the table is a `match` that calls them. What is checked when
//! compiling is checked by what `kernel::ioctl::table` and `kernel::ioctl::argument` provide.

mod check;
mod connected;
mod declaration;
mod description;
mod drm;
mod fit;
mod function;
mod fwctl;
mod misc;

pub(crate) use declaration::Ioctls;

use declaration::Subsystem;
use proc_macro2::TokenStream;
use syn::Result;

pub(crate) fn ioctls(table: Ioctls) -> Result<TokenStream> {
    table.must_fit()?;
    match table.subsystem {
        Subsystem::MiscDevice => misc::table(&table),
        Subsystem::DrmDriver => drm::table(&table),
        Subsystem::Fwctl => fwctl::table(&table),
    }
}
