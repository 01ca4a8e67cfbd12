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
mod given;
#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
mod tester;

#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
pub use self::{
    given::{
        check_given,
        Outcome, //
    },
    tester::{
        as_each_process,
        Process,
        Tester, //
    },
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
/// # Commands
///
/// The table does not specify the valid arguments of a handler. By default, the tests use zeroed
/// arguments, and a handler may reject them with any errno that no test expects. A line for a
/// command changes this:
///
/// | line | tests of the command |
/// |---|---|
/// | `NAME: ARGUMENT` | use this argument: the handler must succeed |
/// | `NAME: ARGUMENT => ERRNO` | use this argument: the handler must fail with `ERRNO` |
/// | `NAME => ERRNO` | use zeros: the handler must fail with `ERRNO` |
/// | `NAME: skip` | do not run, and log that the command is skipped |
///
/// `NAME` is the constant of the command. The `compat` name of a command is a separate command with
/// its own line. The expression `ARGUMENT` has the type of the argument in the table.
/// Skip a command that must not run in a test, such as one that waits for another process.
///
/// A handler with a `deferred` argument may fail with `ERRNO` before it copies the argument. The
/// tests therefore accept `ERRNO` for a bad address. They skip the reserved bits of such an
/// argument, and log this. If a check in the list above also expects `ERRNO`, the tests cannot
/// distinguish the two errors.
///
/// A line for a constant that is not in the table does not compile, and neither does a second line
/// for a command.
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
/// ```
/// # mod example {
/// # use kernel::{ioctl::*, miscdevice::*, prelude::*};
/// # #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
/// # #[repr(C)]
/// # struct Range { start: u64, length: u64 }
/// # const FOO_SET: u32 = _IOW::<Range>('|' as u32, 0x80);
/// # const FOO_START: u32 = _IO('|' as u32, 0x81);
/// # const FOO_WAIT: u32 = _IO('|' as u32, 0x82);
/// # struct Foo;
/// ioctls! {
///     misc Foo {
///         FOO_SET: in Range => set,
///         FOO_START: none => start,
///         FOO_WAIT: none => wait,
///     }
/// }
///
/// impl Foo {
///     fn set(&self, range: &Range) -> Result {
///         range.start.checked_add(range.length).ok_or(EOVERFLOW)?;
///         Ok(())
///     }
///
///     /// Fails, because no test machine has this device.
///     fn start(&self) -> Result {
///         Err(ENODEV)
///     }
///
/// #   fn wait(&self) -> Result { Ok(()) }
/// #   fn new() -> Result<KBox<Self>> { Ok(KBox::new(Self, GFP_KERNEL)?) }
///     // ...
/// }
/// # #[vtable]
/// # impl MiscDevice for Foo {
/// #     type Ptr = KBox<Self>;
/// #     const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;
/// #     fn open(
/// #         _file: &UncountedFile,
/// #         _misc: &MiscDeviceRegistration<Self>,
/// #     ) -> Result<Self::Ptr> {
/// #         Self::new()
/// #     }
/// # }
///
/// kernel::ioctl_tests! {
///     rust_ioctl_example: Foo = Foo::new();
///     FOO_SET: Range { start: 1, length: 1 },
///     FOO_START => ENODEV,
///     FOO_WAIT: skip,
/// }
/// # }
/// ```
#[macro_export]
macro_rules! ioctl_tests {
    ($suite:ident: $device:ty = $new:expr $(; $($lines:tt)*)?) => {
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

                $crate::ioctl_tester! {
                    { tester: Tester<$device> = $new }
                    $($($lines)*)?
                }

                #[test]
                fn given_outcomes_occur() -> $crate::error::Result {
                    as_each_process(tester, Tester::given_outcomes_occur)
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

/// Defines the function that creates the tester of [`ioctl_tests!`], from the lines for commands.
#[doc(hidden)]
#[macro_export]
macro_rules! ioctl_tester {
    ({
        $tester:ident: Tester<$device:ty> = $new:expr
        $(, $cmd:path, $argument:expr, $outcome:expr)*
    }) => {
        #[allow(clippy::unnecessary_cast)]
        const _: () = $crate::ioctl::test::check_given(
            <$device as $crate::ioctl::IoctlTable>::COMMANDS,
            <$device as $crate::ioctl::IoctlTable>::COMPAT_COMMANDS,
            &[$(($cmd as u32, ::core::stringify!($cmd))),*],
        );

        #[allow(clippy::unnecessary_cast)]
        fn $tester(process: Process) -> $crate::error::Result<Tester<$device>> {
            #[allow(unused_mut)]
            let mut tester = Tester::<$device>::new($new?, process)?;
            $(tester.give($cmd as u32, $argument, $outcome)?;)*
            Ok(tester)
        }
    };
    ({ $($done:tt)* } $cmd:path: skip $(, $($rest:tt)*)?) => {
        $crate::ioctl_tester! {
            { $($done)*, $cmd, &(), $crate::ioctl::test::Outcome::Skip }
            $($($rest)*)?
        }
    };
    ({ $($done:tt)* } $cmd:path => $errno:expr $(, $($rest:tt)*)?) => {
        $crate::ioctl_tester! {
            { $($done)*, $cmd, &(), $crate::ioctl::test::Outcome::Errno($errno) }
            $($($rest)*)?
        }
    };
    ({ $($done:tt)* } $cmd:path: $argument:expr => $errno:expr $(, $($rest:tt)*)?) => {
        $crate::ioctl_tester! {
            { $($done)*, $cmd, &$argument, $crate::ioctl::test::Outcome::Errno($errno) }
            $($($rest)*)?
        }
    };
    ({ $($done:tt)* } $cmd:path: $argument:expr $(, $($rest:tt)*)?) => {
        $crate::ioctl_tester! {
            { $($done)*, $cmd, &$argument, $crate::ioctl::test::Outcome::Success }
            $($($rest)*)?
        }
    };
}
