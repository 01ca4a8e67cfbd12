// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_KUNIT=y
//! refused: expected `*mut TestCases<_>`, found `*mut [kunit_case; 2]`

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::{
    bindings,
    kunit::kunit_case, //
};

extern "C" {
    fn kfree(test: *mut bindings::kunit);
}

/// KUnit frees the test that runs.
static mut CASES: [bindings::kunit_case; 2] = [kunit_case(c"free", kfree), pin_init::zeroed()];

kernel::kunit_unsafe_test_suite!(rust_refused, CASES);
