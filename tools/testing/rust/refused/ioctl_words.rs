// SPDX-License-Identifier: GPL-2.0

//! refused: SET: expected `value`, `in` or `inout` before `checked`, found another direction
//! refused: SET: expected `inout` before `always`, found another direction
//! refused: SET: expected `in` or `out` before `place`, found another direction
//! refused: SET: expected `in`, `out` or `inout` before `boxed`, found another direction
//! refused: SET: expected `in`, `out` or `inout` before `versioned`, found another direction
//! refused: SET: expected `always` once, found a second
//! refused: SET: expected either `boxed` or `place`, found both
//! refused: SET: expected either `checked` or `place`, found both
//! refused: SET: expected `versioned` alone, found it with `checked`, `boxed` or `place`
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
