// SPDX-License-Identifier: GPL-2.0

//! What the tests of a table do.

use super::super::{
    table::{
        self,
        Argument,
        Command,
        Decoded,
        Size,
        Table, //
    },
    _IOC_SIZE, //
};
use crate::{
    bindings,
    error::from_err_ptr,
    ffi::c_void,
    fs::File,
    miscdevice::MiscDevice,
    prelude::*,
    types::ForeignOwnable,
    uaccess::test_memory::UserMemory, //
};
use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// A device, a file, and user memory.
///
/// # Invariants
///
/// `device` is what `T::Ptr::into_foreign()` has returned. `file` is a reference to a file.
pub struct Tester<T: MiscDevice> {
    device: *mut c_void,
    file: NonNull<bindings::file>,
    user: UserMemory,
    valid: KVec<(u32, KVec<u8>)>,
    _device: PhantomData<T>,
}

impl<T: MiscDevice> Drop for Tester<T> {
    fn drop(&mut self) {
        // SAFETY: By the type's invariants, and nothing uses either from here on.
        unsafe {
            drop(T::Ptr::from_foreign(self.device));
            bindings::fput(self.file.as_ptr());
        }
    }
}

/// A number that says another direction, or size.
const fn with_direction(cmd: u32, direction: u32) -> u32 {
    let mask = uapi::_IOC_DIRMASK << uapi::_IOC_DIRSHIFT;
    (cmd & !mask) | (direction << uapi::_IOC_DIRSHIFT)
}

const fn with_size(cmd: u32, size: usize) -> u32 {
    table::without_size(cmd) | ((size as u32) << uapi::_IOC_SIZESHIFT)
}

const MAX_SIZE: usize = uapi::_IOC_SIZEMASK as usize;

