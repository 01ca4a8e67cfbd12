// SPDX-License-Identifier: GPL-2.0

//! Tables of commands: what [`ioctls!`](crate::ioctl::ioctls) declares.
//!
//! C header: [`include/uapi/asm-generic/ioctl.h`](srctree/include/uapi/asm-generic/ioctl.h)
//!
//! A command is the constant of its number in the C header, what its argument is, and a method of
//! the device:
//!
//! ```ignore
//! ioctls! {
//!     impl MiscDevice for RangeDevice {
//!         RUST_RANGE_GET: out rust_range => get,
//!         RUST_RANGE_SET: in rust_range => set,
//!     }
//!     zero rust_range { flags & !RUST_RANGE_FLAGS, reserved }
//! }
//! ```
//!
//! | argument | number | the handler gets, besides the device | and returns |
//! |---|---|---|---|
//! | `none` | `_IO` | | `Result` or `Result<u32>` |
//! | `value u32`, also `i32`, `usize` | `_IO`, or `_IOW` of 4 bytes | it | the same |
//! | `in T` | `_IOW` | `&T` | the same |
//! | `out T` | `_IOR` | | `Result<T>` |
//! | `inout T` | `_IOWR` | `&mut T` | `Result` or `Result<u32>` |
//! | `in boxed T` | `_IOW` | `KBox<T>` | the same |
//! | `out boxed T`, `inout boxed T` | `_IOR`, `_IOWR` | `&mut T`, zeroed or read | the same |
//! | `in place T` | `_IOW` | [`Source<'_, T>`](super::Source) | the same |
//! | `out place T` | `_IOR` | [`Target<'a, T>`](super::Target) | [`Result<Written<'a>>`](super::Written) |
//! | `in [T]` of `NAME[..]` | any size | `UVec<T>` | `Result` or `Result<u32>` |
//! | `out [T]` of `NAME[..]` | any size | [`Elements<'_, T>`](super::Elements) | the same |
//!
//! `checked` before the type of a `value`, `in` or `inout` reads what is `TryFromBytes`. `always`
//! writes an `inout` back although its handler has failed. `NAME[COUNT]` is as many commands with
//! numbers that follow each other; the handler gets the index first. With `=> handler(file)`, the
//! handler gets the [`File`] last. What follows the type:
//!
//! - `versioned T min FIELD`: the number may say another size than that of `T`, down to that of the
//!   first version, of which `FIELD` was the last. The rules are those of
//!   [`UserSliceReader::read_versioned`](crate::uaccess::UserSliceReader::read_versioned).
//! - `with POINTER: [U; COUNT] max LIMIT`: the fields `POINTER` and `COUNT` of the argument name an
//!   array in user space, which the handler gets as `UVec<U>`.
//! - `compat NAME_32: T_32 (CONVERSION, ...)`: 32-bit programs lay the argument out as `T_32`.
//!   Methods of the device convert it: for `in`, `from_32(&T_32) -> Result<T>`; for `out`,
//!   `to_32(&T) -> Result<T_32>`; for `inout`, both. If `T` is of a UAPI header, `T_32` must have its
//!   size there, and fields with the same names and offsets. Other arguments are
//!   [`SameCompat`](super::SameCompat).
//!
//! Two lines serve unknown numbers, which are [`ENOTTY`] without them: `_ => ioctl` by the method
//! [`MiscDevice::ioctl`](crate::miscdevice::MiscDevice::ioctl), and `compat _ => compat_ioctl` by
//! [`MiscDevice::compat_ioctl`](crate::miscdevice::MiscDevice#method.compat_ioctl) those of a 32-bit
//! process. A device with a table has no such method otherwise. The table is connected by `const
//! IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE` in its `impl MiscDevice`.
//!
//! A command may be under `#[cfg]`, and have a doc comment. `LIMIT`, `COUNT` in `NAME[COUNT]` and
//! `BITS` are constant expressions, which see neither the argument nor anything else of the call.
//!
//! `Source`, `Target`, `Written` and `Elements` belong to one call. A handler cannot keep them, send
//! them to another thread, or return the `Written` of an earlier call.
//!
//! `zero T { FIELD, FIELD & BITS }` says what must be zero in each `T` that a command reads, be it
//! its argument, that of a 32-bit program, or an element of an array. It is written alike in all
//! places: the table does not see through `use` or `type`.
//!
//! # Errors
//!
//! - [`ENOTTY`]: the number is none of the table, which includes its direction and its size.
//! - [`EINVAL`]: what must be zero is not, a checked value is none, or the size in the number is
//!   below that of the first version, or no multiple of that of the elements.
//! - [`E2BIG`]: a newer version has a tail that is not zero, or an array is above its limit.
//! - [`EFAULT`]: the argument cannot be read, or the reply cannot be written.
//! - [`ENOMEM`]: there is no memory for what is boxed, or an array.
//! - [`EOVERFLOW`]: an array is of more bytes than there are addresses.
//! - [`ERANGE`]: the handler returned a number that is no `int`.
//! - What a conversion for 32-bit programs returns.
//!
//! The handler has been called before its number is refused, a reply converted, or one found that
//! cannot be written; else not. With `in place`, it has: what it reads is refused when it reads.

