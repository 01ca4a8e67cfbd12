// SPDX-License-Identifier: GPL-2.0

//! Tables of ioctl commands, declared by [`ioctls!`].
//!
//! C header: [`include/uapi/asm-generic/ioctl.h`](srctree/include/uapi/asm-generic/ioctl.h)

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
    prelude::*,
    types::NotThreadSafe, //
};
use core::marker::PhantomData;

/// Declares the ioctls of a device: for each, the constant of the C header, the argument and the
/// handler.
///
/// A table begins with the subsystem that calls its commands, and the type of the device:
///
/// - `misc DEVICE`: a type that implements [`MiscDevice`](crate::miscdevice::MiscDevice).
/// - `drm DRIVER`: a type that implements `drm::Driver`. See `kernel::drm::ioctl`.
/// - `fwctl CONTEXT`: a type that implements `fwctl::Operations`. See `kernel::fwctl::rpc`.
///
/// A line consists of the constant of a command in the C header, the direction and type of its
/// argument, and the method of the device that handles it:
///
/// ```
/// use kernel::{
///     ioctl::*,
///     miscdevice::*,
///     new_mutex,
///     sync::Mutex, //
/// };
///
/// # #[allow(non_camel_case_types)]
/// // In a driver, the struct and the numbers come from a C header, through the crate `uapi`.
/// #[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
/// #[repr(C)]
/// struct foo_range {
///     start: u64,
///     length: u64,
///     flags: u32,
///     reserved: u32,
/// }
/// const FOO_FLAGS: u32 = 3;
/// const FOO_GET: u32 = _IOR::<foo_range>('|' as u32, 0x80);
/// const FOO_SET: u32 = _IOW::<foo_range>('|' as u32, 0x81);
///
/// ioctls! {
///     misc Foo {
///         FOO_GET: out foo_range => get,
///         FOO_SET: in foo_range => set,
///     }
///     reserved foo_range { flags & !FOO_FLAGS, reserved }
/// }
///
/// #[pin_data]
/// struct Foo {
///     #[pin]
///     range: Mutex<foo_range>,
/// }
///
/// impl Foo {
///     fn new() -> Result<Pin<KBox<Self>>> {
///         let range = foo_range::new_zeroed();
///         KBox::pin_init(pin_init!(Self { range <- new_mutex!(range) }), GFP_KERNEL_ACCOUNT)
///     }
///
///     fn get(self: Pin<&Self>) -> Result<foo_range> {
///         Ok(*self.range.lock())
///     }
///
///     fn set(self: Pin<&Self>, range: &foo_range) -> Result {
///         *self.range.lock() = *range;
///         Ok(())
///     }
/// }
///
/// #[vtable]
/// impl MiscDevice for Foo {
///     type Ptr = Pin<KBox<Self>>;
///
///     const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;
///
///     fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
///         Self::new()
///     }
/// }
/// ```
///
/// The device connects the table with `const IOCTLS` in its `impl MiscDevice`. A command may have a
/// doc comment and a `#[cfg]`.
///
/// # Expansion
///
/// The macro generates a `match` over the numbers, and a function for each command. Apart from its
/// attributes, paths and compile-time checks, the function for `FOO_SET` is:
///
/// ```text
/// fn __call_foo_set(
///     call: Call<'_>,
///     device: <Foo as IoctlTable>::Device<'_>,
///     cmd: u32,
///     arg: usize,
///     file: &File,
/// ) -> c_long {
///     let serve = move || -> Result<c_long> {
///         let mut slot = MaybeUninit::<foo_range>::uninit();
///         let value = read::<foo_range>(call, &mut slot, arg)?;
///         {
///             let value: &foo_range = &*value;
///             check_reserved({
///                 true
///                     & (value.flags & const { !FOO_FLAGS } == 0)
///                     & (IsZero::is_zero(&value.reserved))
///             })?;
///         }
///         return_value::<FOO_SET, _>(<Foo>::set(device, &*value))
///     };
///     syscall_return(serve())
/// }
/// ```
///
/// # Arguments
///
/// The handler receives the device and then the argument, in the form that the table below lists.
/// Inputs are copied from user space and checked before the handler runs, and outputs are copied to
/// user space after it returns. With an `InArg`, `OutArg` or `OutSlice`, the handler itself copies
/// the argument.
///
/// | argument | number | handler parameter | handler returns |
/// |---|---|---|---|
/// | `none` | `_IO` | | `Result` or `Result<u32>` |
/// | `by_value u32` | `_IO`, `_IOW` of 4 bytes | `u32` | `Result` or `Result<u32>` |
/// | `in T` | `_IOW` | `&T` | `Result` or `Result<u32>` |
/// | `out T` | `_IOR` | | `Result<T>` |
/// | `inout T` | `_IOWR` | `&mut T` | `Result` or `Result<u32>` |
/// | `in boxed T` | `_IOW` | `KBox<T>` | `Result` or `Result<u32>` |
/// | `out boxed T` | `_IOR` | `&mut T`, zeroed | `Result` or `Result<u32>` |
/// | `inout boxed T` | `_IOWR` | `&mut T` | `Result` or `Result<u32>` |
/// | `in deferred T` | `_IOW` | [`InArg<'_, T>`](super::InArg) | `Result` or `Result<u32>` |
/// | `out deferred T` | `_IOR` | [`OutArg<'a, T>`] | [`Result<Replied<'a>>`] |
/// | `in [T]`, named `NAME[..]` | any size | `UVec<T>` | `Result` or `Result<u32>` |
/// | `out [T]`, named `NAME[..]` | any size | [`OutSlice<'_, T>`] | `Result` or `Result<u32>` |
///
/// [`OutSlice<'_, T>`]: super::OutSlice
/// [`Result<Replied<'a>>`]: super::Replied
/// [`OutArg<'a, T>`]: super::OutArg
///
/// A handler can keep a `KBox` or a `UVec`. Their memory is charged to the process
/// ([`GFP_KERNEL_ACCOUNT`]).
///
/// Without `try`, a `by_value` argument is a `u32`, an `i32` or a `usize`.
///
/// An `InArg`, `OutArg`, `Replied` or `OutSlice` belongs to one call. A handler cannot keep it,
/// send it to another thread, or return the `Replied` of an earlier call.
///
/// These modifiers change the handling of a command:
///
/// - `try`, before the type of a `by_value`, `in` or `inout`, reads and validates a type with
///   invalid bit patterns. The type must implement `TryFromBytes`.
/// - `NAME[COUNT]` declares `COUNT` commands with consecutive numbers. The handler receives the
///   index of the command before the argument.
/// - `=> handler(file)` passes the [`File`] to the handler as its last parameter.
///
/// # Clauses
///
/// These clauses describe properties of an argument:
///
/// - `versioned T min FIELD`: the struct can grow at its end. `FIELD` is the last field of its
///   first version. The number may encode the size of any version, including versions newer than
///   `T`. For the rules, see
///   [`UserSliceReader::read_versioned`](crate::uaccess::UserSliceReader::read_versioned).
/// - `with POINTER: [U; COUNT] max LIMIT`: the fields `POINTER` and `COUNT` of the argument
///   describe an array in user space. The handler receives a copy of the array as a `UVec<U>` after
///   the argument.
/// - `compat NAME_32: T_32 (CONVERSION, ...)`: 32-bit processes use the number `NAME_32`, and lay
///   out the argument as `T_32`. Methods of the device convert it: `from_32(&T_32) -> Result<T>`
///   for `in`, `to_32(&T) -> Result<T_32>` for `out`, and both for `inout`. If a UAPI header
///   declares `T`, then `T_32` must have the size of `T` in a 32-bit process, and fields with the
///   same names and offsets. An argument without this clause must be
///   [`CompatLayout`](super::CompatLayout).
/// - `copy_back_on_error`: an `inout` argument is copied back to user space even if the handler
///   fails.
///
/// `LIMIT`, `BITS`, and the `COUNT` of `NAME[COUNT]` are constant expressions. They cannot use the
/// argument or any other value of the call.
///
/// The table below uses most of these words. The sample `samples/rust/zerocopy/rust_kinds` has
/// handlers for them.
///
/// ```
/// # use kernel::{fs::File, ioctl::*, miscdevice::*};
/// # #[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
/// # #[repr(u32)]
/// # enum Mode { Slow, Fast }
/// # #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
/// # #[repr(C)]
/// # struct Limits { low: u32, high: u32 }
/// # #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
/// # #[repr(C)]
/// # struct Load { words: u64, count: u32, reserved: u32 }
/// # #[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
/// # #[repr(C)]
/// # struct Time { seconds: u64, nanoseconds: u64 }
/// # #[derive(FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
/// # #[repr(C)]
/// # struct Time32 { seconds: u32, nanoseconds: u32 }
/// # const BAR_RESET: u32 = _IO('|' as u32, 0x80);
/// # const BAR_SET_MODE: u32 = _IOW::<Mode>('|' as u32, 0x81);
/// # const BAR_SET_CHANNEL: u32 = _IOW::<u32>('|' as u32, 0x90);
/// # const BAR_READ_LOG: u32 = _IOR::<[u8; 0]>('|' as u32, 0x82);
/// # const BAR_SET_LIMITS: u32 = _IOW::<Limits>('|' as u32, 0x83);
/// # const BAR_LOAD: u32 = _IOW::<Load>('|' as u32, 0x84);
/// # const BAR_WAIT: u32 = _IOWR::<Time>('|' as u32, 0x85);
/// # const BAR_WAIT32: u32 = _IOWR::<Time32>('|' as u32, 0x85);
/// # const BAR_SET_KEYS: u32 = _IOW::<[u8; 512]>('|' as u32, 0x86);
/// ioctls! {
///     misc Bar {
///         BAR_RESET: none => reset,
///         BAR_SET_MODE: in try Mode => set_mode,
///         BAR_SET_CHANNEL[8]: in u32 => set_channel,
///         BAR_READ_LOG[..]: out [u8] => read_log,
///         BAR_SET_LIMITS: in versioned Limits min low => set_limits,
///         BAR_LOAD: in Load with words: [u32; count] max 64 => load,
///         BAR_WAIT: inout Time compat BAR_WAIT32: Time32 (from_32, to_32) => wait(file),
///         BAR_SET_KEYS: in boxed [u8; 512] => set_keys,
///         _ => ioctl,
///     }
///     reserved Load { reserved }
/// }
/// # struct Bar;
/// # impl Bar {
/// #     fn reset(&self) -> Result { Ok(()) }
/// #     fn set_mode(&self, _mode: &Mode) -> Result { Ok(()) }
/// #     fn set_channel(&self, _channel: usize, _value: &u32) -> Result { Ok(()) }
/// #     fn read_log(&self, log: OutSlice<'_, u8>) -> Result<u32> { log.write(&[]) }
/// #     fn set_limits(&self, _limits: &Limits) -> Result { Ok(()) }
/// #     fn load(&self, _load: &Load, _words: UVec<u32>) -> Result { Ok(()) }
/// #     fn wait(&self, _time: &mut Time, _file: &File) -> Result { Ok(()) }
/// #     fn set_keys(&self, _keys: KBox<[u8; 512]>) -> Result { Ok(()) }
/// #     fn from_32(time: &Time32) -> Result<Time> {
/// #         let (seconds, nanoseconds) = (time.seconds.into(), time.nanoseconds.into());
/// #         Ok(Time { seconds, nanoseconds })
/// #     }
/// #     fn to_32(time: &Time) -> Result<Time32> {
/// #         let seconds = time.seconds.try_into()?;
/// #         Ok(Time32 { seconds, nanoseconds: time.nanoseconds.try_into()? })
/// #     }
/// # }
/// # #[vtable]
/// # impl MiscDevice for Bar {
/// #     type Ptr = KBox<Self>;
/// #     const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;
/// #     fn open(
/// #         _file: &UncountedFile,
/// #         _misc: &MiscDeviceRegistration<Self>,
/// #     ) -> Result<Self::Ptr> {
/// #         Ok(KBox::new(Self, GFP_KERNEL)?)
/// #     }
/// #     fn ioctl(_device: &Self, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
/// #         Err(ENOTTY)
/// #     }
/// # }
/// ```
///
/// # Reserved fields
///
/// `reserved T { FIELD, FIELD & BITS }` lists the fields and bits that must be zero in each `T`
/// that a command reads: an argument, the argument of a 32-bit process, or an element of an array.
/// The type must be written the same way throughout the table, because the macro does not resolve
/// `use` and `type`.
///
/// # Unknown numbers
///
/// A number that is not in the table returns [`ENOTTY`], unless one of these lines passes it on:
///
/// - `_ => ioctl` calls [`MiscDevice::ioctl`](crate::miscdevice::MiscDevice::ioctl).
/// - `compat _ => compat_ioctl` calls
///   [`MiscDevice::compat_ioctl`](crate::miscdevice::MiscDevice#method.compat_ioctl) for unknown
///   numbers of a 32-bit process. Without this line, `_ => ioctl` serves them too.
///
/// A device with a table must not implement either method unless the table has the corresponding
/// line.
///
/// # Errors
///
/// - [`ENOTTY`]: the table has no command with this number. The direction and the size are part of
///   the number.
/// - [`EINVAL`]: a reserved field is not zero, an argument read with `try` is not valid, or the
///   number encodes a size that is smaller than the first version or not a multiple of the element
///   size.
/// - [`E2BIG`]: the tail of a newer version is not zero, or an array has more than `LIMIT`
///   elements.
/// - [`EFAULT`]: the argument cannot be read, or the reply cannot be written.
/// - [`ENOMEM`]: the allocation of a boxed argument or of an array failed.
/// - [`EOVERFLOW`]: the size of an array in bytes overflows.
/// - [`ERANGE`]: the handler returned a number that does not fit in an `int`.
/// - Any error of the handler, or of a conversion for 32-bit processes.
///
/// All other errors are reported before the handler runs, except [`ERANGE`], an error in the
/// conversion of the reply, and [`EFAULT`] on the reply. With `in deferred`, the argument is copied
/// and checked when the handler reads it, so these errors also occur while the handler runs.
#[doc(inline)]
pub use macros::ioctls;

