// SPDX-License-Identifier: GPL-2.0

//! Checks that the layout of the UAPI structs has not changed.
//!
//! C header: [`include/uapi/linux/android/binder.h`](srctree/include/uapi/linux/android/binder.h)

use core::mem::offset_of;

use kernel::{
    prelude::*,
    uapi::*, //
};

macro_rules! layout {
    ($($type:ident $size:literal $align:literal { $($($field:ident).+ $offset:literal),+ })+) => {$(
        static_assert!(size_of::<$type>() == $size);
        static_assert!(align_of::<$type>() == $align);
        $(static_assert!(offset_of!($type, $($field).+) == $offset);)+
    )+};
}

layout! {
    binder_object_header 4 4 { type_ 0 }
    flat_binder_object 24 8 {
        hdr 0, flags 4, __bindgen_anon_1.binder 8,
        __bindgen_anon_1.__bindgen_anon_1.handle 8, cookie 16
    }
    binder_fd_object 24 8 {
        hdr 0, pad_flags 4, __bindgen_anon_1.pad_binder 8,
        __bindgen_anon_1.__bindgen_anon_1.fd 8, cookie 16
    }
    binder_buffer_object 40 8 { hdr 0, flags 4, buffer 8, length 16, parent 24, parent_offset 32 }
    binder_fd_array_object 32 8 { hdr 0, pad 4, num_fds 8, parent 16, parent_offset 24 }
    binder_write_read 48 8 {
        write_size 0, write_consumed 8, write_buffer 16, read_size 24, read_consumed 32,
        read_buffer 40
    }
    binder_version 4 4 { protocol_version 0 }
    binder_node_debug_info 24 8 { ptr 0, cookie 8, has_strong_ref 16, has_weak_ref 20 }
    binder_node_info_for_ref 24 4 {
        handle 0, strong_count 4, weak_count 8, reserved1 12, reserved2 16, reserved3 20
    }
    binder_freeze_info 12 4 { pid 0, enable 4, timeout_ms 8 }
    binder_frozen_status_info 12 4 { pid 0, sync_recv 4, async_recv 8 }
    binder_frozen_state_info 16 8 { cookie 0, is_frozen 8, reserved 12 }
    binder_extended_error 12 4 { id 0, command 4, param 8 }
    binder_transaction_data 64 8 {
        target.ptr 0, target.__bindgen_anon_1.handle 0, cookie 8, code 16, flags 20,
        sender_pid 24, sender_euid 28, data_size 32, offsets_size 40, data.ptr 48,
        data.__bindgen_anon_1.buf 48
    }
    binder_transaction_data_secctx 72 8 { transaction_data 0, secctx 64 }
    binder_transaction_data_sg 72 8 { transaction_data 0, buffers_size 64 }
    binder_handle_cookie 12 1 { handle 0, cookie 4 }
}
