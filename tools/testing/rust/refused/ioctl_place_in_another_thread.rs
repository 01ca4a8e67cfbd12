// SPDX-License-Identifier: GPL-2.0

//! refused: is_send::<Call<'_>>()
//! refused: is_send::<Source<'_, u32>>()
//! refused: is_send::<Target<'_, u32>>()
//! refused: is_send::<Elements<'_, u32>>()
//! refused: is_send::<Written<'_>>()
//! refused: cannot be sent between threads safely
//! refused: cannot be shared between threads safely

// Another thread may use the memory of another process, or have no user memory.

use kernel::ioctl::{
    table::Call,
    Elements,
    Source,
    Target,
    Written, //
};

fn is_send<T: Send>() {}

fn is_sync<T: Sync>() {}

pub fn all() {
    is_send::<Call<'_>>();
    is_send::<Source<'_, u32>>();
    is_send::<Target<'_, u32>>();
    is_send::<Elements<'_, u32>>();
    is_send::<Written<'_>>();
    is_sync::<Source<'_, u32>>();
}
