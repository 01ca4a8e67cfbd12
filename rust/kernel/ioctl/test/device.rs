// SPDX-License-Identifier: GPL-2.0

//! A device with commands of each kind, for the tests of tables.

use crate::{
    fs::File,
    ioctl::{
        ioctls,
        table,
        CompatLayout,
        InArg,
        OutArg,
        OutSlice,
        Replied,
        _IO,
        _IOR,
        _IOW,
        _IOWR, //
    },
    miscdevice::{
        MiscDevice,
        MiscDeviceRegistration,
        MiscIoctls,
        UncountedFile, //
    },
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
};
use core::mem::MaybeUninit;

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, CompatLayout)]
#[repr(C)]
struct Range {
    start: u64,
    length: u64,
    flags: u32,
    reserved: [u16; 2],
}

/// The layout of `Range` in a 32-bit process.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, CompatLayout)]
#[repr(C)]
struct Range32 {
    start: u32,
    length: u32,
    reserved: u64,
}

/// An argument with an array of `count` ranges.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, CompatLayout)]
#[repr(C)]
struct Ranges {
    addr: u64,
    count: u32,
    reserved: u32,
}

#[derive(Clone, Copy, TryFromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
#[repr(u32)]
enum Mode {
    Slow = 1,
    Fast = 2,
}

type Block = [u8; 512];

const RESET: u32 = _IO('c' as u32, 1);
const LEVEL: u32 = _IOW::<u32>('c' as u32, 2);
const MODE: u32 = _IO('c' as u32, 3);
const SET_MODE: u32 = _IOW::<Mode>('c' as u32, 4);
const SET: u32 = _IOW::<Range>('c' as u32, 5);
const GET: u32 = _IOR::<Range>('c' as u32, 5);
const SWAP: u32 = _IOWR::<Range>('c' as u32, 5);
const FAIL: u32 = _IOWR::<u64>('c' as u32, 6);
const TRY: u32 = _IOWR::<u64>('c' as u32, 7);
const SET_BLOCK: u32 = _IOW::<Block>('c' as u32, 8);
const GET_BLOCK: u32 = _IOR::<Block>('c' as u32, 8);
const SWAP_BLOCK: u32 = _IOWR::<Block>('c' as u32, 8);
const LOAD: u32 = _IOW::<Range>('c' as u32, 9);
const STORE: u32 = _IOR::<Block>('c' as u32, 9);
const LOAD_INIT: u32 = _IOW::<Range>('c' as u32, 11);
const RANGES: u32 = _IOW::<Ranges>('c' as u32, 12);
const SWAP_RANGES: u32 = _IOWR::<Ranges>('c' as u32, 12);
const SET_ALL: u32 = _IOW::<[Range; 0]>('c' as u32, 10);
const GET_ALL: u32 = _IOR::<[Range; 0]>('c' as u32, 10);
const REGISTER: u32 = _IOWR::<u32>('c' as u32, 0x20);
const SET_NEW: u32 = _IOW::<Range>('c' as u32, 0x30);
const GET_NEW: u32 = _IOR::<Range>('c' as u32, 0x30);
const SWAP_NEW: u32 = _IOWR::<Range>('c' as u32, 0x30);
const SET_WIDE: u32 = _IOW::<Range>('c' as u32, 0x31);
const SET_NARROW: u32 = _IOW::<Range32>('c' as u32, 0x31);
const GET_WIDE: u32 = _IOR::<Range>('c' as u32, 0x31);
const GET_NARROW: u32 = _IOR::<Range32>('c' as u32, 0x31);
const SWAP_WIDE: u32 = _IOWR::<Range>('c' as u32, 0x31);
const SWAP_NARROW: u32 = _IOWR::<Range32>('c' as u32, 0x31);

