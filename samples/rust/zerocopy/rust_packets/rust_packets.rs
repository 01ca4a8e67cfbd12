// SPDX-License-Identifier: GPL-2.0

//! A misc device that parses network packets in place, and reports their flows.
//!
//! Each frame is copied into the kernel once. Its headers are then references into the copy.
//!
//! C header: [`rust_packets.h`](srctree/samples/rust/include/uapi/linux/rust_packets.h)

mod flows;
mod frame;
mod header;
mod ip;
mod ipv6;
mod transport;

use flows::Seen;
use frame::Frame;
use kernel::{
    fs::Kiocb,
    ioctl::ioctls,
    iov::IovIterSource,
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
    uaccess::UserAddr,
    uapi::{
        rust_packets_flow,
        rust_packets_flows,
        rust_packets_statistics,
        RUST_PACKETS_FLOWS,
        RUST_PACKETS_FRAME_MAX,
        RUST_PACKETS_STATISTICS, //
    },
};

module! {
    type: PacketsModule,
    name: "rust_packets",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Rust sample: network packets parsed in place",
    license: "GPL",
}

ioctls! {
    misc PacketsDevice {
        RUST_PACKETS_FLOWS: inout rust_packets_flows => flows,
        RUST_PACKETS_STATISTICS: out rust_packets_statistics => statistics,
    }
}

#[pin_data]
struct PacketsDevice {
    #[pin]
    seen: Mutex<Seen>,
}

impl PacketsDevice {
    fn new() -> Result<Pin<KBox<Self>>> {
        KBox::pin_init(
            pin_init!(PacketsDevice {
                seen <- new_mutex!(Seen::nothing()),
            }),
            GFP_KERNEL_ACCOUNT,
        )
    }

    /// Writes as many flows to the array as fit. Sets its count to the number of all flows.
    fn flows(self: Pin<&Self>, array: &mut rust_packets_flows) -> Result {
        let seen = self.seen.lock_killable()?;
        let all = &seen.flows[..];
        let count = usize::try_from(array.count).unwrap_or(usize::MAX);
        let fitting = all.get(..count).unwrap_or(all);

        let user = UserAddr::<[rust_packets_flow]>::from(array.flows).slice(fitting.len())?;
        user.writer().write(fitting)?;
        array.count = all.len() as u64;
        Ok(())
    }

    fn statistics(self: Pin<&Self>) -> Result<rust_packets_statistics> {
        Ok(self.seen.lock_killable()?.statistics)
    }
}

#[vtable]
impl MiscDevice for PacketsDevice {
    type Ptr = Pin<KBox<Self>>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }

    fn write_iter(kiocb: Kiocb<'_, Self::Ptr>, iov: &mut IovIterSource<'_>) -> Result<usize> {
        let bytes: UVec<u8> =
            iov.read_vec(iov.len(), RUST_PACKETS_FRAME_MAX as usize, GFP_KERNEL)?;
        let frame = Frame::parse(&bytes);

        let mut seen = kiocb.file().get_ref().seen.lock_killable()?;
        match frame {
            Ok(frame) => seen.count(&frame)?,
            Err(error) => {
                seen.statistics.malformed += 1;
                return Err(error);
            }
        }
        Ok(bytes.len())
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

kernel::ioctl_tests!(rust_packets: PacketsDevice = PacketsDevice::new());
