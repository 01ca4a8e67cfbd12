// SPDX-License-Identifier: GPL-2.0

//! refused: is_send::<Call<'_>>()
//! refused: is_send::<InArg<'_, u32>>()
//! refused: is_send::<OutArg<'_, u32>>()
//! refused: is_send::<OutSlice<'_, u32>>()
//! refused: is_send::<Replied<'_>>()
//! refused: cannot be sent between threads safely
//! refused: cannot be shared between threads safely

// Another thread may use the memory of another process, or have no user memory.

use kernel::ioctl::{
    table::Call,
    InArg,
    OutArg,
    OutSlice,
    Replied, //
};

fn is_send<T: Send>() {}

fn is_sync<T: Sync>() {}

pub fn all() {
    is_send::<Call<'_>>();
    is_send::<InArg<'_, u32>>();
    is_send::<OutArg<'_, u32>>();
    is_send::<OutSlice<'_, u32>>();
    is_send::<Replied<'_>>();
    is_sync::<InArg<'_, u32>>();
}
