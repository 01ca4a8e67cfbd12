// SPDX-License-Identifier: GPL-2.0

//! A misc device that keeps a range.

use kernel::uapi::{rust_range, RUST_RANGE_FLAGS, RUST_RANGE_GET, RUST_RANGE_SET};
use kernel::{fs::File, ioctl::_IOC_SIZE, miscdevice::*, new_mutex, prelude::*, sync::Mutex};
use kernel::{uaccess::UserPtr, uaccess::UserSlice};

module! {
    type: RangeModule,
    name: "range_by_hand",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "A driver to port",
    license: "GPL",
}

#[pin_data]
struct RangeDevice {
    #[pin]
    range: Mutex<rust_range>,
}

impl RangeDevice {
    fn get(&self, arg: UserSlice) -> Result<isize> {
        arg.writer().write(&*self.range.lock())?;
        Ok(0)
    }

    fn set(&self, arg: UserSlice) -> Result<isize> {
        let mut reader = arg.reader();
        let start: u64 = reader.read()?;
        let length: u64 = reader.read()?;
        let flags: u32 = reader.read()?;
        let reserved: u32 = reader.read()?;

        if flags & !RUST_RANGE_FLAGS != 0 || reserved != 0 {
            return Err(EINVAL);
        }
        if length == 0 {
            return Err(ERANGE);
        }
        *self.range.lock() = rust_range {
            start,
            length,
            flags,
            reserved,
        };
        Ok(0)
    }
}

#[vtable]
impl MiscDevice for RangeDevice {
    type Ptr = Pin<KBox<Self>>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
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

    fn ioctl(me: Pin<&Self>, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        let arg = UserSlice::new(UserPtr::from_addr(arg), _IOC_SIZE(cmd));

        match cmd {
            RUST_RANGE_GET => me.get(arg),
            RUST_RANGE_SET => me.set(arg),
            _ => Err(ENOTTY),
        }
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
