// SPDX-License-Identifier: GPL-2.0

//! refused: SET: expected `min FIELD` after a `versioned` type, found none
//! refused: SET: expected `versioned` before a type with `min`, found none
//! refused: SET: expected `in` or `inout` without `deferred` before `with`, found another argument
//! refused: SET: expected a plain `in`, `out` or `inout` before `compat`, found another argument
//! refused: SET: expected `(from_32)` after `compat` of `in`, found another number of methods
//! refused: SET: expected `(to_32)` after `compat` of `out`, found another number of methods
//! refused: SET: expected `(from_32, to_32)` after `compat` of `inout`, found another number
//! refused: SET: expected `=> HANDLER` after the type and its clauses

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    misc Device<0> {
        SET: in versioned Range => set,
    }
}

ioctls! {
    misc Device<1> {
        SET: none with start: [u8; length] max 8 => set,
    }
}

ioctls! {
    misc Device<2> {
        SET: none compat SET32: u32 (from_32) => set,
    }
}

ioctls! {
    misc Device<3> {
        SET: in boxed Range compat SET32: Range32 (from_32) => set,
    }
}

ioctls! {
    misc Device<4> {
        SET: in Range compat SET32: Range32 (from_32, to_32) => set,
    }
}

ioctls! {
    misc Device<5> {
        SET: out Range compat SET32: Range32 () => set,
    }
}

ioctls! {
    misc Device<6> {
        SET: inout Range compat SET32: Range32 (from_32) => set,
    }
}

ioctls! {
    misc Device<7> {
        SET: none u32 => set,
    }
}

ioctls! {
    misc Device<8> {
        SET: in Range min start => set,
    }
}
