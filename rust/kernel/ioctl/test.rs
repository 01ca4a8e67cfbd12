// SPDX-License-Identifier: GPL-2.0

//! KUnit tests that are derived from a table of commands: [`ioctl_tests!`](crate::ioctl_tests).
//!
//! The declaration of a table specifies the calls that the table rejects. The tests make such calls
//! through the file operations that the device registers, with memory that is mapped as in a
//! process.

#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
mod device;
#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
mod file;
#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
mod tester;

#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
pub use self::tester::{
    as_each_process,
    Process,
    Tester, //
};

/// Defines KUnit tests for the commands of a misc device.
///
/// The tests form a suite of the given name. Each test opens its own device, which the given
/// expression creates. The expression has the `Result` type that [`MiscDevice::open`] returns. For
/// each command of the table, the tests make the calls below. They check the errno, and that user
/// memory is unchanged after a failure:
///
/// - all other numbers of the same type, and the same number with another direction, type or size
///   ([`ENOTTY`]);
/// - sizes that a command of several sizes does not accept ([`EINVAL`]);
/// - arguments with a reserved bit set ([`EINVAL`]);
/// - newer versions with a tail that is not zero ([`E2BIG`]), and with a tail of zeros, which must
///   be accepted;
/// - the address 0, a kernel address, and arguments that are not mapped completely ([`EFAULT`]);
/// - replies that cannot be written ([`EFAULT`]);
/// - arguments with all bytes equal, which the handler may reject with any errno.
///
/// Each test runs as a native process and as a 32-bit process, because a table may have separate
/// commands for 32-bit processes.
///
/// The table does not specify which arguments a handler accepts. The tests use zeroed arguments, or
/// the valid arguments that the caller gives, which must succeed. If a handler rejects zeros with
/// the errno that a test expects, the test fails until the caller gives a valid argument.
///
/// The tests are built if `CONFIG_RUST_IOCTL_KUNIT_TEST` is enabled.
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
                    as_each_process,
                    Process,
                    Tester, //
                };

                #[allow(clippy::unnecessary_cast)]
                fn tester(process: Process) -> $crate::error::Result<Tester<$device>> {
                    #[allow(unused_mut)]
                    let mut tester = Tester::<$device>::new($new?, process)?;
                    $($(
                        tester.set_valid($cmd as u32, &$argument)?;
                    )*)?
                    Ok(tester)
                }

                #[test]
                fn valid_arguments_are_taken() -> $crate::error::Result {
                    as_each_process(tester, Tester::valid_arguments_are_taken)
                }

                #[test]
                fn unknown_numbers_are_refused() -> $crate::error::Result {
                    as_each_process(tester, Tester::unknown_numbers_are_refused)
                }

                #[test]
                fn other_sizes_are_refused() -> $crate::error::Result {
                    as_each_process(tester, Tester::other_sizes_are_refused)
                }

                #[test]
                fn reserved_bits_are_checked() -> $crate::error::Result {
                    as_each_process(tester, Tester::reserved_bits_are_checked)
                }

                #[test]
                fn tails_of_newer_versions_are_checked() -> $crate::error::Result {
                    as_each_process(tester, Tester::tails_of_newer_versions_are_checked)
                }

                #[test]
                fn bad_addresses_are_refused() -> $crate::error::Result {
                    as_each_process(tester, Tester::bad_addresses_are_refused)
                }

                #[test]
                fn replies_that_cannot_be_written_are_refused() -> $crate::error::Result {
                    as_each_process(tester, Tester::replies_that_cannot_be_written_are_refused)
                }

                #[test]
                fn failures_write_nothing() -> $crate::error::Result {
                    as_each_process(tester, Tester::failures_write_nothing)
                }
            }
        };
    };
}