ioctls! {
    misc Device {
        RESET: none => reset(file),
        LEVEL: by_value u32 => set_level,
        MODE: by_value try Mode => mode,
        SET_MODE: in try Mode => set_mode,
        SET: in Range => set,
        GET: out Range => get,
        SWAP: inout Range => swap,
        FAIL: inout u64 => fail,
        TRY: inout u64 copy_back_on_error => fail,
        SET_BLOCK: in boxed Block => set_block,
        GET_BLOCK: out boxed Block => block,
        SWAP_BLOCK: inout boxed Block => block,
        LOAD: in deferred Range => load,
        /// A command may have a doc comment and a `#[cfg]`.
        #[cfg(all())]
        STORE: out deferred Block => store,
        #[cfg(any())]
        NOWHERE: in NoSuchType => no_such_method,
        LOAD_INIT: in deferred Range => load_init,
        RANGES: in Ranges with addr: [Range; count] max 4 => set_ranges,
        SWAP_RANGES: inout boxed Ranges with addr: [Range; count] max 4 => swap_ranges,
        SET_ALL[..]: in [Range] => set_all,
        GET_ALL[..]: out [Range] => all,
        REGISTER[4]: inout u32 => register,
        SET_NEW: in versioned Range min start => set,
        GET_NEW: out versioned Range min start => get,
        SWAP_NEW: inout versioned Range min start => swap,
        SET_WIDE: in Range compat SET_NARROW: Range32 (from_32) => set,
        GET_WIDE: out Range compat GET_NARROW: Range32 (to_32) => get,
        SWAP_WIDE: inout Range compat SWAP_NARROW: Range32 (from_32, to_32) => swap,
    }
    reserved Range { flags & !3, reserved }
    reserved Range32 { reserved }
    reserved Ranges { reserved }
}

struct Device;

/// The number of calls to the handlers that use [`Device::called`].
static CALLS: Atomic<i32> = Atomic::new(0);

impl Device {
    const RANGE: Range = Range {
        start: 1,
        length: 2,
        flags: 3,
        reserved: [0; 2],
    };

    fn new() -> Result<KBox<Self>> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }

    /// Counts a call to a handler.
    fn called(&self) {
        CALLS.fetch_add(1, Relaxed);
    }

    fn reset(&self, _file: &File) -> Result {
        Ok(())
    }

    fn set_level(&self, level: u32) -> Result<u32> {
        Ok(level)
    }

    fn mode(&self, _mode: Mode) -> Result {
        Ok(())
    }

    fn set_mode(&self, _mode: &Mode) -> Result {
        Ok(())
    }

    fn set(&self, _range: &Range) -> Result {
        self.called();
        Ok(())
    }

    fn get(&self) -> Result<Range> {
        self.called();
        Ok(Self::RANGE)
    }

    fn swap(&self, range: &mut Range) -> Result {
        self.called();
        *range = Self::RANGE;
        Ok(())
    }

    fn fail(&self, word: &mut u64) -> Result {
        *word = !*word;
        Err(EBUSY)
    }

    fn set_block(&self, _block: KBox<Block>) -> Result {
        Ok(())
    }

    fn block(&self, block: &mut Block) -> Result {
        block.fill(1);
        Ok(())
    }

    fn load(&self, arg: InArg<'_, Range>) -> Result {
        let mut range = Self::RANGE;
        arg.read_into(&mut range)
    }

    fn load_init(&self, arg: InArg<'_, Range>) -> Result {
        let mut range = MaybeUninit::uninit();
        arg.read_init(&mut range).map(|_| ())
    }

    fn set_ranges(&self, _ranges: &Ranges, _values: UVec<Range>) -> Result {
        self.called();
        Ok(())
    }

    fn swap_ranges(&self, ranges: &mut Ranges, values: UVec<Range>) -> Result {
        self.called();
        ranges.count = values.len() as u32;
        Ok(())
    }

    fn store<'a>(&self, arg: OutArg<'a, Block>) -> Result<Replied<'a>> {
        arg.write(&[1; 512])
    }

    fn set_all(&self, _ranges: UVec<Range>) -> Result {
        Ok(())
    }

    fn all(&self, ranges: OutSlice<'_, Range>) -> Result<u32> {
        ranges.write(&[Self::RANGE; 4])
    }

    fn register(&self, index: usize, value: &mut u32) -> Result {
        *value = index as u32;
        Ok(())
    }

    fn from_32(range: &Range32) -> Result<Range> {
        Ok(Range {
            start: range.start.into(),
            length: range.length.into(),
            flags: 0,
            reserved: [0; 2],
        })
    }

    fn to_32(range: &Range) -> Result<Range32> {
        Ok(Range32 {
            start: range.start.try_into()?,
            length: range.length.try_into()?,
            reserved: 0,
        })
    }
}

#[vtable]
impl MiscDevice for Device {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }
}

