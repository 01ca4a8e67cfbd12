// SPDX-License-Identifier: GPL-2.0

//! The commands that a caller of [`ioctl_tests!`](crate::ioctl_tests) names.

use super::super::table::{
    is_same,
    nth,
    CommandDesc,
    Text, //
};
use crate::prelude::*;

/// The outcome that the tests of a command expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The command succeeds.
    Success,
    /// The handler fails with this errno.
    Errno(Error),
    /// The tests do not call the command.
    Skip,
}

/// The argument and the outcome that the caller gives for a command.
pub(super) struct Given {
    pub(super) cmd: u32,
    /// Empty if the tests choose the argument.
    pub(super) argument: KVec<u8>,
    pub(super) outcome: Outcome,
}

impl Given {
    pub(super) fn new(cmd: u32, bytes: &[u8], outcome: Outcome) -> Result<Self> {
        let mut argument = KVec::new();

        argument.extend_from_slice(bytes, GFP_KERNEL)?;
        Ok(Self {
            cmd,
            argument,
            outcome,
        })
    }
}

/// Rejects a line that names no command of the table, or the command of an earlier line.
///
/// A line consists of a number and its name.
#[track_caller]
pub const fn check_given(native: &[CommandDesc], compat: &[CommandDesc], given: &[(u32, &str)]) {
    let mut this = 0;

    while this < given.len() {
        let (cmd, name) = given[this];
        let Some(command) = find(native, compat, cmd) else {
            let text = Text::new().and(name).and(
                ": expected a command of the table, found another number: correct the name, or \
                 remove the line",
            );
            panic!("{}", text.as_str());
        };
        let mut other = 0;
        while other < this {
            let (other_cmd, other_name) = given[other];
            // In a 32-bit kernel, a command may have the same number as its `compat` variant.
            let may_be_other = !cfg!(CONFIG_64BIT) && !is_same(name, other_name);
            if matches!(find(native, compat, other_cmd), Some(other) if other == command)
                && !may_be_other
            {
                let text = Text::new().and(name).and(
                    ": expected one line for each command, found a second: remove one of the lines",
                );
                panic!("{}", text.as_str());
            }
            other += 1;
        }
        this += 1;
    }
}

/// Returns the index of the command that has this number.
const fn find(native: &[CommandDesc], compat: &[CommandDesc], cmd: u32) -> Option<usize> {
    let mut i = 0;

    while i < native.len() + compat.len() {
        if nth(native, compat, i).has(cmd) {
            return Some(i);
        }
        i += 1;
    }
    None
}