/// A proof that the current task is in an ioctl. Code that has it may access user memory without
/// checking that the task has user memory.
///
/// Only the kernel creates it, for each call of an [`IoctlTable`]. The lifetime is invariant, so a
/// driver can keep neither the proof nor a value with this lifetime for another call. The type is
/// neither `Send` nor `Sync`, because only the calling process has the memory.
///
/// # Invariants
///
/// The current task has user memory until `'call` ends.
#[derive(Clone, Copy)]
pub struct Call<'call>(PhantomData<fn(&'call ()) -> &'call ()>, NotThreadSafe);

impl Call<'_> {
    /// Creates the proof.
    ///
    /// # Safety
    ///
    /// The current task must have user memory until the lifetime ends, as it has during an ioctl.
    #[inline(always)]
    pub(crate) unsafe fn new() -> Self {
        // INVARIANT: The caller guarantees that the current task has user memory until the lifetime
        // ends.
        Self(PhantomData, NotThreadSafe)
    }
}

/// The commands of a device, as declared by [`ioctls!`](crate::ioctl::ioctls).
pub trait IoctlTable {
    /// The type that a handler receives as the device.
    type Device<'a>;

    /// The commands, in the order of their declaration.
    const COMMANDS: &'static [CommandDesc];

    /// The commands whose argument has a different layout in a 32-bit process, with their numbers
    /// in such a process.
    const COMPAT_COMMANDS: &'static [CommandDesc];

