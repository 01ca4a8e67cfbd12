// SPDX-License-Identifier: GPL-2.0

//! A misc device with ioctls for most kinds of argument that a table can declare.
//!
//! C header: [`rust_kinds.h`](srctree/samples/rust/include/uapi/linux/rust_kinds.h)

mod deadline;

use deadline::{
    Deadline32,
    RUST_KINDS_SET_DEADLINE32, //
};
use kernel::{
    ioctl::*,
    miscdevice::*,
    new_mutex,
    prelude::*,
    sync::Mutex,
    uapi::*, //
};

module! {
    type: KindsModule,
    name: "rust_kinds",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Rust sample: ioctls of most kinds",
    license: "GPL",
}

ioctls! {
    misc Kinds {
        RUST_KINDS_RESET: none => reset,
        RUST_KINDS_SET_LEVEL: by_value u32 => set_level,
        RUST_KINDS_SET_MODE[RUST_KINDS_CHANNELS as usize]: in try Mode => set_mode,
        RUST_KINDS_GET_MODES[..]: out [u32] => modes,
        RUST_KINDS_SET_LIMITS: in versioned rust_kinds_limits min low => set_limits,
        RUST_KINDS_GET_LIMITS: out rust_kinds_limits => limits,
        RUST_KINDS_SET_DEADLINE: in rust_kinds_deadline
            compat RUST_KINDS_SET_DEADLINE32: Deadline32 (from_32) => set_deadline,
        RUST_KINDS_STATE: out deferred rust_kinds_state => state,
        RUST_KINDS_SUM[..]: in [u8] => sum,
        RUST_KINDS_HISTOGRAM: inout boxed rust_kinds_histogram
            with bytes: [u8; count] max RUST_KINDS_MAX_BYTES as usize => histogram,
        RUST_KINDS_KEEP: in boxed rust_kinds_histogram
            with bytes: [u8; count] max RUST_KINDS_MAX_BYTES as usize => keep,
    }
    reserved rust_kinds_histogram { reserved, counts }
}

/// An argument that is read with `try` may be an enum.
#[derive(Clone, Copy, TryFromBytes, IntoBytes, KnownLayout, Immutable, CompatLayout)]
#[repr(u32)]
#[expect(dead_code)] // User space provides the values.
enum Mode {
    Slow,
    Fast,
}

#[pin_data]
struct Kinds {
    #[pin]
    state: Mutex<rust_kinds_state>,
    #[pin]
    kept: Mutex<Option<(KBox<rust_kinds_histogram>, UVec<u8>)>>,
}

impl Kinds {
    fn new() -> Result<Pin<KBox<Self>>> {
        let state = rust_kinds_state::new_zeroed();
        KBox::pin_init(
            pin_init!(Self { state <- new_mutex!(state), kept <- new_mutex!(None) }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    fn reset(self: Pin<&Self>) -> Result {
        self.state.lock_killable()?.zero();
        Ok(())
    }

    fn set_level(self: Pin<&Self>, level: u32) -> Result {
        self.state.lock_killable()?.level = level;
        Ok(())
    }

    fn set_mode(self: Pin<&Self>, channel: usize, mode: &Mode) -> Result {
        self.state.lock_killable()?.modes[channel] = *mode as u32;
        Ok(())
    }

    fn modes(self: Pin<&Self>, modes: OutSlice<'_, u32>) -> Result<u32> {
        modes.write(&self.state.lock_killable()?.modes)
    }

    fn set_limits(self: Pin<&Self>, limits: &rust_kinds_limits) -> Result {
        self.state.lock_killable()?.limits = *limits;
        Ok(())
    }

    fn limits(self: Pin<&Self>) -> Result<rust_kinds_limits> {
        Ok(self.state.lock_killable()?.limits)
    }

    fn state<'a>(self: Pin<&Self>, arg: OutArg<'a, rust_kinds_state>) -> Result<Replied<'a>> {
        let state = self.state.lock_killable()?;

        arg.write(&state)
    }

    fn sum(self: Pin<&Self>, bytes: UVec<u8>) -> Result<u32> {
        Ok(bytes.iter().map(|&b| u32::from(b)).sum())
    }

    fn histogram(self: Pin<&Self>, to: &mut rust_kinds_histogram, bytes: UVec<u8>) -> Result {
        bytes.iter().for_each(|&b| to.counts[usize::from(b)] += 1);
        Ok(())
    }

    fn keep(self: Pin<&Self>, argument: KBox<rust_kinds_histogram>, bytes: UVec<u8>) -> Result {
        let _before = self.kept.lock().replace((argument, bytes));
        Ok(())
    }
}

#[vtable]
impl MiscDevice for Kinds {
    type Ptr = Pin<KBox<Self>>;
    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
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

kernel::ioctl_tests! { rust_kinds: Kinds = Kinds::new(); RUST_KINDS_SET_MODE: Mode::Fast }
