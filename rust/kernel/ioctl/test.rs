// SPDX-License-Identifier: GPL-2.0

//! Tests that a table of commands writes itself: [`ioctl_tests!`](crate::ioctl_tests).
//!
//! What a table refuses follows from its declaration, so that the tests do, too. They call the file
//! operations that the device registers, with memory that is mapped as a process has it.

#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
mod device;
#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
mod file;
#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
mod tester;

#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
pub use self::tester::{
    as_each_program,
    Program,
    Tester, //
};

/// Writes KUnit tests for the commands of a misc device.
///
/// They are a suite of the given name. Each calls a device of its own, which the expression
/// makes: the `Result` of what [`MiscDevice::open`] returns. For each command of the table they
/// test what is refused, with which errno, and that user memory is then as it was:
///
/// - the other numbers of its type, and the same number with another direction, type or size
///   ([`ENOTTY`]), or with a size that a command of several sizes does not take ([`EINVAL`]);
/// - each bit that must be zero ([`EINVAL`]), and a newer version with a tail that is not zero
///   ([`E2BIG`]); one with a tail of zeros is taken;
/// - an argument that is not mapped, or not all of it, the address 0, and one of the kernel
///   ([`EFAULT`]);
/// - a reply that cannot be written ([`EFAULT`]);
/// - arguments that the handler may refuse, with any errno.
///
/// All of it is done as a 32-bit program, too, of which the table may have commands of its own.
///
/// What a handler takes is not known from the table. Arguments of which all bytes are 0 are tried,
/// unless valid ones are given, which must then succeed. If a handler refuses zeros with the errno
/// that a test waits for, the test fails until a valid argument is given.
///
/// The tests are there with `CONFIG_RUST_IOCTL_KUNIT_TEST`.
///
/// [`MiscDevice::open`]: crate::miscdevice::MiscDevice::open
/// [`E2BIG`]: crate::error::code::E2BIG
/// [`EFAULT`]: crate::error::code::EFAULT
/// [`EINVAL`]: crate::error::code::EINVAL
/// [`ENOTTY`]: crate::error::code::ENOTTY
///
/// # Examples
///
/// ```ignore
/// kernel::ioctl_tests! {
///     rust_range: RangeDevice = RangeDevice::new();
///     RUST_RANGE_SET: rust_range { start: 1, length: 1, flags: 0, reserved: 0 },
/// }
/// ```
#[macro_export]
macro_rules! ioctl_tests {
    (
        $suite:ident: $device:ty = $new:expr
        $(; $($cmd:path: $argument:expr),* $(,)?)?
    ) => {
        const _: () = {
            #[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
            #[$crate::macros::kunit_tests($suite)]
            mod ioctl_tests {
                use super::*;
                use $crate::ioctl::test::{
                    as_each_program,
                    Program,
                    Tester, //
                };

                #[allow(clippy::unnecessary_cast)]
                fn tester(program: Program) -> $crate::error::Result<Tester<$device>> {
                    #[allow(unused_mut)]
                    let mut tester = Tester::<$device>::new($new?, program)?;
                    $($(
                        tester.set_valid($cmd as u32, &$argument)?;
                    )*)?
                    Ok(tester)
                }

                #[test]
                fn valid_arguments_are_taken() -> $crate::error::Result {
                    as_each_program(tester, Tester::valid_arguments_are_taken)
                }

                #[test]
                fn unknown_numbers_are_refused() -> $crate::error::Result {
                    as_each_program(tester, Tester::unknown_numbers_are_refused)
                }

                #[test]
                fn other_sizes_are_refused() -> $crate::error::Result {
                    as_each_program(tester, Tester::other_sizes_are_refused)
                }

                #[test]
                fn what_must_be_zero_is_checked() -> $crate::error::Result {
                    as_each_program(tester, Tester::what_must_be_zero_is_checked)
                }

                #[test]
                fn tails_of_newer_versions_are_checked() -> $crate::error::Result {
                    as_each_program(tester, Tester::tails_of_newer_versions_are_checked)
                }

                #[test]
                fn bad_addresses_are_refused() -> $crate::error::Result {
                    as_each_program(tester, Tester::bad_addresses_are_refused)
                }

                #[test]
                fn replies_that_cannot_be_written_are_refused() -> $crate::error::Result {
                    as_each_program(tester, Tester::replies_that_cannot_be_written_are_refused)
                }

                #[test]
                fn failures_write_nothing() -> $crate::error::Result {
                    as_each_program(tester, Tester::failures_write_nothing)
                }
            }
        };
    };
}