    /// `true` if the table has `_ => ioctl`, which passes unknown numbers to `MiscDevice::ioctl`.
    const HAS_FALLBACK: bool = false;

    /// `true` if the table has `compat _ => compat_ioctl`, which passes unknown numbers of a 32-bit
    /// process to `MiscDevice::compat_ioctl`.
    const HAS_COMPAT_FALLBACK: bool = false;

    /// Calls the handler of a command. Drivers cannot call this, because they have no [`Call`].
    ///
    /// Returns the result of the system call: a non-negative number, or a negative errno. It is
    /// `-ENOTTY` if the table has no such command.
    fn call(call: Call<'_>, device: Self::Device<'_>, cmd: u32, arg: usize, file: &File) -> c_long;

    /// Calls the handler of a command for a 32-bit process.
    fn compat_call(
        call: Call<'_>,
        device: Self::Device<'_>,
        cmd: u32,
        arg: usize,
        file: &File,
    ) -> c_long {
        Self::call(call, device, cmd, arg, file)
    }
}

/// The description of a command.
pub struct CommandDesc {
    /// The name of the constant in the C header.
    pub name: &'static str,
    /// The number of the command, or the first number of a range.
    pub number: u32,
    /// The number of consecutive command numbers.
    pub count: usize,
    /// The sizes that the number may encode.
    pub size: Size,
    /// The direction of the argument.
    pub direction: Direction,
    /// `true` if the handler itself copies the argument.
    pub deferred: bool,
    /// `true` if the argument is copied back even if the handler fails.
    pub copy_back_on_error: bool,
    /// The bits that must be zero in the argument, or in each of its elements.
    pub reserved: &'static [ReservedBits],
}

