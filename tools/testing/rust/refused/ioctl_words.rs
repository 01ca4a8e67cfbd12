// SPDX-License-Identifier: GPL-2.0

//! refused: SET: expected `by_value`, `in` or `inout` before `try`, found another direction
//! refused: SET: expected `inout` before `copy_back_on_error`, found another direction
//! refused: SET: expected `in` or `out` before `deferred`, found another direction
//! refused: SET: expected `in`, `out` or `inout` before `boxed`, found another direction
//! refused: SET: expected `in`, `out` or `inout` before `versioned`, found another direction
//! refused: SET: expected `boxed` once, found a second
//! refused: SET: expected either `boxed` or `deferred`, found both
//! refused: SET: expected either `try` or `deferred`, found both
//! refused: SET: expected `versioned` alone, found it with `try`, `boxed` or `deferred`
//! refused: SET: expected one of
//! refused: expected a subsystem, found `impl`

mod device;

use device::Device;
use kernel::ioctl::ioctls;

ioctls! {
    misc Device<0> {
        SET: out try u32 => set,
    }
}

ioctls! {
    misc Device<1> {
        SET: in u32 copy_back_on_error => set,
    }
}

ioctls! {
    misc Device<2> {
        SET: inout deferred u32 => set,
    }
}

ioctls! {
    misc Device<3> {
        SET: by_value boxed u32 => set,
    }
}

ioctls! {
    misc Device<4> {
        SET: none versioned u32 => set,
    }
}

ioctls! {
    misc Device<5> {
        SET: inout boxed /* twice */ boxed u32 => set,
    }
}

ioctls! {
    misc Device<6> {
        SET: in boxed deferred u32 => set,
    }
}

ioctls! {
    misc Device<7> {
        SET: in try deferred u32 => set,
    }
}

ioctls! {
    misc Device<8> {
        SET: in versioned boxed Range min start => set,
    }
}

ioctls! {
    misc Device<9> {
        SET: from u32 => set,
    }
}

ioctls! {
    impl MiscDevice for Device<10> {
        SET: none => set,
    }
}