crate::ioctl_tests! {
    rust_ioctl: Device = Device::new();
    MODE: Mode::Slow,
    SET_MODE: Mode::Fast,
    FAIL => EBUSY,
    TRY: u64::MAX => EBUSY,
    SET_NARROW: Range32 { start: 1, length: 2, reserved: 0 },
}

const OTHER: u32 = _IO('c' as u32, 13);

/// A device that serves unknown numbers by its methods.
struct FallBack;

ioctls! {
    misc FallBack {
        RESET: none => reset,
        _ => ioctl,
        compat _ => compat_ioctl,
    }
}

impl FallBack {
    fn reset(&self) -> Result<u32> {
        Ok(1)
    }

    fn serve(cmd: u32, arg: usize, value: isize) -> Result<isize> {
        match cmd {
            OTHER if arg == 7 => Ok(value),
            OTHER => Err(EBUSY),
            _ => Err(ENOTTY),
        }
    }
}

#[vtable]
impl MiscDevice for FallBack {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }

    fn ioctl(_device: &Self, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        Self::serve(cmd, arg, 2)
    }

    #[cfg(CONFIG_COMPAT)]
    fn compat_ioctl(_device: &Self, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        Self::serve(cmd, arg, 3)
    }
}

const WAIT: u32 = _IOW::<Range>('c' as u32, 14);
const LOCKED: u32 = _IOW::<Range>('c' as u32, 15);
const LOAD_LOCKED: u32 = _IOW::<Range>('c' as u32, 16);
const INVALID: u32 = _IOW::<Range>('c' as u32, 17);

/// A device with commands that the tests skip, and with commands that fail.
struct Locked;

ioctls! {
    misc Locked {
        WAIT: in Range => wait,
        LOCKED: in Range => locked,
        LOAD_LOCKED: in deferred Range => load_locked,
        INVALID: in versioned Range min start => invalid,
    }
    reserved Range { reserved }
}

/// The number of calls to [`Locked::wait`].
static WAITS: Atomic<i32> = Atomic::new(0);

impl Locked {
    fn new() -> Result<KBox<Self>> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }

    fn wait(&self, _range: &Range) -> Result {
        WAITS.fetch_add(1, Relaxed);
        Ok(())
    }

    fn locked(&self, range: &Range) -> Result {
        match range.start {
            7 => Err(EACCES),
            _ => Err(EBUSY),
        }
    }

    fn load_locked(&self, _range: InArg<'_, Range>) -> Result {
        Err(EBUSY)
    }

    fn invalid(&self, _range: &Range) -> Result {
        Err(EINVAL)
    }
}

#[vtable]
impl MiscDevice for Locked {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }
}

crate::ioctl_tests! {
    rust_ioctl_locked: Locked = Locked::new();
    WAIT: skip,
    LOCKED: Range { start: 7, ..Device::RANGE } => EACCES,
    LOAD_LOCKED => EBUSY,
    INVALID => EINVAL
}

/// A device that does not connect its table.
struct Unconnected;

impl table::IoctlTable for Unconnected {
    type Device<'a> = &'a Self;

    const COMMANDS: &'static [table::CommandDesc] = <Device as table::IoctlTable>::COMMANDS;
    const COMPAT_COMMANDS: &'static [table::CommandDesc] = &[];

    fn call(
        _call: table::Call<'_>,
        _device: &Self,
        _cmd: u32,
        _arg: usize,
        _file: &File,
    ) -> c_long {
        0
    }
}

#[vtable]
impl MiscDevice for Unconnected {
    type Ptr = KBox<Self>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }
}

#[macros::kunit_tests(rust_ioctl_device)]
mod tests {
    use super::{
        super::{
            as_each_process,
            Outcome,
            Process,
            Tester, //
        },
        *,
    };
    use crate::{
        sync::{
            Arc,
            Completion, //
        },
        uaccess::test_memory::expect,
        workqueue, //
    };

    fn device(process: Process) -> Result<Tester<Device>> {
        Tester::new(Device::new()?, process)
    }

    fn errno(error: Error) -> c_long {
        error.to_errno() as c_long
    }

    #[test]
    fn a_reply_is_an_int() -> Result {
        as_each_process(device, |device| {
            for level in [0, 1, i32::MAX as u32] {
                expect(
                    c"an int",
                    device.call(LEVEL, level as usize),
                    level as c_long,
                )?;
            }
            for level in [1 << 31, u32::MAX] {
                expect(c"no int", device.call(LEVEL, level as usize), errno(ERANGE))?;
            }
            Ok(())
        })
    }

