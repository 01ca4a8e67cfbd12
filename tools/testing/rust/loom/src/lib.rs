// SPDX-License-Identifier: GPL-2.0

//! Implements the dependencies of `rust/kernel/mm/ring.rs` and `ring/server.rs` in user space. The
//! words of the memory are types of loom, which tries all orders that C11 allows. The locks and
//! queues are implemented with loom.
//!
//! Relaxed, acquire and release accesses have the same meaning in the kernel's memory model and in
//! C11. A full barrier is a sequentially consistent fence. A sleep times out at once or never, and
//! loom reports a sleep that never ends as a deadlock.

pub mod mm;
pub mod task;
pub mod time;

pub mod prelude {
    pub use crate::try_pin_init;
    pub use zerocopy::{
        FromBytes,
        Immutable,
        IntoBytes, //
    };

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Error(i32);

    pub type Result<T = (), E = Error> = core::result::Result<T, E>;

    pub const EINVAL: Error = Error(22);
    pub const ENOSPC: Error = Error(28);
    pub const EOVERFLOW: Error = Error(75);
    pub const ERESTARTSYS: Error = Error(512);

    /// An initializer. It creates the value before the value is moved to its final location.
    pub trait PinInit<T, E> {
        fn init(self) -> Result<T, E>;
    }

    impl<T, E, F: FnOnce() -> Result<T, E>> PinInit<T, E> for F {
        fn init(self) -> Result<T, E> {
            self()
        }
    }
}

/// Initializes one field after the other.
#[macro_export]
macro_rules! try_pin_init {
    (@ [$($done:ident)*]) => {
        Ok(Self { $($done),* })
    };
    (@ [$($done:ident)*] $field:ident <- $value:expr, $($rest:tt)*) => {{
        let $field = $value;
        $crate::try_pin_init!(@ [$($done)* $field] $($rest)*)
    }};
    (@ [$($done:ident)*] $field:ident: $value:expr, $($rest:tt)*) => {{
        let $field = $value;
        $crate::try_pin_init!(@ [$($done)* $field] $($rest)*)
    }};
    (@ [$($done:ident)*] $field:ident, $($rest:tt)*) => {
        $crate::try_pin_init!(@ [$($done)* $field] $($rest)*)
    };
    (Self { $($fields:tt)* }) => {
        move || $crate::try_pin_init!(@ [] $($fields)*)
    };
}

pub mod zerocopy {
    /// As in `rust/kernel/zerocopy/by_value.rs`.
    pub const BY_VALUE_LIMIT: usize = 512;
}

pub mod sync {
    pub use self::{
        lock::{
            Mutex,
            MutexGuard,
            SpinLock, //
        },
        queue::CondVar,
    };
    pub use std::sync::Arc;

    mod lock;
    mod queue;

    pub mod poll {
        pub use super::queue::{
            CondVar as PollCondVar,
            FilePollTable, //
        };
    }

    pub mod barrier {
        pub fn smp_mb(_: super::atomic::Full) {
            loom::sync::atomic::fence(loom::sync::atomic::Ordering::SeqCst);
        }
    }

    pub mod atomic {
        use loom::sync::atomic::Ordering;

        pub trait Order {
            const LOAD: Ordering;
            const STORE: Ordering;
        }

        macro_rules! orders {
            ($($order:ident: $load:ident, $store:ident;)*) => {$(
                pub struct $order;

                impl Order for $order {
                    const LOAD: Ordering = Ordering::$load;
                    const STORE: Ordering = Ordering::$store;
                }
            )*};
        }

        /// The ordering of a barrier.
        pub struct Full;

        orders! {
            Acquire: Acquire, Relaxed;
            Relaxed: Relaxed, Relaxed;
            Release: Relaxed, Release;
        }
    }
}
