// SPDX-License-Identifier: GPL-2.0

//! Misc devices whose ioctls carry an extensible struct: one device for each version of the header.
//!
//! C header: [`rust_config.h`](srctree/samples/rust/include/uapi/linux/rust_config.h)

use kernel::{
    ioctl::ioctls,
    miscdevice::{
        MiscDevice,
        MiscDeviceOptions,
        MiscDeviceRegistration,
        MiscIoctls,
        UncountedFile, //
    },
    new_mutex,
    prelude::*,
    sync::Mutex,
    uapi::*, //
};

module! {
    type: ConfigModule,
    name: "rust_config",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Rust sample: ioctls with a versioned struct",
    license: "GPL",
}

// One table for each version of the struct. User space may have a newer or older version of the
// struct, so the number of a call may encode a different size than the constant. The smallest
// accepted size ends after the field that `min` names.
ioctls! {
    misc Sampler<rust_config_v1> {
        RUST_CONFIG_GET_V1: out versioned rust_config_v1 min flags => get,
        RUST_CONFIG_SET_V1: in versioned rust_config_v1 min flags => set,
        RUST_CONFIG_SWAP_V1: inout versioned rust_config_v1 min flags => swap,
    }
    reserved rust_config_v1 { flags & !RUST_CONFIG_FLAGS }
}

ioctls! {
    misc Sampler<rust_config_v2> {
        RUST_CONFIG_GET_V2: out versioned rust_config_v2 min flags => get,
        RUST_CONFIG_SET_V2: in versioned rust_config_v2 min flags => set,
        RUST_CONFIG_SWAP_V2: inout versioned rust_config_v2 min flags => swap,
    }
    reserved rust_config_v2 { flags & !RUST_CONFIG_FLAGS }
}

ioctls! {
    misc Sampler<rust_config> {
        RUST_CONFIG_GET: out versioned rust_config min flags => get,
        RUST_CONFIG_SET: in versioned rust_config min flags => set,
        RUST_CONFIG_SWAP: inout versioned rust_config min flags => swap,
    }
    reserved rust_config { flags & !RUST_CONFIG_FLAGS, reserved }
}

/// A version of the struct.
trait Config: Copy + FromZeros + Send + Unpin {
    const IOCTLS: MiscIoctls<Sampler<Self>>;
}

impl Config for rust_config_v1 {
    const IOCTLS: MiscIoctls<Sampler<Self>> = MiscIoctls::TABLE;
}

impl Config for rust_config_v2 {
    const IOCTLS: MiscIoctls<Sampler<Self>> = MiscIoctls::TABLE;
}

impl Config for rust_config {
    const IOCTLS: MiscIoctls<Sampler<Self>> = MiscIoctls::TABLE;
}

/// A device that supports only the version `C` of the struct.
#[pin_data]
struct Sampler<C> {
    #[pin]
    config: Mutex<C>,
}

impl<C: Config> Sampler<C> {
    fn new() -> Result<Pin<KBox<Self>>> {
        KBox::pin_init(
            pin_init!(Sampler { config <- new_mutex!(C::new_zeroed()) }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    fn get(self: Pin<&Self>) -> Result<C> {
        Ok(*self.config.lock())
    }

    fn set(self: Pin<&Self>, config: &C) -> Result {
        *self.config.lock() = *config;
        Ok(())
    }

    fn swap(self: Pin<&Self>, config: &mut C) -> Result {
        core::mem::swap(&mut *self.config.lock(), config);
        Ok(())
    }
}

#[vtable]
impl<C: Config> MiscDevice for Sampler<C> {
    type Ptr = Pin<KBox<Self>>;

    const IOCTLS: MiscIoctls<Self> = C::IOCTLS;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }
}

#[pin_data]
struct ConfigModule {
    #[pin]
    _v1: MiscDeviceRegistration<Sampler<rust_config_v1>>,
    #[pin]
    _v2: MiscDeviceRegistration<Sampler<rust_config_v2>>,
    #[pin]
    _v3: MiscDeviceRegistration<Sampler<rust_config>>,
}

impl kernel::InPlaceModule for ConfigModule {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        let options = |name| MiscDeviceOptions { name };
        try_pin_init!(Self {
            _v1 <- MiscDeviceRegistration::register(options(c"rust-config-v1")),
            _v2 <- MiscDeviceRegistration::register(options(c"rust-config-v2")),
            _v3 <- MiscDeviceRegistration::register(options(c"rust-config-v3")),
        })
    }
}

kernel::ioctl_tests! {
    rust_config_v1_ioctls: Sampler<rust_config_v1> = Sampler::new();
    RUST_CONFIG_SET_V1: rust_config_v1 { rate: 1, flags: 1 },
}
kernel::ioctl_tests! {
    rust_config_v2_ioctls: Sampler<rust_config_v2> = Sampler::new();
    RUST_CONFIG_SET_V2: rust_config_v2 { rate: 1, flags: 1, depth: 2 },
}
kernel::ioctl_tests! {
    rust_config_v3_ioctls: Sampler<rust_config> = Sampler::new();
    RUST_CONFIG_SET: rust_config { rate: 1, flags: 1, depth: 2, threshold: 3, reserved: 0 },
}