use super::{
    _IOC_DIR,
    _IOC_NR,
    _IOC_SIZE,
    _IOC_TYPE, //
};
use crate::{
    ffi::c_long,
    fmt,
    fs::File,
    prelude::*, //
};

/// The commands of a device, as [`ioctls!`](crate::ioctl::ioctls) declares them.
pub trait Table {
    /// What a handler gets as the device.
    type Device<'a>;

    /// The commands, in the order of their declaration.
    const COMMANDS: &'static [Command];

    /// Those that a 32-bit program has instead, because their argument has another layout there.
    const COMPAT_COMMANDS: &'static [Command];

    /// Whether unknown numbers go on to `MiscDevice::ioctl`: the table has `_ => ioctl`.
    const HAS_FALLBACK: bool = false;

    /// Whether unknown numbers of a 32-bit process go on to `MiscDevice::compat_ioctl`: the table
    /// has `compat _ => compat_ioctl`.
    const HAS_COMPAT_FALLBACK: bool = false;

    /// Calls the handler of a command.
    ///
    /// Returns what the system call returns: not negative, or a negative errno; `-ENOTTY` if there
    /// is no such command.
    fn call(device: Self::Device<'_>, cmd: u32, arg: usize, file: &File) -> c_long;

    /// Calls the handler of a command of a 32-bit program.
    fn compat_call(device: Self::Device<'_>, cmd: u32, arg: usize, file: &File) -> c_long {
        Self::call(device, cmd, arg, file)
    }
}

/// A command of a table.
pub struct Command {
    /// The name of its constant in the C header.
    pub name: &'static str,
    /// Its number, or its first.
    pub number: u32,
    /// How many numbers it has, from the first on.
    pub count: usize,
    /// The sizes that its number may say.
    pub size: Size,
    /// Which way its argument goes.
    pub argument: Argument,
    /// Whether its argument is written back also when the handler fails.
    pub always: bool,
    /// What must be zero in its argument, or in each element of it.
    pub zeros: &'static [ZeroBits],
}

/// The sizes that the number of a command may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The one in [`Command::number`] only.
    Exact,
    /// This many bytes, or more.
    Minimum(usize),
    /// Multiples of this many bytes.
    Multiple(usize),
}

/// Which way the argument of a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// There is none.
    None,
    /// It is a number, not an address.
    Value,
    /// From user space.
    In,
    /// To user space.
    Out,
    /// From user space, and back.
    InOut,
}

/// Bits of an argument that must be zero.
pub struct ZeroBits {
    /// Where the field begins, in bytes.
    pub offset: usize,
    /// The size of the field in bytes.
    pub size: usize,
    /// The bits of the field, as an integer; all of them if the field is larger than one.
    pub mask: u64,
}

impl ZeroBits {
    /// The bits of the field that `_field` returns.
    pub const fn of<T, F>(offset: usize, _field: fn(T) -> F, mask: u64) -> Self {
        Self {
            offset,
            size: size_of::<F>(),
            mask,
        }
    }
}

impl Command {
    /// Whether `cmd` is this command.
    pub const fn has(&self, cmd: u32) -> bool {
        let sizes = match self.size {
            Size::Exact => return cmd >= self.number && cmd - self.number < self.count as u32,
            Size::Minimum(_) | Size::Multiple(_) => without_size(cmd),
        };
        sizes == without_size(self.number)
    }

