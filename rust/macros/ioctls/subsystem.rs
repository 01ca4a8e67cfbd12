// SPDX-License-Identifier: GPL-2.0

//! The table of each subsystem, which calls the functions of the commands.

mod drm;
mod fwctl;
mod misc;

use super::declaration::{
    Ioctls,
    Subsystem, //
};
use proc_macro2::TokenStream;
use syn::Result;

pub(super) fn table(table: &Ioctls) -> Result<TokenStream> {
    match table.subsystem {
        Subsystem::Misc => misc::table(table),
        Subsystem::Drm => drm::table(table),
        Subsystem::Fwctl => fwctl::table(table),
    }
}
