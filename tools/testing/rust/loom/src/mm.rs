// SPDX-License-Identifier: GPL-2.0

//! The memory that the kernel shares. What is tested, `pub mod ring`, is put beside it.

pub mod shared;