    /// Whether a number may be that of both.
    const fn collides(&self, other: &Self) -> bool {
        let (mut a, mut b) = (self.number, other.number);

        if !matches!(self.size, Size::Exact) || !matches!(other.size, Size::Exact) {
            (a, b) = (without_size(a), without_size(b));
        }
        (a <= b && b - a < self.count as u32) || (b <= a && a - b < other.count as u32)
    }
}

/// The number of a command, which prints as its name in a table, or else as `_IOC()` makes it.
pub struct Decoded<'a> {
    commands: &'a [Command],
    cmd: u32,
}

impl<'a> Decoded<'a> {
    /// Looks for `cmd` in a table.
    pub const fn new(commands: &'a [Command], cmd: u32) -> Self {
        Self { commands, cmd }
    }

    /// Looks in another table if there is no such command in this one.
    pub fn or(self, commands: &'a [Command]) -> Self {
        match self.command() {
            Some(_) => self,
            None => Self::new(commands, self.cmd),
        }
    }

    /// The command, if there is one.
    pub fn command(&self) -> Option<&'a Command> {
        self.commands.iter().find(|command| command.has(self.cmd))
    }
}

impl fmt::Display for Decoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cmd = self.cmd;

        match self.command() {
            Some(command) if command.count > 1 => {
                write!(f, "{}[{}]", command.name, cmd.wrapping_sub(command.number))
            }
            Some(command) if command.size != Size::Exact => {
                write!(f, "{}[{} bytes]", command.name, _IOC_SIZE(cmd))
            }
            Some(command) => write!(f, "{}", command.name),
            None => write!(
                f,
                "_IOC({}, {:#x}, {:#x}, {})",
                _IOC_DIR(cmd),
                _IOC_TYPE(cmd),
                _IOC_NR(cmd),
                _IOC_SIZE(cmd)
            ),
        }
    }
}

/// The number of a command with the size 0.
#[inline(always)]
pub const fn without_size(cmd: u32) -> u32 {
    cmd & !(uapi::_IOC_SIZEMASK << uapi::_IOC_SIZESHIFT)
}

/// Whether a number says this size; any, if there is none.
pub const fn has_size(cmd: u32, size: Option<usize>) -> bool {
    match size {
        Some(size) => _IOC_SIZE(cmd) == size,
        None => true,
    }
}

/// The direction that the number of a command with a `value` must say: none or, as many headers
/// have it, that of a write.
pub const fn direction_of_value(cmd: u32) -> u32 {
    if _IOC_DIR(cmd) == uapi::_IOC_WRITE {
        uapi::_IOC_WRITE
    } else {
        uapi::_IOC_NONE
    }
}

/// The size that the number of a command with a `value` must say: none, or that of an `int`. With
/// a `long`, the number would be another one in a 32-bit program.
pub const fn size_of_value(cmd: u32) -> Option<usize> {
    if _IOC_DIR(cmd) == uapi::_IOC_WRITE {
        Some(size_of::<u32>())
    } else {
        Some(0)
    }
}

/// Whether `count` commands from `cmd` on have numbers of their own.
pub const fn has_room(cmd: u32, count: usize) -> bool {
    count > 0 && count <= 256 - _IOC_NR(cmd) as usize
}

/// The last of `count` commands from `cmd` on.
pub const fn last_number(cmd: u32, count: usize) -> u32 {
    cmd + (count as u32).saturating_sub(1)
}

/// Refuses a command with a number that is also one of a command before it, be it in a 32-bit process
/// or not.
#[track_caller]
pub const fn must_be_unique(native: &[Command], compat: &[Command], name: &str) {
    // A 32-bit kernel has no other processes than those of 32 bits, for which it is built itself.
    let compat: &[Command] = if cfg!(CONFIG_64BIT) { compat } else { &[] };
    let count = native.len() + compat.len();

    let mut this = 0;
    while this < count && !is_same(nth(native, compat, this).name, name) {
        this += 1;
    }
    let mut other = 0;
    while this < count && other < this {
        let (this, other_command) = (nth(native, compat, this), nth(native, compat, other));
        if this.collides(other_command) {
            let text = Text::new()
                .and(name)
                .and(": expected a number of its own, found that of `")
                .and(other_command.name)
                .and("`: give one of the two another number, or remove its line");
            panic!("{}", text.as_str());
        }
        other += 1;
    }
}

