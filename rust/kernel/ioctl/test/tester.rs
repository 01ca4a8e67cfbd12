// SPDX-License-Identifier: GPL-2.0

//! The implementation of the tests of a table.

use super::{
    super::{
        table::{
            self,
            CommandDesc,
            Decoded,
            Direction,
            IoctlTable,
            Size, //
        },
        _IOC_SIZE, //
    },
    file::TestFile,
    given::{
        Given,
        Outcome, //
    },
};
use crate::{
    fmt,
    miscdevice::{
        MiscDevice,
        MiscDeviceOptions, //
    },
    prelude::*,
    types::ForeignOwnable,
    uaccess::test_memory::UserMemory, //
};
use core::marker::PhantomData;

/// The kind of process that calls a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// A process with the word size of the kernel.
    Native,
    /// A 32-bit process on a 64-bit kernel.
    Compat,
}

/// Runs a test as a native process and as a 32-bit process, each with its own device.
pub fn as_each_process<T: MiscDevice>(
    tester: fn(Process) -> Result<Tester<T>>,
    test: fn(&Tester<T>) -> Result,
) -> Result {
    test(&tester(Process::Native)?)?;
    test(&tester(Process::Compat)?)
}

/// An open file of a device, and user memory.
///
/// The file has the operations that [`MiscDeviceRegistration`] registers.
///
/// [`MiscDeviceRegistration`]: crate::miscdevice::MiscDeviceRegistration
pub struct Tester<T> {
    file: TestFile,
    user: UserMemory,
    process: Process,
    given: KVec<Given>,
    /// Makes `Self` invariant over `T`, because the files of a subtype or supertype have other
    /// private data.
    _device: PhantomData<fn(T) -> T>,
}

/// Returns `cmd` with another direction.
const fn with_direction(cmd: u32, direction: u32) -> u32 {
    let mask = uapi::_IOC_DIRMASK << uapi::_IOC_DIRSHIFT;
    (cmd & !mask) | (direction << uapi::_IOC_DIRSHIFT)
}

const fn with_nr(cmd: u32, nr: u32) -> u32 {
    let mask = uapi::_IOC_NRMASK << uapi::_IOC_NRSHIFT;
    (cmd & !mask) | (nr << uapi::_IOC_NRSHIFT)
}

const fn with_size(cmd: u32, size: usize) -> u32 {
    table::without_size(cmd) | ((size as u32) << uapi::_IOC_SIZESHIFT)
}

/// Returns the argument size that the tests choose by default.
fn default_size(command: &CommandDesc) -> usize {
    match command.size {
        Size::Multiple(element) => element,
        _ => _IOC_SIZE(command.number),
    }
}

const MAX_SIZE: usize = uapi::_IOC_SIZEMASK as usize;

/// A byte that handlers are unlikely to write.
const UNLIKELY: u8 = 0xa5;

