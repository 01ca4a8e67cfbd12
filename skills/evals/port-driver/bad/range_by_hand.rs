// SPDX-License-Identifier: GPL-2.0

//! A misc device that keeps a range.

use kernel::uapi::{rust_range, RUST_RANGE_FLAGS, RUST_RANGE_GET, RUST_RANGE_SET};
use kernel::{ioctl::ioctls, miscdevice::*, new_mutex, prelude::*, sync::Mutex};

module! {
    type: RangeModule,
    name: "range_by_hand",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "A driver to port",
    license: "GPL",
}

ioctls! {
    misc RangeDevice {
        RUST_RANGE_GET: out rust_range => get,
        RUST_RANGE_SET: in rust_range => set,
    }
    reserved rust_range { flags & !RUST_RANGE_FLAGS, reserved }
}

#[pin_data]
struct RangeDevice {
    #[pin]
    range: Mutex<rust_range>,
}

impl RangeDevice {
    fn new() -> Result<Pin<KBox<Self>>> {
        let range = rust_range {
            start: 0,
            length: 1,
            flags: 0,
            reserved: 0,
        };

        KBox::pin_init(
            pin_init!(Self { range <- new_mutex!(range) }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    fn get(self: Pin<&Self>) -> Result<rust_range> {
        Ok(*self.range.lock())
    }

    fn set(self: Pin<&Self>, range: &rust_range) -> Result {
        if range.length == 0 {
            return Err(EINVAL);
        }
        *self.range.lock() = *range;
        Ok(())
    }
}

#[vtable]
impl MiscDevice for RangeDevice {
    type Ptr = Pin<KBox<Self>>;
    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }
}

#[pin_data]
struct RangeModule {
    #[pin]
    _device: MiscDeviceRegistration<RangeDevice>,
}

impl kernel::InPlaceModule for RangeModule {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        let name = c"range-by-hand";
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name }),
        })
    }
}

kernel::ioctl_tests! {
    range_by_hand: RangeDevice = RangeDevice::new();
    RUST_RANGE_SET: rust_range { start: 0, length: 1, flags: 0, reserved: 0 },
}
