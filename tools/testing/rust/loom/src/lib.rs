// SPDX-License-Identifier: GPL-2.0

//! What `rust/kernel/mm/ring.rs` stands on, in a program: memory whose words are those of loom,
//! which tries all orders that C11 allows.
//!
//! An access that is relaxed, acquire or release in the kernel's memory model is the same in C11; a
//! full barrier is a fence that is sequentially consistent.

pub mod mm;

pub mod prelude {
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
}

pub mod sync {
    pub use std::sync::Arc;

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

        orders! {
            Acquire: Acquire, Relaxed;
            Full: SeqCst, SeqCst;
            Relaxed: Relaxed, Relaxed;
            Release: Relaxed, Release;
        }
    }
}
