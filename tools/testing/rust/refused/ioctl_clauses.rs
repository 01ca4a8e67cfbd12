// SPDX-License-Identifier: GPL-2.0

//! refused: SET: `versioned` goes with `min FIELD` after the type
//! refused: SET: an array is named by an argument that is `in` or `inout`
//! refused: SET: `compat` is for a plain `in`, `out` or `inout`
//! refused: SET: `compat` is for a plain `in`, `out` or `inout`
//! refused: SET: `compat` of `in` has `(from_32)`, a conversion for each way
//! refused: SET: `compat` of `out` has `(to_32)`, a conversion for each way
//! refused: SET: `compat` of `inout` has `(from_32, to_32)`, a conversion for each way
//! refused: SET: expected `=> HANDLER` here

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    impl MiscDevice for Device<0> {
        SET: in versioned Range => set,
    }
}

ioctls! {
    impl MiscDevice for Device<1> {
        SET: none with start: [u8; length] max 8 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<2> {
        SET: none compat SET32: u32 (from_32) => set,
    }
}

ioctls! {
    impl MiscDevice for Device<3> {
        SET: in boxed Range compat SET32: Range32 (from_32) => set,
    }
}

ioctls! {
    impl MiscDevice for Device<4> {
        SET: in Range compat SET32: Range32 (from_32, to_32) => set,
    }
}

ioctls! {
    impl MiscDevice for Device<5> {
        SET: out Range compat SET32: Range32 () => set,
    }
}

ioctls! {
    impl MiscDevice for Device<6> {
        SET: inout Range compat SET32: Range32 (from_32) => set,
    }
}

ioctls! {
    impl MiscDevice for Device<7> {
        SET: none u32 => set,
    }
}