impl<T> Tester<T>
where
    T: MiscDevice + for<'a> IoctlTable<Device<'a> = <T::Ptr as ForeignOwnable>::Borrowed<'a>>,
{
    /// Opens a file of `device` for calls by `process`.
    ///
    /// # Errors
    ///
    /// - [`ESRCH`]: the calling thread does not run a test.
    /// - [`ENOTTY`]: the device has not connected its table.
    pub fn new(device: T::Ptr, process: Process) -> Result<Self> {
        let user = UserMemory::new()?;

        if !T::IOCTLS.is_table() {
            pr_err!("expected `MiscIoctls::TABLE` in `const IOCTLS`, found no table: set it\n");
            return Err(ENOTTY);
        }
        let operations = MiscDeviceOptions { name: c"test" }.into_raw::<T>().fops;
        let private = device.into_foreign();

        // SAFETY: `operations` is a constant that expects private data of this type, and the compat
        // entry belongs to the same device. The task has the user memory of `user`.
        let file = unsafe { TestFile::new(operations, private, T::IOCTLS.compat_entry()) };
        let file = file.inspect_err(|_| {
            // SAFETY: `into_foreign()` returned `private`, and no file owns it after the failure.
            drop(unsafe { T::Ptr::from_foreign(private) });
        })?;

        Ok(Self {
            file,
            user,
            process,
            given: KVec::new(),
            _device: PhantomData,
        })
    }

    /// Sets the argument for `cmd` and the expected outcome. An empty argument means zeros.
    pub fn give<A: IntoBytes + Immutable>(
        &mut self,
        cmd: u32,
        argument: &A,
        outcome: Outcome,
    ) -> Result {
        let given = Given::new(cmd, argument.as_bytes(), outcome)?;

        self.given.push(given, GFP_KERNEL)?;
        Ok(())
    }

    /// Returns the commands of the process. A 32-bit process can also use all native numbers.
    fn commands(&self) -> impl Iterator<Item = &'static CommandDesc> {
        let compat = match self.process {
            Process::Native => &[],
            Process::Compat => T::COMPAT_COMMANDS,
        };
        [compat, T::COMMANDS].into_iter().flatten()
    }

    /// Returns the line that the caller gives for the command, if there is one.
    fn given(&self, command: &CommandDesc) -> Option<&Given> {
        self.given.iter().find(|given| command.has(given.cmd))
    }

    /// Returns the errno that the caller expects of the command.
    fn errno(&self, command: &CommandDesc) -> Option<Error> {
        match self.given(command)?.outcome {
            Outcome::Errno(errno) => Some(errno),
            Outcome::Success | Outcome::Skip => None,
        }
    }

    /// Returns the errno that the handler may return before it copies the argument itself.
    fn errno_before_copy(&self, command: &CommandDesc) -> Option<Error> {
        self.errno(command).filter(|_| command.deferred)
    }

    fn is_skipped(&self, command: &CommandDesc) -> bool {
        self.given(command)
            .is_some_and(|given| matches!(given.outcome, Outcome::Skip))
    }

    /// Returns each command number that is not skipped, with a valid size of its argument.
    fn numbers(&self) -> Result<KVec<(&'static CommandDesc, u32, usize)>> {
        let mut numbers = KVec::new();

        for command in self.commands() {
            if self.is_skipped(command) {
                continue;
            }
            let size = default_size(command);
            let first = with_size(command.number, size);
            for cmd in first..first + command.count as u32 {
                numbers.push((command, cmd, size), GFP_KERNEL)?;
            }
        }
        Ok(numbers)
    }

    /// Returns the command numbers whose argument is an address.
    fn with_address(&self) -> Result<KVec<(&'static CommandDesc, u32, usize)>> {
        let mut numbers = self.numbers()?;

        numbers.retain(|(command, _, size)| {
            !matches!(command.direction, Direction::None | Direction::ByValue) && *size > 0
        });
        Ok(numbers)
    }

    fn decoded(cmd: u32) -> Decoded<'static> {
        Decoded::new(T::COMPAT_COMMANDS, cmd).or(T::COMMANDS)
    }

    fn is_known(&self, cmd: u32) -> bool {
        self.commands().any(|command| command.has(cmd))
    }

    /// Logs the reason, and fails the test.
    fn fail<R>(&self, cmd: u32, why: fmt::Arguments<'_>) -> Result<R> {
        let cmd = Self::decoded(cmd);
        pr_err!("{cmd} ({:?}): {why}\n", self.process);
        Err(EINVAL)
    }

    /// Returns the result of the command.
    pub(super) fn call(&self, cmd: u32, arg: usize) -> c_long {
        self.file.ioctl(self.process, cmd, arg)
    }

    /// Calls the command with a value, or with an argument at the end of the mapped memory.
    fn call_command(&self, command: &CommandDesc, cmd: u32, bytes: &[u8]) -> Result<c_long> {
        if command.direction == Direction::ByValue {
            let mut value = [0; size_of::<u32>()];
            for (byte, given) in value.iter_mut().zip(bytes) {
                *byte = *given;
            }
            return Ok(self.call(cmd, u32::from_ne_bytes(value) as usize));
        }
        Ok(self.call(cmd, self.place(bytes)?))
    }

    /// Calls the command with an argument of these bytes.
    pub(super) fn call_with(&self, cmd: u32, bytes: &[u8]) -> Result<c_long> {
        Ok(self.call(cmd, self.place(bytes)?))
    }

    /// Copies the bytes to memory separate from the argument, and returns their address.
    pub(super) fn mapped(&self, bytes: &[u8]) -> Result<usize> {
        self.user.set(0, bytes)?;
        Ok(self.user.at(0).as_const_ptr() as usize)
    }

    /// Returns the current contents of an argument of `size` bytes.
    fn after(&self, size: usize) -> Result<UVec<u8>> {
        self.user
            .reader(UserMemory::END - size, size)
            .read_vec(size, size, GFP_KERNEL)
    }

    /// Copies an argument to the end of the mapped memory, and returns its address.
    fn place(&self, bytes: &[u8]) -> Result<usize> {
        let offset = UserMemory::END - bytes.len();
        self.user.set(offset, bytes)?;
        Ok(self.user.at(offset).as_const_ptr() as usize)
    }

    /// Returns an argument for the command, truncated or zero-padded to `size` bytes.
    fn argument(&self, command: &CommandDesc, size: usize) -> Result<KVec<u8>> {
        let mut bytes = KVec::from_elem(0, size.min(UserMemory::END), GFP_KERNEL)?;

        if let Some(given) = self.given(command) {
            for (byte, given) in bytes.iter_mut().zip(given.argument.iter()) {
                *byte = *given;
            }
        }
        Ok(bytes)
    }

    /// Returns an argument, and checks that a correct call with it does not fail with `error`.
    /// Omits the check if the caller expects `error`.
    ///
    /// If a correct call failed with `error`, a test that expects `error` would prove nothing.
    fn argument_without(&self, command: &CommandDesc, cmd: u32, error: Error) -> Result<KVec<u8>> {
        let bytes = self.argument(command, _IOC_SIZE(cmd))?;

        if self.errno(command) == Some(error) {
            return Ok(bytes);
        }
        if self.call_command(command, cmd, &bytes)? == error.to_errno() as c_long {
            return self.fail(
                cmd,
                fmt!(
                    "{error:?} is also the result for this argument: give the tests a valid \
                     argument, or this errno"
                ),
            );
        }
        Ok(bytes)
    }

    /// Returns `true` if `cmd` writes to an argument at a valid address.
    fn writes(&self, command: &CommandDesc, cmd: u32, size: usize) -> Result<bool> {
        let bytes = match command.direction {
            Direction::Out => KVec::from_elem(UNLIKELY, size, GFP_KERNEL)?,
            _ => self.argument(command, size)?,
        };
        if self.call_command(command, cmd, &bytes)? < 0 {
            return Ok(false);
        }
        Ok(match command.direction {
            Direction::In => false,
            Direction::InOut => true,
            _ => self.after(size)?.iter().any(|byte| *byte != UNLIKELY),
        })
    }

    /// Checks that `cmd` rejects the argument `bytes`, and leaves it unchanged.
    fn refused(&self, cmd: u32, bytes: &[u8], wanted: Error) -> Result {
        let got = self.call(cmd, self.place(bytes)?);

        if got != wanted.to_errno() as c_long {
            return self.fail(cmd, fmt!("expected {wanted:?}, found {got}"));
        }
        if self.after(bytes.len())?[..] != *bytes {
            return self.fail(
                cmd,
                fmt!("{wanted:?}, but the command has changed the argument"),
            );
        }
        Ok(())
    }

    /// Checks that each argument of the caller has its expected outcome.
    pub fn given_outcomes_occur(&self) -> Result {
        for given in self.given.iter() {
            // Only 32-bit processes have this command.
            let Some(command) = self.commands().find(|command| command.has(given.cmd)) else {
                continue;
            };
            let zeros = self.argument(command, default_size(command))?;
            let bytes = if given.argument.is_empty() {
                &zeros
            } else {
                &given.argument
            };
            let cmd = match command.size {
                Size::Exact => given.cmd,
                _ => with_size(given.cmd, bytes.len()),
            };
            let got = || self.call_command(command, cmd, bytes);

            match given.outcome {
                Outcome::Skip => pr_info!("{} is skipped\n", Self::decoded(cmd)),
                Outcome::Success => {
                    let got = got()?;
                    if got < 0 {
                        return self.fail(
                            cmd,
                            fmt!("expected success, found {got}: give a valid argument"),
                        );
                    }
                }
                Outcome::Errno(wanted) => {
                    let got = got()?;
                    if got != wanted.to_errno() as c_long {
                        return self.fail(
                            cmd,
                            fmt!("expected {wanted:?}, found {got}: correct the errno"),
                        );
                    }
                }
            }
        }
        Ok(())
    }

    /// Checks that the table rejects all other numbers, directions and types.
    pub fn unknown_numbers_are_refused(&self) -> Result {
        for (command, cmd, size) in self.numbers()? {
            let argument = self.argument(command, size)?;
            let refuse = |other| {
                if self.is_known(other) {
                    Ok(())
                } else {
                    self.refused(other, &argument, ENOTTY)
                }
            };

            for nr in 0..=uapi::_IOC_NRMASK {
                refuse(with_nr(cmd, nr))?;
            }
            for direction in 0..=uapi::_IOC_DIRMASK {
                refuse(with_direction(cmd, direction))?;
            }
            for bit in 0..uapi::_IOC_TYPEBITS {
                refuse(cmd ^ (1 << (uapi::_IOC_TYPESHIFT + bit)))?;
            }
        }
        Ok(())
    }

    /// Checks that the table rejects all other sizes.
    pub fn other_sizes_are_refused(&self) -> Result {
        for (command, cmd, size) in self.numbers()? {
            match command.size {
                Size::Exact => {
                    for other in [0, 1, size.wrapping_sub(1), size + 1, 2 * size, MAX_SIZE] {
                        let size = other.min(MAX_SIZE);
                        let other = with_size(cmd, size);
                        if !self.is_known(other) {
                            self.refused(other, &self.argument(command, size)?, ENOTTY)?;
                        }
                    }
                }
                Size::Minimum(min) => {
                    self.argument_without(command, cmd, EINVAL)?;
                    for size in 0..min {
                        let argument = self.argument(command, size)?;
                        self.refused(with_size(cmd, size), &argument, EINVAL)?;
                    }
                }
                Size::Multiple(element) => {
                    self.argument_without(command, cmd, EINVAL)?;
                    for size in (1..4 * element).filter(|size| size.checked_rem(element) != Some(0))
                    {
                        let argument = self.argument(command, size)?;
                        self.refused(with_size(cmd, size), &argument, EINVAL)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Checks that the table rejects each reserved bit.
    pub fn reserved_bits_are_checked(&self) -> Result {
        for (command, cmd, _) in self.numbers()? {
            // The bits are checked only if the handler copies the argument.
            if self.errno_before_copy(command).is_some() {
                if !command.reserved.is_empty() {
                    pr_info!(
                        "{}: its reserved bits are not checked\n",
                        Self::decoded(cmd)
                    );
                }
                continue;
            }
            for bits in command.reserved {
                let argument = self.argument_without(command, cmd, EINVAL)?;

                for bit in 0..8 * bits.size {
                    if bits.size <= 8 && (bits.mask >> bit) & 1 == 0 {
                        continue;
                    }
                    let byte = if bits.size <= 8 && cfg!(target_endian = "big") {
                        bits.size - 1 - bit / 8
                    } else {
                        bit / 8
                    };
                    let mut bytes = KVec::new();
                    bytes.extend_from_slice(&argument, GFP_KERNEL)?;
                    bytes[bits.offset + byte] |= 1 << (bit % 8);
                    self.refused(cmd, &bytes, EINVAL)?;
                }
            }
        }
        Ok(())
    }

    /// Checks that the tail of a newer version is accepted if it is zero, and rejected otherwise.
    pub fn tails_of_newer_versions_are_checked(&self) -> Result {
        for (command, cmd, size) in self.numbers()? {
            if !matches!(command.size, Size::Minimum(_)) {
                continue;
            }
            let bytes = self.argument_without(command, cmd, E2BIG)?;
            let wanted = self.call_command(command, cmd, &bytes)?.min(0);

            for more in [1, 8, 64] {
                let newer = with_size(cmd, size + more);
                let tail = if command.direction == Direction::Out {
                    UNLIKELY
                } else {
                    0
                };
                let mut bytes = self.argument(command, size)?;
                bytes.resize(size + more, tail, GFP_KERNEL)?;

                let got = self.call_command(command, newer, &bytes)?.min(0);
                if got != wanted {
                    return self.fail(
                        newer,
                        fmt!("expected {wanted}, found {got}, with a tail of zeros"),
                    );
                }
                if got == 0
                    && self.after(size + more)?[size..]
                        .iter()
                        .any(|byte| *byte != 0)
                {
                    return self.fail(newer, fmt!("the command returned a tail that is not zero"));
                }
                if command.direction == Direction::Out {
                    continue;
                }
                for at in size..size + more {
                    bytes[at] = 1;
                    self.refused(newer, &bytes, E2BIG)?;
                    bytes[at] = 0;
                }
            }
        }
        Ok(())
    }

    /// Checks that a command fails if its argument is not mapped completely.
    pub fn bad_addresses_are_refused(&self) -> Result {
        for (command, cmd, size) in self.with_address()? {
            // The handler may omit the reply.
            if command.direction == Direction::Out && !self.writes(command, cmd, size)? {
                continue;
            }

            let errno = self.errno_before_copy(command);
            let refuse = |addr| {
                let got = self.call(cmd, addr);
                let is_own = errno.is_some_and(|errno| got == errno.to_errno() as c_long);
                if got == EFAULT.to_errno() as c_long || is_own {
                    Ok(())
                } else {
                    self.fail(cmd, fmt!("expected EFAULT, found {got}, at {addr:#x}"))
                }
            };

            for addr in self.user.bad() {
                refuse(addr.as_const_ptr() as usize)?;
            }
            for missing in (1..size).step_by(size / 8 + 1) {
                let addr = self.place(&self.argument(command, size)?)?;
                refuse(addr + missing)?;
            }
        }
        Ok(())
    }

    /// Checks that a successful command fails if its reply cannot be written.
    pub fn replies_that_cannot_be_written_are_refused(&self) -> Result {
        for (command, cmd, size) in self.with_address()? {
            if self.writes(command, cmd, size)? {
                let bytes = self.argument(command, size)?;
                let got = self.call(cmd, self.user.read_only_copy(&bytes)?);

                if got != EFAULT.to_errno() as c_long {
                    return self.fail(
                        cmd,
                        fmt!("expected EFAULT, found {got}, with an argument in read-only memory"),
                    );
                }
            }
        }
        Ok(())
    }

    /// Checks that a failed command writes nothing, and that a command without an output never
    /// writes.
    pub fn failures_write_nothing(&self) -> Result {
        for (command, cmd, size) in self.with_address()? {
            let mut argument = self.argument(command, size)?;

            for fill in [None, Some(0), Some(1), Some(UNLIKELY), Some(0xff)] {
                if let Some(fill) = fill {
                    argument.fill(fill);
                }
                let got = self.call_command(command, cmd, &argument)?;
                let may_write =
                    command.direction != Direction::In && (got >= 0 || command.copy_back_on_error);

                if !may_write && self.after(size)?[..] != argument[..] {
                    return self.fail(cmd, fmt!("{got}, but the command has changed the argument"));
                }
            }
        }
        Ok(())
    }
}