/// The sizes that the number of a command may encode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Only the size in [`CommandDesc::number`].
    Exact,
    /// At least this many bytes.
    Minimum(usize),
    /// A multiple of this many bytes.
    Multiple(usize),
}

/// The direction of the argument of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// No argument.
    None,
    /// An integer instead of an address.
    ByValue,
    /// From user space.
    In,
    /// To user space.
    Out,
    /// From user space, and back.
    InOut,
}

/// Bits of an argument that must be zero.
pub struct ReservedBits {
    /// The offset of the field in bytes.
    pub offset: usize,
    /// The size of the field in bytes.
    pub size: usize,
    /// The bits that must be zero, as an integer. A field larger than a `u64` must be zero as a
    /// whole.
    pub mask: u64,
}

impl ReservedBits {
    /// Creates the bits of the field that `_field` returns.
    pub const fn of<T, F>(offset: usize, _field: fn(T) -> F, mask: u64) -> Self {
        Self {
            offset,
            size: size_of::<F>(),
            mask,
        }
    }
}

impl CommandDesc {
    /// Returns `true` if `cmd` is a number of this command.
    pub const fn has(&self, cmd: u32) -> bool {
        let sizes = match self.size {
            Size::Exact => return cmd >= self.number && cmd - self.number < self.count as u32,
            Size::Minimum(_) | Size::Multiple(_) => without_size(cmd),
        };
        sizes == without_size(self.number)
    }