    #[test]
    fn reserved_fields_are_checked_before_arrays_are_fetched() -> Result {
        as_each_process(device, |device| {
            for cmd in [RANGES, SWAP_RANGES] {
                for (count, reserved, wanted) in [
                    (1, 1, EINVAL),
                    (5, 1, EINVAL),
                    (1, 0, EFAULT),
                    (5, 0, E2BIG),
                ] {
                    // Nothing is mapped at 0.
                    let ranges = Ranges {
                        addr: 0,
                        count,
                        reserved,
                    };
                    let calls = CALLS.load(Relaxed);
                    let got = device.call_with(cmd, ranges.as_bytes())?;

                    expect(c"an array", got, errno(wanted))?;
                    expect(c"its handler", CALLS.load(Relaxed), calls)?;
                }
            }
            Ok(())
        })
    }

    #[test]
    fn an_array_is_fetched() -> Result {
        as_each_process(device, |device| {
            for cmd in [RANGES, SWAP_RANGES] {
                let addr = device.mapped([Device::RANGE; 4].as_bytes())?;

                for (count, wanted) in [(0, 0), (1, 0), (4, 0), (5, errno(E2BIG))] {
                    let ranges = Ranges {
                        addr: addr as u64,
                        count,
                        reserved: 0,
                    };
                    let got = device.call_with(cmd, ranges.as_bytes())?;
                    expect(c"an array", got, wanted)?;
                }
            }
            Ok(())
        })
    }

    #[test]
    fn handlers_do_not_see_rejected_arguments() -> Result {
        as_each_process(device, |device| {
            let refused = |case, cmd, bytes: &[u8], wanted| {
                let calls = CALLS.load(Relaxed);
                expect(case, device.call_with(cmd, bytes)?, errno(wanted))?;
                expect(case, CALLS.load(Relaxed), calls)
            };
            let mut range = Device::RANGE;

            for (get, set, swap) in [(GET, SET, SWAP), (GET_NEW, SET_NEW, SWAP_NEW)] {
                let calls = CALLS.load(Relaxed);
                for cmd in [get, set, swap] {
                    expect(c"valid", device.call_with(cmd, range.as_bytes())?, 0)?;
                }
                expect(c"valid", CALLS.load(Relaxed), calls + 3)?;

                range.reserved[1] = 1;
                refused(c"reserved", set, range.as_bytes(), EINVAL)?;
                refused(c"reserved", swap, range.as_bytes(), EINVAL)?;
                range.reserved[1] = 0;
            }
            // Sizes that do not include the field `start`.
            for cmd in [GET_NEW, SET_NEW, SWAP_NEW] {
                for size in 0..8 {
                    let cmd = table::without_size(cmd) | size << uapi::_IOC_SIZESHIFT;
                    refused(c"short", cmd, range.as_bytes(), EINVAL)?;
                }
            }
            Ok(())
        })
    }

    #[test]
    fn unknown_numbers_go_on_to_the_method() -> Result {
        for process in [Process::Native, Process::Compat] {
            let device = Tester::<FallBack>::new(KBox::new(FallBack, GFP_KERNEL)?, process)?;
            // A kernel without 32-bit processes does not have this method.
            let (value, busy) = match process {
                Process::Native => (2, EBUSY),
                Process::Compat if cfg!(CONFIG_COMPAT) => (3, EBUSY),
                Process::Compat => (errno(ENOTTY), ENOTTY),
            };

            expect(c"of the table", device.call(RESET, 0), 1)?;
            expect(c"of the method", device.call(OTHER, 7), value)?;
            expect(c"of the method", device.call(OTHER, 8), errno(busy))?;
            expect(c"of neither", device.call(OTHER + 1, 0), errno(ENOTTY))?;
        }
        Ok(())
    }

