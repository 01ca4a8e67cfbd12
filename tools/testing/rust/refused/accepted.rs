// SPDX-License-Identifier: GPL-2.0

//! accepted: correct versions of the code in other files

#![allow(dead_code, missing_docs, unused_imports)]

use core::{
    marker::PhantomData,
    num::NonZero, //
};
use kernel::{
    fs::File,
    ioctl::{
        ioctls,
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
    min_size,
    miscdevice::*,
    prelude::*,
    uaccess::{
        MinSize,
        UserSliceReader,
        UserSliceWriter, //
    },
};

module! {
    type: Owner,
    name: "accepted",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Code that must compile",
    license: "GPL",
}

#[pin_data]
struct Owner {
    #[pin]
    _device: MiscDeviceRegistration<Device>,
}

impl kernel::InPlaceModule for Owner {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name: c"accepted" }),
        })
    }
}

struct Device;

#[vtable]
impl MiscDevice for Device {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Ok(KBox::new(Self, GFP_KERNEL)?)
    }

    fn ioctl(_device: &Self, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
        Err(ENOTTY)
    }

    #[cfg(CONFIG_COMPAT)]
    fn compat_ioctl(_device: &Self, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
        Err(ENOTTY)
    }
}

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
#[repr(C)]
struct Status {
    errors: u64,
    speed: u32,
    reserved: u32,
}

#[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
#[repr(u32)]
enum Mode {
    Off,
    On,
}

#[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
#[repr(C)]
struct Kinds {
    enabled: bool,
    reserved: [u8; NAME_LEN - 1],
    level: Level,
    first: NonZero<u32>,
    second: NonZero<i64>,
    status: [[Status; 2]; 1],
    _owner: PhantomData<Device>,
}

/// An alias of an integer smaller than 64 bits, which cannot be a `long`.
type Level = u32;
const NAME_LEN: usize = 8;

const FIRST: MinSize<Status> = min_size!(Status, reserved);

pub fn copy(mut reader: UserSliceReader, mut writer: UserSliceWriter) -> Result<bool> {
    let _divisor: NonZero<u32> = reader.try_read()?;
    let mode: Mode = reader.try_read()?;
    let (status, _tail) = reader.read_versioned(FIRST)?;

    writer.write(&status)?;
    writer.write(&[status][..])?;
    Ok(matches!(mode, Mode::On) || matches!(mode, Mode::Off))
}

#[derive(FromBytes, IntoBytes, Immutable, CompatLayout)]
#[repr(C)]
struct Sum {
    values: u64,
    count: u32,
    reserved: [u16; 2],
}

const RESET: u32 = _IO('c' as u32, 1);
const LEVEL: u32 = _IO('c' as u32, 2);
const OFFSET: u32 = _IOW::<i32>('c' as u32, 3);
const ADDRESS: u32 = _IO('c' as u32, 4);
const MODE: u32 = _IO('c' as u32, 5);
const SET: u32 = _IOW::<Status>('c' as u32, 6);
const GET: u32 = _IOR::<Status>('c' as u32, 6);
const SWAP: u32 = _IOWR::<Status>('c' as u32, 6);
const SET_MODE: u32 = _IOW::<Mode>('c' as u32, 7);
const SUM: u32 = _IOWR::<Sum>('c' as u32, 8);
const SET_PAGE: u32 = _IOW::<[u8; 4096]>('c' as u32, 9);
const GET_PAGE: u32 = _IOR::<[u8; 4096]>('c' as u32, 9);
const SWAP_PAGE: u32 = _IOWR::<[u8; 4096]>('c' as u32, 9);
const LOAD: u32 = _IOW::<[u8; 8192]>('c' as u32, 10);
const STORE: u32 = _IOR::<[u8; 8192]>('c' as u32, 10);
const NAME: u32 = _IOR::<[u8; 0]>('c' as u32, 11);
const ALL: u32 = _IOW::<[u8; 0]>('c' as u32, 11);
const OLD_SET: u32 = _IOW::<Status>('c' as u32, 12);
const OLD_GET: u32 = _IOR::<Status>('c' as u32, 12);
const OLD_SWAP: u32 = _IOWR::<Status>('c' as u32, 12);
const WORD: u32 = _IOWR::<u64>('c' as u32, 13);
const WORD32: u32 = _IOWR::<u32>('c' as u32, 13);
const REGISTER: u32 = _IOW::<u64>('c' as u32, 0x20);
const REGISTER32: u32 = _IOW::<u32>('c' as u32, 0x20);
const KINDS: u32 = _IOW::<Kinds>('c' as u32, 14);
const FLAG: u32 = _IOW::<bool>('c' as u32, 15);
const LAST: u32 = _IO('c' as u32, 0xff);