    /// Returns `true` if both commands can have the same number.
    const fn collides(&self, other: &Self) -> bool {
        let (mut a, mut b) = (self.number, other.number);

        if !matches!(self.size, Size::Exact) || !matches!(other.size, Size::Exact) {
            (a, b) = (without_size(a), without_size(b));
        }
        (a <= b && b - a < self.count as u32) || (b <= a && a - b < other.count as u32)
    }
}

/// A command number that is displayed as its name in a table, or as the arguments of `_IOC()` if it
/// is unknown.
pub struct Decoded<'a> {
    commands: &'a [CommandDesc],
    cmd: u32,
}

impl<'a> Decoded<'a> {
    /// Looks up `cmd` in a table.
    pub const fn new(commands: &'a [CommandDesc], cmd: u32) -> Self {
        Self { commands, cmd }
    }

    /// Looks up an unknown number in `commands`.
    pub fn or(self, commands: &'a [CommandDesc]) -> Self {
        match self.command() {
            Some(_) => self,
            None => Self::new(commands, self.cmd),
        }
    }

    /// Returns the command, if the table has it.
    pub fn command(&self) -> Option<&'a CommandDesc> {
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

/// Returns the number with the size 0.
#[inline(always)]
pub const fn without_size(cmd: u32) -> u32 {
    cmd & !(uapi::_IOC_SIZEMASK << uapi::_IOC_SIZESHIFT)
}

/// Rejects a number that does not encode `direction`, which `expected` describes.
#[doc(hidden)]
#[track_caller]
pub const fn check_direction(cmd: u32, direction: u32, name: &str, expected: &str) {
    if _IOC_DIR(cmd) == direction {
        return;
    }
    let found = match _IOC_DIR(cmd) {
        uapi::_IOC_NONE => "_IO()",
        uapi::_IOC_WRITE => "_IOW()",
        uapi::_IOC_READ => "_IOR()",
        _ => "_IOWR()",
    };
    let text = Text::new()
        .and(name)
        .and(": expected ")
        .and(expected)
        .and(", found one made by ")
        .and(found)
        .and(": correct the direction in the table or in the header");
    panic!("{}", text.as_str());
}

/// Rejects a number that does not encode `size`, the size of `argument`.
#[doc(hidden)]
#[track_caller]
pub const fn check_size(cmd: u32, size: Option<usize>, name: &str, argument: &str) {
    let Some(size) = size else { return };

    if _IOC_SIZE(cmd) == size {
        return;
    }
    let text = Text::new()
        .and(name)
        .and(": expected a number that encodes the ")
        .and_decimal(size)
        .and(" bytes of ")
        .and(argument)
        .and(", found ")
        .and_decimal(_IOC_SIZE(cmd))
        .and(" bytes: correct the type in the table or in the header");
    panic!("{}", text.as_str());
}

/// Returns the direction that the number of a `by_value` command must encode.
///
/// This is `_IOC_NONE`, or `_IOC_WRITE` for a number made by `_IOW()`, as in many headers.
pub const fn direction_of_value(cmd: u32) -> u32 {
    if _IOC_DIR(cmd) == uapi::_IOC_WRITE {
        uapi::_IOC_WRITE
    } else {
        uapi::_IOC_NONE
    }
}

/// Returns the size that the number of a `by_value` command must encode.
///
/// This is 0, or the size of an `int` for a number made by `_IOW()`. With the size of a `long`, the
/// command would have another number in a 32-bit process.
pub const fn size_of_value(cmd: u32) -> Option<usize> {
    if _IOC_DIR(cmd) == uapi::_IOC_WRITE {
        Some(size_of::<u32>())
    } else {
        Some(0)
    }
}

/// Returns `true` if `count` consecutive numbers exist, starting at `cmd`, and `count` is not zero.
const fn has_room(cmd: u32, count: usize) -> bool {
    count > 0 && count <= 256 - _IOC_NR(cmd) as usize
}

/// Rejects a range without numbers, and a range that extends past number 255.
#[doc(hidden)]
#[track_caller]
pub const fn check_count(cmd: u32, count: usize, name: &str) {
    if has_room(cmd, count) {
        return;
    }
    let text = Text::new()
        .and(name)
        .and(": expected 1 to ")
        .and_decimal(256 - _IOC_NR(cmd) as usize)
        .and(" numbers, because the last number is 255, found ")
        .and_decimal(count)
        .and(": correct the count");
    panic!("{}", text.as_str());
}

/// Returns the last of `count` consecutive numbers, starting at `cmd`.
pub const fn last_number(cmd: u32, count: usize) -> u32 {
    cmd + (count as u32).saturating_sub(1)
}

/// Rejects a command that shares a number with an earlier command, in a native or in a 32-bit
/// process.
#[track_caller]
pub const fn assert_unique(native: &[CommandDesc], compat: &[CommandDesc], name: &str) {
    // A 32-bit kernel only has 32-bit processes, and serves them by its native commands.
    let compat: &[CommandDesc] = if cfg!(CONFIG_64BIT) { compat } else { &[] };
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
                .and(": expected a unique number, found the number of `")
                .and(other_command.name)
                .and("`: change one of the two numbers, or remove a line");
            panic!("{}", text.as_str());
        }
        other += 1;
    }
}