impl<T> Tester<T>
where
    T: MiscDevice + for<'a> Table<Device<'a> = <T::Ptr as ForeignOwnable>::Borrowed<'a>>,
{
    /// A test of `device`.
    pub fn new(device: T::Ptr) -> Result<Self> {
        let user = UserMemory::new()?;

        // A file that is there before anything is mounted. What the handlers know of it is how it
        // was opened.
        // SAFETY: The name is a string. There are no restrictions otherwise.
        let file = from_err_ptr(unsafe {
            bindings::filp_open(
                crate::str::as_char_ptr_in_const_context(c"/"),
                bindings::O_RDONLY as c_int,
                0,
            )
        })?;

        // INVARIANT: It is.
        Ok(Self {
            device: device.into_foreign(),
            file: NonNull::new(file).ok_or(ENOENT)?,
            user,
            valid: KVec::new(),
            _device: PhantomData,
        })
    }

    /// Gives an argument that the handler of `cmd` takes.
    pub fn set_valid<A: IntoBytes + Immutable>(&mut self, cmd: u32, argument: &A) -> Result {
        let mut bytes = KVec::new();
        bytes.extend_from_slice(argument.as_bytes(), GFP_KERNEL)?;
        self.valid.push((cmd, bytes), GFP_KERNEL)?;
        Ok(())
    }

    fn call(&self, cmd: u32, addr: usize) -> c_long {
        // SAFETY: By the type's invariants, it is what `into_foreign()` has returned, and the file
        // is one. No `fdget_pos` region is active.
        let (device, file) = unsafe {
            (
                T::Ptr::borrow(self.device),
                File::from_raw_file(self.file.as_ptr()),
            )
        };
        T::call(device, cmd, addr, file)
    }

    fn is_known(cmd: u32) -> bool {
        Decoded::new(T::COMMANDS, cmd).command().is_some()
    }

    /// An argument for `cmd` of the size that it says.
    fn argument(&self, cmd: u32) -> Result<KVec<u8>> {
        let mut bytes = KVec::from_elem(0, _IOC_SIZE(cmd).min(UserMemory::END), GFP_KERNEL)?;
        let valid = self.valid.iter().find(|(valid, _)| *valid == cmd);

        if let Some((_, valid)) = valid {
            for (byte, valid) in bytes.iter_mut().zip(valid.iter()) {
                *byte = *valid;
            }
        }
        Ok(bytes)
    }

    /// Whether `cmd` writes to its argument if that is at a good address.
    fn writes(&self, cmd: u32, size: usize) -> Result<bool> {
        const UNLIKELY: u8 = 0xa5;
        let offset = UserMemory::END - size;
        let addr = self.place(&KVec::from_elem(UNLIKELY, size, GFP_KERNEL)?)?;

        if self.call(cmd, addr) < 0 {
            return Ok(false);
        }
        let after: KVec<u8> = self
            .user
            .reader(offset, size)
            .read_vec(size, size, GFP_KERNEL)?;
        Ok(after.iter().any(|byte| *byte != UNLIKELY))
    }

    /// The argument at the end of what is mapped.
    fn place(&self, bytes: &[u8]) -> Result<usize> {
        let offset = UserMemory::END - bytes.len();
        self.user.set(offset, bytes)?;
        Ok(self.user.at(offset).as_const_ptr() as usize)
    }

    /// What `cmd` answers, with the argument `bytes`; and that these are then as they were.
    fn refused(&self, cmd: u32, bytes: &[u8], wanted: Error) -> Result {
        let addr = self.place(bytes)?;
        let got = self.call(cmd, addr);
        let offset = UserMemory::END - bytes.len();
        let after: KVec<u8> =
            self.user
                .reader(offset, bytes.len())
                .read_vec(bytes.len(), bytes.len(), GFP_KERNEL)?;

        if got != wanted.to_errno() as c_long {
            pr_err!(
                "{}: {got}, not {wanted:?}\n",
                Decoded::new(T::COMMANDS, cmd)
            );
            return Err(EINVAL);
        }
        if after[..] != *bytes {
            pr_err!(
                "{}: {wanted:?}, but the argument has changed\n",
                Decoded::new(T::COMMANDS, cmd)
            );
            return Err(EINVAL);
        }
        Ok(())
    }

    /// Each valid argument that was given succeeds.
    pub fn valid_arguments_are_taken(&self) -> Result {
        for (cmd, valid) in self.valid.iter() {
            let addr = self.place(valid)?;
            let got = self.call(*cmd, addr);

            if got < 0 {
                pr_err!("{}: {got}\n", Decoded::new(T::COMMANDS, *cmd));
                return Err(EINVAL);
            }
        }
        Ok(())
    }

    /// Numbers next to those of the commands, of another direction or of another type are unknown.
    pub fn unknown_numbers_are_refused(&self) -> Result {
        for command in T::COMMANDS {
            let cmd = command.number;
            let last = cmd + command.count as u32 - 1;
            let argument = self.argument(cmd)?;
            let refuse = |other| {
                if Self::is_known(other) {
                    Ok(())
                } else {
                    self.refused(other, &argument, ENOTTY)
                }
            };

            refuse(cmd.wrapping_sub(1))?;
            refuse(last.wrapping_add(1))?;
            refuse(cmd ^ (1 << uapi::_IOC_TYPESHIFT))?;
            for direction in 0..=uapi::_IOC_DIRMASK {
                refuse(with_direction(cmd, direction))?;
            }
        }
        Ok(())
    }

    /// Sizes other than those of the commands are refused.
    pub fn other_sizes_are_refused(&self) -> Result {
        for command in T::COMMANDS {
            let cmd = command.number;
            let size = _IOC_SIZE(cmd);

            match command.size {
                Size::Exact => {
                    for other in [0, 1, size.wrapping_sub(1), size + 1, 2 * size, MAX_SIZE] {
                        let other = with_size(cmd, other.min(MAX_SIZE));
                        if !Self::is_known(other) {
                            self.refused(other, &self.argument(other)?, ENOTTY)?;
                        }
                    }
                }
                Size::Minimum(min) => {
                    for size in 0..min {
                        let other = with_size(cmd, size);
                        if command.argument != Argument::Out {
                            self.refused(other, &self.argument(other)?, EINVAL)?;
                        }
                    }
                }
                Size::Multiple(element) => {
                    for size in (1..4 * element).filter(|size| size % element != 0) {
                        let other = with_size(cmd, size);
                        self.refused(other, &self.argument(other)?, EINVAL)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Each bit that must be zero is looked at.
    pub fn what_must_be_zero_is_checked(&self) -> Result {
        for command in T::COMMANDS {
            let cmd = command.number;

            for zeros in command.zeros {
                for bit in 0..8 * zeros.size {
                    if zeros.size <= 8 && (zeros.mask >> bit) & 1 == 0 {
                        continue;
                    }
                    let byte = if zeros.size <= 8 && cfg!(target_endian = "big") {
                        zeros.size - 1 - bit / 8
                    } else {
                        bit / 8
                    };
                    let mut bytes = self.argument(cmd)?;
                    bytes[zeros.offset + byte] |= 1 << (bit % 8);
                    self.refused(cmd, &bytes, EINVAL)?;
                }
            }
        }
        Ok(())
    }

    /// A version that is newer by bytes that are not zero is refused.
    pub fn tails_of_newer_versions_are_checked(&self) -> Result {
        for command in T::COMMANDS {
            let cmd = command.number;
            let size = _IOC_SIZE(cmd);

            if matches!(command.size, Size::Minimum(_)) && command.argument != Argument::Out {
                for more in [1, 8, 64] {
                    let mut bytes = self.argument(cmd)?;
                    bytes.resize(size + more, 0, GFP_KERNEL)?;
                    bytes[size + more - 1] = 1;
                    self.refused(with_size(cmd, size + more), &bytes, E2BIG)?;
                }
            }
        }
        Ok(())
    }

    /// The commands that read or write at an address, and the size of what is there.
    fn with_address() -> impl Iterator<Item = (&'static Command, u32, usize)> {
        T::COMMANDS.iter().filter_map(|command| {
            let size = match command.size {
                Size::Multiple(element) => element,
                _ => _IOC_SIZE(command.number),
            };
            let cmd = with_size(command.number, size);

            match command.argument {
                Argument::None | Argument::Value => None,
                _ => (size > 0).then_some((command, cmd, size)),
            }
        })
    }

    /// Addresses at which there is no argument, or not all of it, are refused.
    pub fn bad_addresses_are_refused(&self) -> Result {
        for (command, cmd, size) in Self::with_address() {
            // Whether it gets as far as that is up to the handler.
            if command.argument == Argument::Out && !self.writes(cmd, size)? {
                continue;
            }

            let [null, hole, kernel, wrapping] = self.user.bad();
            let short = self.user.at(UserMemory::END - size + 1);
            for addr in [null, hole, kernel, wrapping, short] {
                let addr = addr.as_const_ptr() as usize;
                let got = self.call(cmd, addr);

                if got != EFAULT.to_errno() as c_long {
                    pr_err!("{} at {addr:#x}: {got}\n", Decoded::new(T::COMMANDS, cmd));
                    return Err(EINVAL);
                }
            }
        }
        Ok(())
    }

    /// What succeeds fails where its reply cannot be written.
    pub fn replies_that_cannot_be_written_are_refused(&self) -> Result {
        for (command, cmd, _) in Self::with_address() {
            if command.argument != Argument::InOut {
                continue;
            }
            let bytes = self.argument(cmd)?;
            let wanted = match self.call(cmd, self.place(&bytes)?) {
                0.. => EFAULT.to_errno() as c_long,
                // The handler does not get as far.
                error => error,
            };
            let got = self.call(cmd, self.user.read_only_copy(&bytes)?);

            if got != wanted {
                pr_err!("{}: {got}, not {wanted}\n", Decoded::new(T::COMMANDS, cmd));
                return Err(EINVAL);
            }
        }
        Ok(())
    }
}
