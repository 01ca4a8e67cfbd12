// SPDX-License-Identifier: GPL-2.0

//! The table of each subsystem, which calls the functions of the commands.

mod buffer;
mod drm;
mod fwctl;
mod misc;

use super::declaration::{
    Command,
    Ioctls,
    Subsystem, //
};
use proc_macro2::TokenStream;
use syn::{
    Error,
    Result, //
};

pub(super) fn table(table: &Ioctls) -> Result<TokenStream> {
    for command in &table.commands {
        command.check_clauses(table.subsystem)?;
    }
    match table.subsystem {
        Subsystem::Misc => misc::table(table),
        Subsystem::Drm => drm::table(table),
        Subsystem::Fwctl => fwctl::table(table),
    }
}

impl Command {
    /// Rejects clauses that belong to another subsystem.
    fn check_clauses(&self, subsystem: Subsystem) -> Result<()> {
        let argument = &self.argument;

        if let (Some(flags), true) = (&argument.flags, subsystem != Subsystem::Drm) {
            return Err(Error::new_spanned(
                flags,
                "expected `flags` only in a `drm` table, found them in another table: remove them",
            ));
        }
        if let (Some(scope), true) = (&argument.scope, subsystem != Subsystem::Fwctl) {
            return Err(Error::new_spanned(
                scope,
                "expected a `scope` only in `fwctl` tables, found one in another table: remove it",
            ));
        }
        Ok(())
    }
}
