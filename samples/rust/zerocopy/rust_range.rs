// SPDX-License-Identifier: GPL-2.0

//! A misc device whose ioctls carry a typed struct. It holds one range of addresses.
//!
//! C header: [`rust_range.h`](srctree/samples/rust/include/uapi/linux/rust_range.h)

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
    uapi::{
        rust_range,
        RUST_RANGE_CLIP,
        RUST_RANGE_FLAGS,
        RUST_RANGE_GET,
        RUST_RANGE_SET, //
    },
};

module! {
    type: RangeModule,
    name: "rust_range",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Rust sample: ioctls with a typed struct",
    license: "GPL",
}

ioctls! {
    misc RangeDevice {
        RUST_RANGE_GET: out rust_range => get,
        RUST_RANGE_SET: in rust_range => set,
        RUST_RANGE_CLIP: inout rust_range => clip,
    }
    reserved rust_range {
        flags & !RUST_RANGE_FLAGS,
        reserved,
    }
}

#[pin_data]
struct RangeDevice {
    #[pin]
    range: Mutex<rust_range>,
}

impl RangeDevice {
    /// Creates a device that holds all addresses.
    fn new() -> Result<Pin<KBox<Self>>> {
        KBox::pin_init(
            pin_init!(RangeDevice {
                range <- new_mutex!(rust_range {
                    start: 0,
                    length: u64::MAX,
                    flags: RUST_RANGE_FLAGS,
                    reserved: 0,
                }),
            }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    fn get(self: Pin<&Self>) -> Result<rust_range> {
        Ok(*self.range.lock())
    }

    fn set(self: Pin<&Self>, range: &rust_range) -> Result {
        end(range)?;
        *self.range.lock() = *range;
        Ok(())
    }

    /// Cuts `range` down to its intersection with the range of the device.
    ///
    /// # Errors
    ///
    /// - [`ERANGE`]: the ranges do not intersect.
    /// - Any error of [`end`].
    fn clip(self: Pin<&Self>, range: &mut rust_range) -> Result {
        let mine = *self.range.lock();
        let start = mine.start.max(range.start);
        let end = end(&mine)?.min(end(range)?);
        if end <= start {
            return Err(ERANGE);
        }

        *range = rust_range {
            start,
            length: end - start,
            flags: mine.flags & range.flags,
            reserved: 0,
        };
        Ok(())
    }
}

/// Returns the first address after a range.
///
/// # Errors
///
/// - [`EINVAL`]: the range is empty.
/// - [`EOVERFLOW`]: the address after the range overflows.
fn end(range: &rust_range) -> Result<u64> {
    if range.length == 0 {
        return Err(EINVAL);
    }
    range.start.checked_add(range.length).ok_or(EOVERFLOW)
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
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions {
                name: c"rust-range",
            }),
        })
    }
}

kernel::ioctl_tests! {
    rust_range: RangeDevice = RangeDevice::new();
    RUST_RANGE_SET: rust_range { start: 1, length: 2, flags: 1, reserved: 0 },
    RUST_RANGE_CLIP: rust_range { start: 1, length: 2, flags: 1, reserved: 0 },
}
