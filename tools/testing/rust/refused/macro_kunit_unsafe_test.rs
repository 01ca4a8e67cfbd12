// SPDX-License-Identifier: GPL-2.0

//! needs: CONFIG_KUNIT=y
//! refused: error[E0133]: call to unsafe function

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::prelude::*;

extern "C" {
    fn emergency_restart();
}

#[kunit_tests(rust_refused)]
mod tests {
    use super::emergency_restart as test;

    // The macro does not see that the function is disabled.
    #[cfg_attr(all(), cfg(any()))]
    #[test]
    fn test() {}
}
