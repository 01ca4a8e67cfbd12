// SPDX-License-Identifier: GPL-2.0

//! The memory that the kernel shares. The tested module, `pub mod ring`, is added to this file.

pub mod shared;