const fn nth<'a>(native: &'a [Command], compat: &'a [Command], n: usize) -> &'a Command {
    if n < native.len() {
        &native[n]
    } else {
        &compat[n - native.len()]
    }
}

const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;

    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

/// The text of an error when compiling, cut where it is too long.
struct Text {
    bytes: [u8; 256],
    len: usize,
}

impl Text {
    const fn new() -> Self {
        Self {
            bytes: [0; 256],
            len: 0,
        }
    }

    const fn and(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut i = 0;

        while i < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "expected a number of its own, found that of another command",
        }
    }
}

/// Returns whether a struct is aligned as the field needs that `_field` returns.
pub const fn is_aligned<T, F>(_field: fn(T) -> F) -> bool {
    align_of::<T>() >= align_of::<F>()
}

/// The index of a command among `count` from `first` on.
///
/// It is below `count`, also for a CPU that speculates.
#[inline(always)]
pub fn index(cmd: u32, first: u32, count: usize) -> usize {
    let index = cmd.wrapping_sub(first) as usize;

    // SAFETY: This only computes.
    index & unsafe { crate::bindings::array_index_mask_nospec(index, count) }
}

#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
#[macros::kunit_tests(rust_ioctl_table)]
mod tests {
    use super::*;
    use crate::str::CString;

    const C: u32 = 'c' as u32;
    const NONE: u32 = uapi::_IOC_NONE;
    const READ: u32 = uapi::_IOC_READ;
    const WRITE: u32 = uapi::_IOC_WRITE;

    /// `_IOC()`, also of numbers that only the test that runs knows.
    const fn ioc(direction: u32, ty: u32, nr: u32, size: u32) -> u32 {
        direction << uapi::_IOC_DIRSHIFT
            | ty << uapi::_IOC_TYPESHIFT
            | nr << uapi::_IOC_NRSHIFT
            | size << uapi::_IOC_SIZESHIFT
    }

    const fn command(number: u32, count: usize, size: Size) -> Command {
        Command {
            name: "NAME",
            number,
            count,
            size,
            argument: Argument::In,
            always: false,
            zeros: &[],
        }
    }

    const ONE: Command = command(ioc(WRITE, C, 0x10, 4), 1, Size::Exact);
    const RANGE: Command = command(ioc(WRITE, C, 0x20, 4), 8, Size::Exact);
    const LAST: Command = command(ioc(WRITE, C, 0xfe, 4), 2, Size::Exact);
    const VERSIONED: Command = command(ioc(WRITE, C, 0x30, 8), 1, Size::Minimum(4));
    const ANY_SIZE: Command = command(ioc(READ, C, 0x40, 0), 1, Size::Multiple(4));

    #[test]
    fn a_command_has_its_number() {
        assert!(ONE.has(ioc(WRITE, C, 0x10, 4)));
        for other in [
            0,
            ioc(WRITE, C, 0x0f, 4),
            ioc(WRITE, C, 0x11, 4),
            ioc(WRITE, C + 1, 0x10, 4),
            ioc(WRITE, C, 0x10, 8),
            ioc(READ, C, 0x10, 4),
            ioc(NONE, C, 0x10, 0),
            u32::MAX,
        ] {
            assert!(!ONE.has(other));
        }
    }

    #[test]
    fn a_range_has_its_numbers() {
        for nr in 0..=0xff {
            assert_eq!(RANGE.has(ioc(WRITE, C, nr, 4)), (0x20..0x28).contains(&nr));
            assert_eq!(LAST.has(ioc(WRITE, C, nr, 4)), nr >= 0xfe);
            assert!(!RANGE.has(ioc(WRITE, C, nr, 8)));
            // What follows its last number.
            assert!(!LAST.has(ioc(WRITE, C + 1, nr, 4)));
        }
    }

