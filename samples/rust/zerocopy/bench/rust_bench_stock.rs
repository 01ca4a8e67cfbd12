// SPDX-License-Identifier: GPL-2.0

//! The driver of `rust_bench_c.c` in Rust, which copies and checks each argument by hand.
//!
//! C header: [`rust_bench.h`](srctree/samples/rust/include/uapi/linux/rust_bench.h)

use core::mem::MaybeUninit;
use kernel::{
    error::code::{
        E2BIG,
        EINVAL,
        ENOTTY, //
    },
    fs::File,
    ioctl::_IOC_SIZE,
    miscdevice::{
        MiscDevice,
        MiscDeviceOptions,
        MiscDeviceRegistration,
        UncountedFile, //
    },
    new_mutex,
    prelude::*,
    sync::Mutex,
    uaccess::{
        UserPtr,
        UserSlice, //
    },
    uapi::*, //
};

module! {
    type: BenchModule,
    name: "rust_bench_stock",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Benchmark driver: ioctls in Rust without a table",
    license: "GPL",
}

const WORDS: usize = 512;
const PAGE: usize = WORDS * size_of::<u64>();
const MAX: usize = RUST_BENCH_MAX as usize;
const SIZE: usize = RUST_BENCH_SIZE as usize;

/// The size field of an ioctl number.
const SIZE_MASK: u32 = _IOC_SIZEMASK << _IOC_SIZESHIFT;

const VERSION: u32 = RUST_BENCH_VERSION & !SIZE_MASK;

struct State {
    value: u64,
    mode: u32,
    block: [u64; 8],
    page: KBox<[u8; PAGE]>,
    buffer: KVVec<u8>,
    /// The distance between two frames in the buffer, in bytes.
    frame: usize,
}

#[pin_data]
struct Bench {
    #[pin]
    state: Mutex<State>,
}

fn word(bytes: &[u8]) -> Result<u64> {
    Ok(u64::from_ne_bytes(bytes.try_into().map_err(|_| EINVAL)?))
}

/// Returns the sum of the first and the last word.
fn ends(page: &[u8]) -> Result<u64> {
    Ok(word(&page[..8])?.wrapping_add(word(&page[PAGE - 8..])?))
}

fn half(bytes: &[u8], at: usize) -> Result<u16> {
    let bytes = bytes.get(at..at + 2).ok_or(EINVAL)?;

    Ok(u16::from_be_bytes(bytes.try_into().map_err(|_| EINVAL)?))
}

/// Returns the size of the UDP payload of an IPv4 frame, skipping any VLAN tags.
#[inline(never)]
fn payload(frame: &[u8]) -> Result<u32> {
    let mut protocol = half(frame, 12)?;
    let mut rest = frame.get(14..).ok_or(EINVAL)?;

    while let 0x8100 | 0x88a8 = protocol {
        protocol = half(rest, 2)?;
        rest = rest.get(4..).ok_or(EINVAL)?;
    }
    let ip = rest.get(..20).ok_or(EINVAL)?;
    let options = usize::from(ip[0] & 0xf) * 4;
    if protocol != 0x0800 || ip[0] >> 4 != 4 || options < 20 || ip[9] != 17 {
        return Err(EINVAL);
    }
    let datagram = rest.get(options..usize::from(half(ip, 2)?)).ok_or(EINVAL)?;

    let udp = datagram.get(..8).ok_or(EINVAL)?;
    let length = usize::from(half(udp, 4)?);
    if length < 8 || length > datagram.len() {
        return Err(EINVAL);
    }
    Ok((length - 8) as u32)
}

