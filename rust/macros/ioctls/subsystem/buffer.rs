// SPDX-License-Identifier: GPL-2.0

//! Commands whose argument is in a buffer of the core, which copies it from and to user space.

use crate::ioctls::{
    check::fits_stack,
    declaration::{
        Command,
        Direction,
        Numbers,
        Passing, //
    },
};
use proc_macro2::TokenStream;
use syn::{
    Error,
    Result,
    Type, //
};

impl Command {
    /// Returns `true` if the line has only a direction, a type and arrays.
    fn is_plain(&self) -> bool {
        let argument = &self.argument;

        matches!(self.numbers, Numbers::One)
            && !matches!(argument.direction, Direction::None | Direction::ByValue)
            && argument.passing == Passing::Plain
            && argument.compat.is_none()
            && !argument.validated
            && !argument.copy_back_on_error
            && !argument.versioned
    }

    /// Returns the type and the clause of a command whose argument is in a buffer.
    ///
    /// `missing` is the error for a command without the clause. `other` is the error for a command
    /// that is not plain or does not fit the subsystem.
    pub(super) fn in_buffer<'a, C>(
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

    /// Rejects a reply that is too large for the stack.
    pub(super) fn check_reply(&self) -> Option<TokenStream> {
        let argument = &self.argument;
        let out = argument.direction == Direction::Out;
        let ty = argument.ty.as_ref().filter(|_| out)?;

        Some(fits_stack(&self.name, ty, "use `inout` with _IOWR()"))
    }
}