pub(super) const fn nth<'a>(
    native: &'a [CommandDesc],
    compat: &'a [CommandDesc],
    n: usize,
) -> &'a CommandDesc {
    if n < native.len() {
        &native[n]
    } else {
        &compat[n - native.len()]
    }
}

pub(super) const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;

    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

/// The text of a compile-time error, truncated if it is too long.
pub(super) struct Text {
    bytes: [u8; 256],
    len: usize,
}

impl Text {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; 256],
            len: 0,
        }
    }

    pub(super) const fn and(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut i = 0;

        while i < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    const fn and_decimal(self, number: usize) -> Self {
        let this = if number < 10 {
            self
        } else {
            self.and_decimal(number / 10)
        };
        let digit = [b'0' + (number % 10) as u8];

        match core::str::from_utf8(&digit) {
            Ok(digit) => this.and(digit),
            Err(_) => this,
        }
    }

    pub(super) const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "expected a number that fits this command: correct the table or the header",
        }
    }
}

/// Returns `true` if a struct is at least as aligned as the field that `_field` returns.
pub const fn is_aligned<T, F>(_field: fn(T) -> F) -> bool {
    align_of::<T>() >= align_of::<F>()
}

/// Returns the index of a command in a range of `count` numbers, starting at `first`.
///
/// The index is below `count`, even if the CPU speculates.
#[inline(always)]
pub fn index(cmd: u32, first: u32, count: usize) -> usize {
    let index = cmd.wrapping_sub(first) as usize;

    // SAFETY: `array_index_mask_nospec()` only computes a mask from its parameters.
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

    /// Computes `_IOC()` from numbers that are known at run time only.
    const fn ioc(direction: u32, ty: u32, nr: u32, size: u32) -> u32 {
        direction << uapi::_IOC_DIRSHIFT
            | ty << uapi::_IOC_TYPESHIFT
            | nr << uapi::_IOC_NRSHIFT
            | size << uapi::_IOC_SIZESHIFT
    }

    const fn command(number: u32, count: usize, size: Size) -> CommandDesc {
        CommandDesc {
            name: "NAME",
            number,
            count,
            size,
            direction: Direction::In,
            deferred: false,
            copy_back_on_error: false,
            reserved: &[],
        }
    }

    const ONE: CommandDesc = command(ioc(WRITE, C, 0x10, 4), 1, Size::Exact);
    const RANGE: CommandDesc = command(ioc(WRITE, C, 0x20, 4), 8, Size::Exact);
    const LAST: CommandDesc = command(ioc(WRITE, C, 0xfe, 4), 2, Size::Exact);
    const VERSIONED: CommandDesc = command(ioc(WRITE, C, 0x30, 8), 1, Size::Minimum(4));
    const ANY_SIZE: CommandDesc = command(ioc(READ, C, 0x40, 0), 1, Size::Multiple(4));

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
            // The next number after the range.
            assert!(!LAST.has(ioc(WRITE, C + 1, nr, 4)));
        }
    }

    #[test]
    fn commands_of_several_sizes_have_any_size() {
        for size in [0, 3, 4, 8, 9, 0x3fff] {
            assert!(VERSIONED.has(ioc(WRITE, C, 0x30, size)));
            assert!(ANY_SIZE.has(ioc(READ, C, 0x40, size)));

            assert!(!VERSIONED.has(ioc(WRITE, C, 0x31, size)));
            assert!(!VERSIONED.has(ioc(READ, C, 0x30, size)));
            assert!(!ANY_SIZE.has(ioc(READ, C + 1, 0x40, size)));
        }
    }

    #[test]
    fn commands_with_a_common_number_collide() {
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
    fn a_command_is_found_in_either_table() {
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
