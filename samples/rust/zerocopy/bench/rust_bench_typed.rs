// SPDX-License-Identifier: GPL-2.0

//! The driver of `rust_bench_c.c` in Rust, with a table of typed ioctls.
//!
//! C header: [`rust_bench.h`](srctree/samples/rust/include/uapi/linux/rust_bench.h)

use core::num::NonZero;
use kernel::{
    error::code::E2BIG,
    ioctl::*,
    miscdevice::*,
    new_mutex,
    prelude::*,
    sync::Mutex,
    uaccess::{
        UserAddr,
        UserPtr,
        UserSlice, //
    },
    uapi::*, //
};

mod frame;

module! {
    type: BenchModule,
    name: "rust_bench_typed",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Benchmark driver: ioctls in Rust with a table",
    license: "GPL",
}

ioctls! {
    misc Bench {
        RUST_BENCH_NONE: none => nothing,
        RUST_BENCH_SET: in u64 => set,
        RUST_BENCH_GET: out u64 => get,
        RUST_BENCH_SWAP: inout rust_bench_block => swap,
        // The C driver copies this page to its stack. This driver copies it to the device's page.
        RUST_BENCH_STACK: in deferred rust_bench_page => keep,
        RUST_BENCH_HEAP: in boxed rust_bench_page => heap,
        RUST_BENCH_KEEP: in deferred rust_bench_page => keep,
        RUST_BENCH_MODE: in try Mode => set_mode,
        RUST_BENCH_CONFIG: in rust_bench_config => configure,
        RUST_BENCH_VERSION: in versioned rust_bench_version min first => version,
        RUST_BENCH_ARRAY: in rust_bench_array
            with points: [rust_bench_point; count] max RUST_BENCH_MAX as usize => array,
        RUST_BENCH_LIST: by_value usize => list,
        RUST_BENCH_LOAD: in rust_bench_buffer => load,
        RUST_BENCH_PARSE: by_value u32 => parse,
    }
    reserved rust_bench_config { flags & !RUST_BENCH_FLAGS, reserved }
    reserved rust_bench_array { reserved }
}

#[derive(Clone, Copy, TryFromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
#[repr(u32)]
#[expect(dead_code)] // User space provides the values.
enum Mode {
    Slow,
    Fast,
    Fastest,
}

/// `struct rust_bench_list` and its elements.
#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
struct List {
    header: rust_bench_list,
    values: [u64],
}

const FRAME: NonZero<usize> = NonZero::new(RUST_BENCH_FRAME as usize).unwrap();

struct State {
    value: u64,
    mode: Mode,
    block: rust_bench_block,
    page: KBox<rust_bench_page>,
    buffer: KVBox<[u8; RUST_BENCH_SIZE as usize]>,
    /// The distance between two frames in the buffer, in bytes.
    frame: NonZero<usize>,
}

#[pin_data]
struct Bench {
    #[pin]
    state: Mutex<State>,
}

/// Returns the sum of the first and the last word.
fn ends(page: &rust_bench_page) -> u64 {
    let [first, .., last] = page.words;

    first.wrapping_add(last)
}

impl Bench {
    fn new() -> Result<Pin<KBox<Self>>> {
        let state = State {
            value: 0,
            mode: Mode::Slow,
            block: FromZeros::new_zeroed(),
            page: KBox::new_zeroed(GFP_KERNEL_ACCOUNT)?,
            buffer: KVBox::new_zeroed(GFP_KERNEL_ACCOUNT)?,
            frame: FRAME,
        };
        KBox::pin_init(
            pin_init!(Self { state <- new_mutex!(state) }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    fn set_value(&self, value: u64) -> Result {
        self.state.lock().value = value;
        Ok(())
    }

    fn nothing(self: Pin<&Self>) -> Result {
        Ok(())
    }

    fn set(self: Pin<&Self>, value: &u64) -> Result {
        self.set_value(*value)
    }

    fn get(self: Pin<&Self>) -> Result<u64> {
        Ok(self.state.lock().value)
    }

    fn swap(self: Pin<&Self>, block: &mut rust_bench_block) -> Result {
        *block = core::mem::replace(&mut self.state.lock().block, *block);
        Ok(())
    }

    fn heap(self: Pin<&Self>, page: KBox<rust_bench_page>) -> Result {
        self.set_value(ends(&page))
    }

    fn keep(self: Pin<&Self>, page: InArg<'_, rust_bench_page>) -> Result {
        let mut state = self.state.lock();

        page.read_into(&mut state.page)?;
        state.value = ends(&state.page);
        Ok(())
    }

    fn set_mode(self: Pin<&Self>, mode: &Mode) -> Result {
        self.state.lock().mode = *mode;
        Ok(())
    }

    fn configure(self: Pin<&Self>, config: &rust_bench_config) -> Result {
        self.set_value(config.value)
    }

    fn version(self: Pin<&Self>, version: &rust_bench_version) -> Result {
        self.set_value(version.first.wrapping_add(version.second))
    }

    fn array(self: Pin<&Self>, _: &rust_bench_array, points: UVec<rust_bench_point>) -> Result {
        let sum = points.iter().fold(0_u64, |sum, point| {
            sum.wrapping_add(point.x).wrapping_add(point.y)
        });
        self.set_value(sum)
    }

    fn list(self: Pin<&Self>, addr: usize) -> Result {
        let list: UBox<List> = UserSlice::new(UserPtr::from_addr(addr), usize::MAX)
            .reader()
            .read_box_with_elems(
                |header: &rust_bench_list| match header.count {
                    count @ 0..=RUST_BENCH_MAX => Ok(count as usize),
                    _ => Err(E2BIG),
                },
                GFP_KERNEL,
            )?;

        self.set_value(list.values.iter().fold(0, |sum, v| sum.wrapping_add(*v)))
    }

    fn load(self: Pin<&Self>, from: &rust_bench_buffer) -> Result {
        let size = usize::try_from(from.size).map_err(|_| E2BIG)?;
        let mut state = self.state.lock();
        let buffer = state.buffer.get_mut(..size).ok_or(E2BIG)?;

        UserAddr::<[u8]>::from(from.addr)
            .slice(size)?
            .reader()
            .read_into(buffer)
    }

    fn parse(self: Pin<&Self>, count: u32) -> Result<u32> {
        let state = self.state.lock();
        let size = state.frame.get();
        let len = size.checked_mul(count as usize).ok_or(E2BIG)?;
        let mut sum = 0_u32;

        for frame in state.buffer.get(..len).ok_or(E2BIG)?.chunks_exact(size) {
            sum = sum.wrapping_add(frame::payload(frame)?);
        }
        Ok(sum)
    }
}

#[vtable]
impl MiscDevice for Bench {
    type Ptr = Pin<KBox<Self>>;
    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }
}

#[pin_data]
struct BenchModule {
    #[pin]
    _device: MiscDeviceRegistration<Bench>,
}

impl kernel::InPlaceModule for BenchModule {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        let name = c"rust-bench-typed";
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name }),
        })
    }
}