    #[test]
    fn a_skipped_command_is_not_called() -> Result {
        fn tester(process: Process) -> Result<Tester<Locked>> {
            let mut tester = Tester::<Locked>::new(Locked::new()?, process)?;

            tester.give(WAIT, &(), Outcome::Skip)?;
            tester.give(LOCKED, &(), Outcome::Errno(EBUSY))?;
            tester.give(LOAD_LOCKED, &(), Outcome::Errno(EBUSY))?;
            tester.give(INVALID, &(), Outcome::Errno(EINVAL))?;
            Ok(tester)
        }
        let waits = WAITS.load(Relaxed);

        as_each_process(tester, |tester| {
            tester.given_outcomes_occur()?;
            tester.unknown_numbers_are_refused()?;
            tester.other_sizes_are_refused()?;
            tester.reserved_bits_are_checked()?;
            tester.tails_of_newer_versions_are_checked()?;
            tester.bad_addresses_are_refused()?;
            tester.replies_that_cannot_be_written_are_refused()?;
            tester.failures_write_nothing()
        })?;
        expect(c"its handler", WAITS.load(Relaxed), waits)
    }

    #[test]
    fn another_outcome_fails() -> Result {
        for (cmd, start, outcome, wanted) in [
            (LOCKED, 0, Outcome::Errno(EBUSY), None),
            (LOCKED, 0, Outcome::Errno(EACCES), Some(EINVAL)),
            (LOCKED, 0, Outcome::Success, Some(EINVAL)),
            (LOCKED, 7, Outcome::Errno(EACCES), None),
            (LOCKED, 7, Outcome::Errno(EBUSY), Some(EINVAL)),
            (WAIT, 0, Outcome::Success, None),
            (WAIT, 0, Outcome::Errno(EBUSY), Some(EINVAL)),
        ] {
            for process in [Process::Native, Process::Compat] {
                let mut tester = Tester::<Locked>::new(Locked::new()?, process)?;
                let range = Range {
                    start,
                    ..Device::RANGE
                };

                tester.give(cmd, &range, outcome)?;
                expect(c"an outcome", tester.given_outcomes_occur().err(), wanted)?;
            }
        }
        Ok(())
    }

    #[test]
    fn an_errno_that_a_test_expects_must_be_given() -> Result {
        for (outcome, wanted) in [
            (Outcome::Errno(EINVAL), None),
            (Outcome::Success, Some(EINVAL)),
        ] {
            let mut tester = Tester::<Locked>::new(Locked::new()?, Process::Native)?;

            tester.give(WAIT, &(), Outcome::Skip)?;
            tester.give(LOAD_LOCKED, &(), Outcome::Skip)?;
            tester.give(INVALID, &(), outcome)?;
            expect(c"bits", tester.reserved_bits_are_checked().err(), wanted)?;
            expect(c"sizes", tester.other_sizes_are_refused().err(), wanted)?;
        }
        Ok(())
    }

    #[test]
    fn a_handler_that_copies_its_argument_may_fail_first() -> Result {
        for (outcome, wanted) in [
            (Outcome::Errno(EBUSY), None),
            (Outcome::Errno(EACCES), Some(EINVAL)),
            (Outcome::Success, Some(EINVAL)),
        ] {
            let mut tester = Tester::<Locked>::new(Locked::new()?, Process::Native)?;

            tester.give(LOAD_LOCKED, &(), outcome)?;
            let got = tester.bad_addresses_are_refused();
            expect(c"an address", got.err(), wanted)?;
        }
        Ok(())
    }

    #[test]
    fn a_table_that_is_not_connected_fails() -> Result {
        for process in [Process::Native, Process::Compat] {
            let device = KBox::new(Unconnected, GFP_KERNEL)?;
            let tester = Tester::<Unconnected>::new(device, process);

            expect(c"a tester", tester.err(), Some(ENOTTY))?;
        }
        Ok(())
    }

    #[test]
    fn a_tester_needs_a_running_test() -> Result {
        #[pin_data]
        struct Other {
            error: Atomic<i32>,
            #[pin]
            done: Completion,
        }
        let other = Arc::pin_init(
            pin_init!(Other { error: Atomic::new(0), done <- Completion::new() }),
            GFP_KERNEL,
        )?;
        let worker = other.clone();

        // The worker is a kernel thread that runs no test, so it cannot open the device. The same
        // holds for a thread that initializes a module.
        workqueue::system().try_spawn(GFP_KERNEL, move || {
            let error = device(Process::Native).err().map_or(0, Error::to_errno);

            worker.error.store(error, Relaxed);
            worker.done.complete_all();
        })?;
        other.done.wait_for_completion();
        expect(c"a worker", other.error.load(Relaxed), ESRCH.to_errno())
    }
}
