// SPDX-License-Identifier: GPL-2.0

//! Functions whose modules are imported with `*`.

use core::{
    mem::*,
    ptr::*,
    slice::*, //
};
use kernel::bindings::*;

fn brought_in(bytes: *const u8, len: usize) {
    unsafe { transmute::<u32, f32>(1) }; //~ transmute
    unsafe { read(bytes.cast::<Header>()) }; //~ cast
    unsafe { from_raw_parts(bytes as *mut Header, len) }; //~ slice
    unsafe { _copy_to_user(to, from, len) }; //~ user-copy
    read(len);
}
