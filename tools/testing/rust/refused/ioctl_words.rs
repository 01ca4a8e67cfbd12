// SPDX-License-Identifier: GPL-2.0

//! refused: SET: `checked` is for `value`, `in` and `inout` only
//! refused: SET: `always` is for `inout` only
//! refused: SET: `place` is for `in` and `out` only
//! refused: SET: `boxed` is for `in`, `out` and `inout` only
//! refused: SET: `versioned` is for `in`, `out` and `inout` only
//! refused: SET: `always` is there twice
//! refused: SET: an argument is either `boxed` or in a `place`
//! refused: SET: an argument is either `checked` or in a `place`
//! refused: SET: a `versioned` argument is neither `checked`, `boxed` nor in a `place`
//! refused: SET: expected one of

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    impl MiscDevice for Device<0> {
        SET: out checked u32 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<1> {
        SET: in always u32 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<2> {
        SET: inout place u32 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<3> {
        SET: value boxed u32 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<4> {
        SET: none versioned u32 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<5> {
        SET: inout always boxed always u32 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<6> {
        SET: in boxed place u32 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<7> {
        SET: in checked place u32 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<8> {
        SET: in versioned boxed Range min start => set,
    }
}

ioctls! {
    impl MiscDevice for Device<9> {
        SET: from u32 => set,
    }
}
