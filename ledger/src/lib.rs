// SPDX-License-Identifier: GPL-2.0

//! The modules of the ledger, as a library for its tests.

pub mod category;
pub mod codemod;
pub mod expand;
pub mod layout;
pub mod report;
pub mod reviewed;
pub mod scan;
pub mod tree;