ioctls! {
    misc Device {
        RESET: none => reset(file),
        LEVEL: by_value u32 => level,
        OFFSET: by_value i32 => offset,
        ADDRESS: by_value usize => address(file),
        MODE: by_value try Mode => mode,
        SET: in Status => set,
        GET: out Status => get(file),
        SWAP: inout Status copy_back_on_error => swap,
        SET_MODE: in try Mode => set_mode,
        SUM: inout Sum
            with values: [Status; count] max 8
            with values: [u16; count] max 8 => sum(file),
        SET_PAGE: in boxed [u8; 4096] => set_page,
        GET_PAGE: out boxed [u8; 4096] => page,
        SWAP_PAGE: inout boxed [u8; 4096] => page,
        LOAD: in deferred [u8; 8192] => load,
        STORE: out deferred [u8; 8192] => store,
        NAME[..]: out [u16] => name,
        ALL[..]: in [Status] => set_all,
        OLD_SET: in versioned Status min errors => set,
        OLD_GET: out versioned Status min errors => get(file),
        OLD_SWAP: inout versioned Status min errors => swap,
        WORD: inout u64 compat WORD32: u32 (from_32, to_32) => word,
        REGISTER[8]: in u64 compat REGISTER32: u32 (from_32) => set_register(file),
        KINDS: in try Kinds => kinds,
        FLAG: in try bool => flag,
        /// A doc comment.
        #[cfg(MODULE)]
        LAST: none => last,
        #[cfg(not(MODULE))]
        LAST: in NoSuchType => no_such_method,
        _ => ioctl,
        compat _ => compat_ioctl,
    }
    reserved Status { speed & !0xff, reserved }
    reserved Sum { reserved }
}

impl Device {
    fn reset(&self, _file: &File) -> Result<u32> {
        Ok(1)
    }

    fn level(&self, level: u32) -> Result<u32> {
        Ok(level)
    }

    fn offset(&self, _offset: i32) -> Result {
        Ok(())
    }

    fn address(&self, _address: usize, _file: &File) -> Result {
        Ok(())
    }

    fn mode(&self, _mode: Mode) -> Result {
        Ok(())
    }

    fn set(&self, _status: &Status) -> Result {
        Ok(())
    }

    fn get(&self, _file: &File) -> Result<Status> {
        Ok(FromZeros::new_zeroed())
    }

    fn swap(&self, status: &mut Status) -> Result {
        status.errors += 1;
        Ok(())
    }

    fn set_mode(&self, _mode: &Mode) -> Result {
        Ok(())
    }

    fn sum(&self, sum: &mut Sum, all: UVec<Status>, words: UVec<u16>, _file: &File) -> Result {
        sum.values = (all.len() + words.len()) as u64;
        Ok(())
    }

    fn set_page(&self, _page: KBox<[u8; 4096]>) -> Result {
        Ok(())
    }

    fn page(&self, page: &mut [u8; 4096]) -> Result<u32> {
        Ok(page[0].into())
    }

    fn load(&self, source: InArg<'_, [u8; 8192]>) -> Result {
        let mut page = KBox::new_zeroed(GFP_KERNEL)?;
        source.read_into(&mut page)
    }

    fn store<'a>(&self, target: OutArg<'a, [u8; 8192]>) -> Result<Replied<'a>> {
        target.write(&*KBox::new_zeroed(GFP_KERNEL)?)
    }

    fn name(&self, name: OutSlice<'_, u16>) -> Result<u32> {
        name.write(&[1, 2, 3])
    }

    fn set_all(&self, _all: UVec<Status>) -> Result {
        Ok(())
    }

    fn word(&self, word: &mut u64) -> Result {
        *word = 0;
        Ok(())
    }

    fn set_register(&self, _index: usize, _value: &u64, _file: &File) -> Result {
        Ok(())
    }

    fn kinds(&self, _kinds: &Kinds) -> Result {
        Ok(())
    }

    fn flag(&self, _flag: &bool) -> Result {
        Ok(())
    }

    fn last(&self) -> Result {
        Ok(())
    }

    fn from_32(word: &u32) -> Result<u64> {
        Ok((*word).into())
    }

    fn to_32(word: &u64) -> Result<u32> {
        Ok((*word).try_into()?)
    }
}
