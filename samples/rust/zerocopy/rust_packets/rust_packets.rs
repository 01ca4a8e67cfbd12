// SPDX-License-Identifier: GPL-2.0

//! A misc device that parses network packets where they are, and reports their flows.
//!
//! A frame is copied once, into the kernel; its headers are then references into it.
//!
//! C header: [`include/uapi/linux/rust_packets.h`](srctree/include/uapi/linux/rust_packets.h)

mod flows;
mod frame;
mod ip;
mod ipv6;
mod transport;

use flows::{
    Flow,
    Seen,
    Statistics, //
};
use frame::Frame;
use kernel::{
    fs::{
        File,
        Kiocb, //
    },
    ioctl::{
        _IOR,
        _IOWR, //
    },
    iov::IovIterSource,
    miscdevice::{
        MiscDevice,
        MiscDeviceOptions,
        MiscDeviceRegistration, //
    },
    new_mutex,
    prelude::*,
    sync::Mutex,
    uaccess::{
        UserArray,
        UserSlice, //
    }, //
};

module! {
    type: PacketsModule,
    name: "rust_packets",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Headers parsed in place: a misc device that sorts packets by flow",
    license: "GPL",
}

const FRAME_MAX: usize = 14 + 2 * 4 + 40 + 65535;

/// `struct rust_packets_flows`: a pointer to flows, and their number.
type Flows = UserArray<Flow>;

const FLOWS: u32 = _IOWR::<Flows>('|' as u32, 0xb0);
const STATISTICS: u32 = _IOR::<Statistics>('|' as u32, 0xb1);

#[pin_data]
struct PacketsDevice {
    #[pin]
    seen: Mutex<Seen>,
}

impl PacketsDevice {
    /// Writes flows to `room`, as many as fit; returns how many there are.
    fn flows(&self, room: Flows) -> Result<Flows> {
        let seen = self.seen.lock();
        let all = &seen.flows[..];
        let count = usize::try_from(room.count()).unwrap_or(usize::MAX);
        let fitting = all.get(..count).unwrap_or(all);

        let user = room.addr().slice(fitting.len())?;
        user.writer().write(fitting)?;
        Ok(Flows::new(room.addr(), all.len() as u64))
    }
}

#[vtable]
impl MiscDevice for PacketsDevice {
    type Ptr = Pin<KBox<Self>>;

    fn open(_file: &File, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        KBox::pin_init(
            pin_init!(PacketsDevice {
                seen <- new_mutex!(Seen::nothing()),
            }),
            GFP_KERNEL,
        )
    }

    fn write_iter(kiocb: Kiocb<'_, Self::Ptr>, iov: &mut IovIterSource<'_>) -> Result<usize> {
        let bytes: KVVec<u8> = iov.read_vec(iov.len(), FRAME_MAX, GFP_KERNEL)?;
        let frame = Frame::parse(&bytes);

        let mut seen = kiocb.file().get_ref().seen.lock();
        match frame {
            Ok(frame) => seen.count(&frame)?,
            Err(error) => {
                seen.statistics.malformed += 1;
                return Err(error);
            }
        }
        Ok(bytes.len())
    }

    fn ioctl(me: Pin<&Self>, _file: &File, cmd: u32, arg: usize) -> Result<isize> {
        let user = |size| UserSlice::new(UserPtr::from_addr(arg), size);

        match cmd {
            FLOWS => {
                let (mut reader, mut writer) = user(size_of::<Flows>()).reader_writer();
                writer.write(&me.flows(reader.read()?)?)?;
            }
            STATISTICS => {
                let statistics = me.seen.lock().statistics;
                user(size_of::<Statistics>()).writer().write(&statistics)?;
            }
            _ => return Err(ENOTTY),
        }
        Ok(0)
    }
}

#[pin_data]
struct PacketsModule {
    #[pin]
    _device: MiscDeviceRegistration<PacketsDevice>,
}

impl kernel::InPlaceModule for PacketsModule {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions {
                name: c"rust-packets",
            }),
        })
    }
}
