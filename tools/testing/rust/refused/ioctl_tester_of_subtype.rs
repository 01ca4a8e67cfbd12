// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_RUST_IOCTL_KUNIT_TEST=y
//!
//! refused: error[E0308]: mismatched types
//! refused: found struct `Tester<Device<for<'a> fn(&'a _)>>`
//! refused: expected struct `Tester<Device<for<'a> fn(&'a _)>>`

// Two types differ only in a lifetime, and one is a subtype of the other. A tester of one type
// would call its table with the private data of the other type's files.

use core::marker::PhantomData;
use kernel::ioctl::test::Tester;

struct Device<F>(PhantomData<F>);

fn to_supertype(tester: Tester<Device<for<'a> fn(&'a u8)>>) -> Tester<Device<fn(&'static u8)>> {
    tester
}

fn to_subtype(tester: Tester<Device<fn(&'static u8)>>) -> Tester<Device<for<'a> fn(&'a u8)>> {
    tester
}
