// SPDX-License-Identifier: GPL-2.0

//! The table of each subsystem, which calls the functions of the commands.

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
    Result,
    Type, //
};

pub(super) fn table(table: &Ioctls) -> Result<TokenStream> {
    match table.subsystem {
        Subsystem::Misc => misc::table(table),
        Subsystem::Drm => drm::table(table),
        Subsystem::Fwctl => fwctl::table(table),
    }
}

impl Command {
    /// Returns the type and the clause of a command whose argument is in a buffer of the core.
    ///
    /// `missing` describes a command without the clause, and `other` a command that is not plain or
    /// does not fit the subsystem otherwise.
    fn in_buffer<'a, C>(
        &'a self,
        clause: Option<&'a C>,
        fits: bool,
        missing: &str,
        other: &str,
    ) -> Result<(&'a Type, &'a C)> {
        let plain = self.is_plain();

        match (&self.argument.ty, clause) {
            (Some(ty), Some(clause)) if plain && fits => Ok((ty, clause)),
            (Some(_), None) if plain => Err(Error::new_spanned(&self.name, missing)),
            _ => Err(Error::new(self.argument.word, other)),
        }
    }
}
