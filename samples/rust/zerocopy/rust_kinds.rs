// SPDX-License-Identifier: GPL-2.0

//! A misc device with one ioctl of each kind that a table can declare.
//!
//! C header: [`include/uapi/linux/rust_kinds.h`](srctree/include/uapi/linux/rust_kinds.h)

use kernel::{
    fs::File,
    ioctl::{ioctls, Elements, SameCompat, Target, Written, _IOW},
    miscdevice::{MiscDevice, MiscDeviceOptions, MiscDeviceRegistration, MiscIoctls},
    new_mutex,
    prelude::*,
    sync::Mutex,
    uapi, //
};

module! {
    type: KindsModule,
    name: "rust_kinds",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "One ioctl of each kind",
    license: "GPL",
}

ioctls! {
    impl MiscDevice for Kinds {
        uapi::RUST_KINDS_RESET: none => reset,
        uapi::RUST_KINDS_LEVEL: value u32 => set_level,
        uapi::RUST_KINDS_MODE: in checked Mode => set_mode,
        uapi::RUST_KINDS_STATUS: out uapi::rust_kinds_status => status,
        uapi::RUST_KINDS_SUM: inout uapi::rust_kinds_sum
            with values: [u64; count] max uapi::RUST_KINDS_MAX_VALUES as usize => sum,
        uapi::RUST_KINDS_LIMITS: in versioned uapi::rust_kinds_limits min low => set_limits,
        uapi::RUST_KINDS_DEADLINE: in uapi::rust_kinds_deadline
            compat RUST_KINDS_DEADLINE32: Deadline32 (from_32) => set_deadline,
        uapi::RUST_KINDS_SET_PAGE: in boxed uapi::rust_kinds_page => set_page,
        uapi::RUST_KINDS_GET_PAGE: out place uapi::rust_kinds_page => page,
        uapi::RUST_KINDS_GET_NAME[..]: out [u8] => name,
        uapi::RUST_KINDS_SET_NAME[..]: in [u8] => set_name,
        uapi::RUST_KINDS_REGISTER[uapi::RUST_KINDS_REGISTERS as usize]: out u32 => register,
    }
    zero uapi::rust_kinds_sum { reserved, sum }
}

/// A value is checked, so an enum may be read.
#[derive(Clone, Copy, TryFromBytes, IntoBytes, KnownLayout, Immutable, SameCompat)]
#[repr(u32)]
#[allow(dead_code)] // They come from user space.
enum Mode {
    Off,
    Slow,
    Fast,
}

/// `struct rust_kinds_deadline` of a 32-bit x86 program, where `u64` is aligned to 4 bytes.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, SameCompat)]
#[repr(C, packed(4))]
struct Deadline32 {
    id: u32,
    ns: u64,
}

const RUST_KINDS_DEADLINE32: u32 = _IOW::<Deadline32>('|' as u32, 0xa6);

struct State {
    status: uapi::rust_kinds_status,
    page: Option<KBox<uapi::rust_kinds_page>>,
    name: KVec<u8>,
    registers: [u32; uapi::RUST_KINDS_REGISTERS as usize],
}

#[pin_data]
struct Kinds {
    #[pin]
    state: Mutex<State>,
}

impl Kinds {
    fn new() -> Result<Pin<KBox<Self>>> {
        let state = State {
            status: FromZeros::new_zeroed(),
            page: None,
            name: KVec::new(),
            registers: core::array::from_fn(|i| 100 + i as u32),
        };
        KBox::pin_init(pin_init!(Self { state <- new_mutex!(state) }), GFP_KERNEL)
    }

    fn reset(self: Pin<&Self>) -> Result {
        let mut state = self.state.lock();
        state.status.zero();
        state.page = None;
        state.name.clear();
        Ok(())
    }

    fn set_level(self: Pin<&Self>, level: u32) -> Result<u32> {
        Ok(core::mem::replace(
            &mut self.state.lock().status.level,
            level,
        ))
    }

    fn set_mode(self: Pin<&Self>, mode: &Mode) -> Result {
        self.state.lock().status.mode = *mode as u32;
        Ok(())
    }

    fn status(self: Pin<&Self>) -> Result<uapi::rust_kinds_status> {
        Ok(self.state.lock().status)
    }

    fn sum(self: Pin<&Self>, sum: &mut uapi::rust_kinds_sum, values: KVec<u64>) -> Result {
        sum.sum = values
            .iter()
            .try_fold(0_u64, |sum, value| sum.checked_add(*value))
            .ok_or(EOVERFLOW)?;
        Ok(())
    }

    fn set_limits(self: Pin<&Self>, limits: &uapi::rust_kinds_limits) -> Result {
        let high = if limits.high == 0 {
            u64::MAX
        } else {
            limits.high
        };
        if limits.low > high {
            return Err(ERANGE);
        }
        Ok(())
    }

    fn set_deadline(self: Pin<&Self>, deadline: &uapi::rust_kinds_deadline) -> Result {
        self.state.lock().status.deadline = deadline.ns;
        Ok(())
    }

    fn from_32(deadline: &Deadline32) -> Result<uapi::rust_kinds_deadline> {
        let Deadline32 { id, ns } = *deadline;
        Ok(uapi::rust_kinds_deadline { id, ns })
    }

    fn set_page(self: Pin<&Self>, page: KBox<uapi::rust_kinds_page>) -> Result {
        self.state.lock().page = Some(page);
        Ok(())
    }

    fn page(self: Pin<&Self>, target: Target<uapi::rust_kinds_page>) -> Result<Written> {
        target.write(self.state.lock().page.as_ref().ok_or(ENOENT)?)
    }

    fn name(self: Pin<&Self>, target: Elements<u8>) -> Result<u32> {
        target.write(&self.state.lock().name)
    }

    fn set_name(self: Pin<&Self>, name: KVec<u8>) -> Result {
        if name.len() > uapi::RUST_KINDS_NAME_MAX as usize {
            return Err(E2BIG);
        }
        self.state.lock().name = name;
        Ok(())
    }

    fn register(self: Pin<&Self>, index: usize) -> Result<u32> {
        Ok(self.state.lock().registers[index])
    }
}

#[vtable]
impl MiscDevice for Kinds {
    type Ptr = Pin<KBox<Self>>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &File, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }
}

#[pin_data]
struct KindsModule {
    #[pin]
    _device: MiscDeviceRegistration<Kinds>,
}

impl kernel::InPlaceModule for KindsModule {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name: c"rust-kinds" }),
        })
    }
}

kernel::ioctl_tests! {
    rust_kinds: Kinds = Kinds::new();
    uapi::RUST_KINDS_MODE: Mode::Fast,
    uapi::RUST_KINDS_LIMITS: uapi::rust_kinds_limits { low: 1, high: 2 },
}
