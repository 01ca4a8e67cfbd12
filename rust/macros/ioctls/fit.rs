// SPDX-License-Identifier: GPL-2.0

//! Checks that the lines of a table are consistent.

use super::{
    check::{
        last,
        shown, //
    },
    declaration::{
        same_name,
        same_type,
        Command,
        Ioctls,
        Numbers,
        Reserved, //
    },
};
use syn::{
    Error,
    Path,
    Result,
    Type, //
};

impl Command {
    /// Returns the types that the command reads, which may have reserved bits.
    fn types_read(&self) -> impl Iterator<Item = &Type> {
        let argument = &self.argument;
        let compat = argument.compat.as_ref().map(|compat| &compat.ty);

        argument
            .ty
            .iter()
            .chain(compat)
            .chain(argument.arrays.iter().map(|array| &array.ty))
            .filter(|_| argument.reads())
    }

    /// Returns the name of the command, and its name for 32-bit processes.
    pub(super) fn names(&self) -> impl Iterator<Item = &Path> {
        let compat = self.argument.compat.as_ref().map(|compat| &compat.name);

        core::iter::once(&self.name).chain(compat)
    }

    fn check_consistency(&self) -> Result<()> {
        let argument = &self.argument;
        let text = match &self.numbers {
            Numbers::Range(_) if argument.versioned => {
                "expected one number for a `versioned` argument, found a range: declare each \
                 number on a line of its own"
            }
            Numbers::AnySize if argument.compat.is_some() => {
                "expected no `compat` for `NAME[..]`, found one: use elements that are \
                 `CompatLayout`"
            }
            Numbers::AnySize if !argument.arrays.is_empty() => {
                "expected no `with` for `NAME[..]`, whose argument is an array, found one: remove \
                 it"
            }
            _ => return Ok(()),
        };
        let name = last(&self.name);
        Err(Error::new(argument.word, format!("{name}: {text}")))
    }
}

impl Ioctls {
    /// Rejects a table whose lines contradict each other.
    pub(super) fn check_consistency(&self) -> Result<()> {
        for command in &self.commands {
            command.check_consistency()?;
        }
        self.check_names()?;
        self.check_reserved()
    }

    /// Checks that each command has its own name, which identifies its number.
    ///
    /// Commands under a `#[cfg]` may share a name if only one of them is enabled. The compiler
    /// rejects the table if both are enabled.
    fn check_names(&self) -> Result<()> {
        let mut names = Vec::<(&Path, bool)>::new();

        for command in &self.commands {
            let under_cfg = !command.cfgs.is_empty();
            for path in command.names() {
                let same = names
                    .iter()
                    .find(|(other, cfg)| last(other) == last(path) && !(*cfg && under_cfg));
                if let Some((other, _)) = same {
                    return Err(Self::duplicate_name(path, other));
                }
                names.push((path, under_cfg));
            }
        }
        Ok(())
    }

    /// Returns an error for two lines with the same name.
    fn duplicate_name(path: &Path, other: &Path) -> Error {
        let name = last(path);
        let (path_text, other_text) = (shown(path), shown(other));
        let mut error = Error::new_spanned(
            path,
            format!(
                "{name}: expected different names, found the same for `{path_text}` and \
                 `{other_text}`: remove one of the lines, or `use ... as` another name"
            ),
        );
        error.combine(Error::new_spanned(
            other,
            format!("{name}: `{path_text}` below has the same name"),
        ));
        error
    }

    /// Checks that each `reserved` clause is used, that a type has only one, and that all lines
    /// write the type the same way.
    fn check_reserved(&self) -> Result<()> {
        for (i, reserved) in self.reserved.iter().enumerate() {
            let is_this = |ty: &Type| same_type(ty, &reserved.ty);
            let text = if self.reserved[..i].iter().any(|other| is_this(&other.ty)) {
                "expected one `reserved` for a type, found a second: merge the two"
            } else if !self.commands.iter().any(|c| c.types_read().any(is_this)) {
                "expected a command that reads this type, found none: remove the line"
            } else {
                continue;
            };
            return Err(Error::new_spanned(
                &reserved.ty,
                format!("`reserved`: {text}"),
            ));
        }
        for ty in self.commands.iter().flat_map(Command::types_read) {
            let is_alike =
                |reserved: &&Reserved| same_name(ty, &reserved.ty) && !same_type(ty, &reserved.ty);
            if let Some(reserved) = self.reserved.iter().find(is_alike) {
                let wanted = shown(&reserved.ty);
                let text = format!(
                    "expected `{wanted}`, as in the `reserved` clause, found another path: write \
                     the type the same way in both"
                );
                return Err(Error::new_spanned(ty, text));
            }
        }
        Ok(())
    }
}
