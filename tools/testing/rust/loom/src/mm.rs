// SPDX-License-Identifier: GPL-2.0

//! The memory that the kernel and user space share. The tested module, `pub mod ring`, is added to
//! this file.

pub mod mapped;
pub mod volatile;