impl Bench {
    fn new() -> Result<Pin<KBox<Self>>> {
        let state = State {
            value: 0,
            mode: 0,
            block: [0; 8],
            page: KBox::new([0; PAGE], GFP_KERNEL_ACCOUNT)?,
            buffer: KVVec::from_elem(0, SIZE, GFP_KERNEL_ACCOUNT)?,
            frame: RUST_BENCH_FRAME as usize,
        };
        KBox::pin_init(
            pin_init!(Self { state <- new_mutex!(state) }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    fn set_value(&self, value: u64) -> Result<isize> {
        self.state.lock().value = value;
        Ok(0)
    }

    fn set(&self, arg: UserSlice) -> Result<isize> {
        self.set_value(arg.reader().read()?)
    }

    fn get(&self, arg: UserSlice) -> Result<isize> {
        let value = self.state.lock().value;

        arg.writer().write(&value)?;
        Ok(0)
    }

    fn swap(&self, arg: UserSlice) -> Result<isize> {
        let (mut reader, mut writer) = arg.reader_writer();
        let mut block: [u64; 8] = reader.read()?;

        core::mem::swap(&mut self.state.lock().block, &mut block);
        writer.write(&block)?;
        Ok(0)
    }

    fn stack(&self, arg: UserSlice) -> Result<isize> {
        let mut page = MaybeUninit::<[u8; PAGE]>::uninit();
        let page = arg.reader().read_init(&mut page)?;

        self.set_value(ends(page)?)
    }

    fn heap(&self, arg: UserSlice) -> Result<isize> {
        let mut page = KVec::new();

        arg.read_all(&mut page, GFP_KERNEL)?;
        self.set_value(ends(&page)?)
    }

    fn keep(&self, arg: UserSlice) -> Result<isize> {
        let mut state = self.state.lock();

        arg.reader().read_slice(&mut state.page[..])?;
        state.value = ends(&state.page[..])?;
        Ok(0)
    }

    fn set_mode(&self, arg: UserSlice) -> Result<isize> {
        let mode = arg.reader().read()?;

        if mode >= RUST_BENCH_MODES {
            return Err(EINVAL);
        }
        self.state.lock().mode = mode;
        Ok(0)
    }

    fn configure(&self, arg: UserSlice) -> Result<isize> {
        let mut reader = arg.reader();
        let value = reader.read()?;
        let [flags, reserved]: [u32; 2] = reader.read()?;

        if flags & !RUST_BENCH_FLAGS != 0 || reserved != 0 {
            return Err(EINVAL);
        }
        self.set_value(value)
    }

    fn version(&self, arg: UserSlice, size: usize) -> Result<isize> {
        let mut reader = arg.reader();
        let mut version = [0_u8; size_of::<rust_bench_version>()];

        if size < size_of::<u64>() {
            return Err(EINVAL);
        }
        // Check the tail first, as the C driver does.
        let mut tail = reader.clone_reader();
        if tail.skip(version.len()).is_ok() {
            while !tail.is_empty() {
                if tail.read::<u8>()? != 0 {
                    return Err(E2BIG);
                }
            }
        }
        let common = size.min(version.len());
        reader.read_slice(&mut version[..common])?;
        self.set_value(word(&version[..8])?.wrapping_add(word(&version[8..])?))
    }

    fn array(&self, arg: UserSlice) -> Result<isize> {
        let mut reader = arg.reader();
        let points: u64 = reader.read()?;
        let [count, reserved]: [u32; 2] = reader.read()?;
        let size = count as usize * size_of::<rust_bench_point>();
        let mut bytes = KVec::new();

        if reserved != 0 {
            return Err(EINVAL);
        }
        if count > RUST_BENCH_MAX {
            return Err(E2BIG);
        }
        UserSlice::new(UserPtr::from_addr(points as usize), size)
            .read_all(&mut bytes, GFP_KERNEL)?;
        self.sum(&bytes)
    }

    fn sum(&self, bytes: &[u8]) -> Result<isize> {
        let mut sum = 0_u64;

        for bytes in bytes.chunks_exact(8) {
            sum = sum.wrapping_add(word(bytes)?);
        }
        self.set_value(sum)
    }

    fn list(&self, arg: UserPtr) -> Result<isize> {
        let header = size_of::<rust_bench_list>();
        let mut reader = UserSlice::new(arg, header + MAX * size_of::<u64>()).reader();
        let [count, _reserved]: [u32; 2] = reader.read()?;
        let mut bytes = KVec::new();

        if count > RUST_BENCH_MAX {
            return Err(E2BIG);
        }
        UserSlice::new(
            arg.wrapping_byte_add(header),
            count as usize * size_of::<u64>(),
        )
        .read_all(&mut bytes, GFP_KERNEL)?;
        self.sum(&bytes)
    }

    fn load(&self, arg: UserSlice) -> Result<isize> {
        let [addr, size]: [usize; 2] = arg.reader().read()?;
        let mut state = self.state.lock();
        let buffer = state.buffer.get_mut(..size).ok_or(E2BIG)?;

        UserSlice::new(UserPtr::from_addr(addr), size)
            .reader()
            .read_slice(buffer)?;
        Ok(0)
    }

    fn parse(&self, count: u32) -> Result<isize> {
        let state = self.state.lock();
        let mut sum = 0;

        if count as usize > SIZE / state.frame {
            return Err(E2BIG);
        }
        for frame in state.buffer.chunks_exact(state.frame).take(count as usize) {
            sum += payload(frame)?;
        }
        Ok(sum as isize)
    }
}

#[vtable]
impl MiscDevice for Bench {
    type Ptr = Pin<KBox<Self>>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }

    fn ioctl(bench: Pin<&Self>, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        let addr = UserPtr::from_addr(arg);
        let size = _IOC_SIZE(cmd);
        let slice = UserSlice::new(addr, size);

        match cmd {
            RUST_BENCH_NONE => Ok(0),
            RUST_BENCH_SET => bench.set(slice),
            RUST_BENCH_GET => bench.get(slice),
            RUST_BENCH_SWAP => bench.swap(slice),
            RUST_BENCH_STACK => bench.stack(slice),
            RUST_BENCH_HEAP => bench.heap(slice),
            RUST_BENCH_KEEP => bench.keep(slice),
            RUST_BENCH_MODE => bench.set_mode(slice),
            RUST_BENCH_CONFIG => bench.configure(slice),
            RUST_BENCH_ARRAY => bench.array(slice),
            RUST_BENCH_LIST => bench.list(addr),
            RUST_BENCH_LOAD => bench.load(slice),
            RUST_BENCH_PARSE => bench.parse(arg as u32),
            // User space may use another version of the struct, with another size.
            _ if cmd & !SIZE_MASK == VERSION => bench.version(slice, size),
            _ => Err(ENOTTY),
        }
    }
}

#[pin_data]
struct BenchModule {
    #[pin]
    _device: MiscDeviceRegistration<Bench>,
}

impl kernel::InPlaceModule for BenchModule {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        let name = c"rust-bench-stock";
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name }),
        })
    }
}
