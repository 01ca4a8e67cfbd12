// SPDX-License-Identifier: GPL-2.0

//! A misc device whose ioctls carry a typed struct: it keeps one range of addresses.
//!
//! C header: [`include/uapi/linux/rust_range.h`](srctree/include/uapi/linux/rust_range.h)

use kernel::{
    fs::File,
    ioctl::{_IOR, _IOW, _IOWR},
    miscdevice::{MiscDevice, MiscDeviceOptions, MiscDeviceRegistration},
    new_mutex,
    prelude::*,
    sync::Mutex,
    uaccess::UserSlice,
};

module! {
    type: RangeModule,
    name: "rust_range",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Typed user copies: a misc device that keeps a range",
    license: "GPL",
}

/// `struct rust_range`: no padding and no invalid value, so it may cross in both directions.
#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
struct Range {
    start: u64,
    length: u64,
    flags: u32,
    reserved: u32,
}

const FLAGS: u32 = 0b11;

const GET: u32 = _IOR::<Range>('|' as u32, 0x90);
const SET: u32 = _IOW::<Range>('|' as u32, 0x91);
const CLIP: u32 = _IOWR::<Range>('|' as u32, 0x92);

impl Range {
    /// The address after the last one.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the range is empty, or has an unknown flag or a reserved field that is not 0.
    /// - [`EOVERFLOW`]: the range wraps.
    fn end(&self) -> Result<u64> {
        if self.length == 0 || self.flags & !FLAGS != 0 || self.reserved != 0 {
            return Err(EINVAL);
        }
        self.start.checked_add(self.length).ok_or(EOVERFLOW)
    }

    /// The part of `other` that lies in `self`.
    ///
    /// # Errors
    ///
    /// - [`ERANGE`]: there is none.
    /// - As [`Range::end`] for `other`.
    fn clip(&self, other: &Range) -> Result<Range> {
        let start = self.start.max(other.start);
        let end = self.end()?.min(other.end()?);

        match end.checked_sub(start) {
            None | Some(0) => Err(ERANGE),
            Some(length) => Ok(Range {
                start,
                length,
                flags: self.flags & other.flags,
                reserved: 0,
            }),
        }
    }
}

#[pin_data]
struct RangeDevice {
    #[pin]
    range: Mutex<Range>,
}

#[vtable]
impl MiscDevice for RangeDevice {
    type Ptr = Pin<KBox<Self>>;

    fn open(_file: &File, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        KBox::pin_init(
            pin_init!(RangeDevice {
                range <- new_mutex!(Range {
                    start: 0,
                    length: u64::MAX,
                    flags: FLAGS,
                    reserved: 0,
                }),
            }),
            GFP_KERNEL,
        )
    }

    fn ioctl(me: Pin<&Self>, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        let user = UserSlice::new(UserPtr::from_addr(arg), size_of::<Range>());

        match cmd {
            GET => {
                let range = *me.range.lock();
                user.writer().write(&range)?;
            }
            SET => {
                let range: Range = user.reader().read()?;
                range.end()?;
                *me.range.lock() = range;
            }
            CLIP => {
                let (mut reader, mut writer) = user.reader_writer();
                let clipped = me.range.lock().clip(&reader.read()?)?;
                writer.write(&clipped)?;
            }
            _ => return Err(ENOTTY),
        }
        Ok(0)
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
