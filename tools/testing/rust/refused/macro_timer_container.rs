// SPDX-License-Identifier: GPL-2.0

//! accepted: the macro does not use a macro of its caller in an unsafe block

#![allow(missing_docs, unused_extern_crates)]
#![forbid(unsafe_code)]

// With these lines, the path `::kernel` refers to this crate.
extern crate kernel as original;
extern crate self as kernel;

use original::{
    impl_has_hr_timer,
    time::{
        hrtimer::{
            HrTimer,
            RelativeMode, //
        },
        Monotonic, //
    }, //
};

#[macro_export]
macro_rules! container_of {
    ($($all:tt)*) => {
        compile_error!("it could call any unsafe function")
    };
}

pub struct Timer {
    timer: HrTimer<Self>,
}

impl_has_hr_timer! {
    impl HasHrTimer<Self> for Timer {
        mode: RelativeMode<Monotonic>, field: self.timer
    }
}