    #[test]
    fn any_size_is_that_of_a_command_of_several() {
        for size in [0, 3, 4, 8, 9, 0x3fff] {
            assert!(VERSIONED.has(ioc(WRITE, C, 0x30, size)));
            assert!(ANY_SIZE.has(ioc(READ, C, 0x40, size)));

            assert!(!VERSIONED.has(ioc(WRITE, C, 0x31, size)));
            assert!(!VERSIONED.has(ioc(READ, C, 0x30, size)));
            assert!(!ANY_SIZE.has(ioc(READ, C + 1, 0x40, size)));
        }
    }

    #[test]
    fn commands_with_a_number_of_both_collide() {
        let exact = |nr, count| command(ioc(WRITE, C, nr, 4), count, Size::Exact);
        let longer = |nr, count| command(ioc(WRITE, C, nr, 8), count, Size::Exact);
        let any = |nr| command(ioc(WRITE, C, nr, 8), 1, Size::Minimum(8));

        for (a, b, wanted) in [
            (exact(1, 1), exact(1, 1), true),
            (exact(1, 1), exact(2, 1), false),
            (exact(1, 1), longer(1, 1), false),
            (exact(1, 8), exact(8, 1), true),
            (exact(1, 8), exact(9, 1), false),
            (exact(1, 8), exact(5, 8), true),
            (exact(1, 8), longer(5, 8), false),
            (exact(1, 1), any(1), true),
            (exact(1, 1), any(2), false),
            (exact(1, 8), any(8), true),
            (exact(1, 8), any(9), false),
            (any(1), any(1), true),
            (command(ioc(READ, C, 1, 4), 1, Size::Exact), any(1), false),
            (
                command(ioc(WRITE, C + 1, 1, 4), 1, Size::Exact),
                any(1),
                false,
            ),
        ] {
            assert_eq!(a.collides(&b), wanted);
            assert_eq!(b.collides(&a), wanted);
        }
    }

    #[test]
    fn a_range_has_room() {
        assert!(has_room(ioc(NONE, C, 0, 0), 256));
        assert!(has_room(ioc(NONE, C, 255, 0), 1));
        assert!(!has_room(ioc(NONE, C, 0, 0), 0));
        assert!(!has_room(ioc(NONE, C, 0, 0), 257));
        assert!(!has_room(ioc(NONE, C, 1, 0), 256));
        assert_eq!(last_number(ioc(NONE, C, 0, 0), 256), ioc(NONE, C, 255, 0));
        assert_eq!(last_number(ioc(NONE, C, 255, 0), 1), ioc(NONE, C, 255, 0));
    }

    #[test]
    fn an_index_is_below_the_count() {
        let first = RANGE.number;

        for i in 0..8 {
            assert_eq!(index(first + i, first, 8), i as usize);
        }
        for beyond in [
            first - 1,
            first + 8,
            first + 0xff,
            0,
            u32::MAX,
            first ^ (1 << 31),
        ] {
            assert_eq!(index(beyond, first, 8), 0);
        }
        assert_eq!(index(first, first, 1), 0);
        assert_eq!(index(first + 1, first, 1), 0);
    }

    #[test]
    fn a_command_is_printed_by_its_name() -> Result {
        let commands = [ONE, RANGE, VERSIONED, ANY_SIZE];

        for (cmd, wanted) in [
            (ONE.number, &b"NAME"[..]),
            (RANGE.number, b"NAME[0]"),
            (RANGE.number + 7, b"NAME[7]"),
            (VERSIONED.number, b"NAME[8 bytes]"),
            (ioc(READ, C, 0x40, 0), b"NAME[0 bytes]"),
            (RANGE.number + 8, b"_IOC(1, 0x63, 0x28, 4)"),
            (0, b"_IOC(0, 0x0, 0x0, 0)"),
        ] {
            let text = CString::try_from_fmt(fmt!("{}", Decoded::new(&commands, cmd)))?;
            assert_eq!(text.to_bytes(), wanted);
        }
        Ok(())
    }

    #[test]
    fn a_command_is_looked_for_in_both_tables() {
        let both = |cmd| {
            Decoded::new(&[RANGE], cmd)
                .or(&[ONE])
                .command()
                .map(|c| c.number)
        };

        assert_eq!(both(ONE.number), Some(ONE.number));
        assert_eq!(both(RANGE.number + 1), Some(RANGE.number));
        assert_eq!(both(0), None);
    }
}
