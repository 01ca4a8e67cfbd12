// SPDX-License-Identifier: GPL-2.0

//! A misc device that shares rings of requests and of completions with user space.
//!
//! C header: [`rust_ring.h`](srctree/samples/rust/include/uapi/linux/rust_ring.h)

use core::mem::offset_of;
use kernel::{
    error::code::EINVAL,
    fs::File,
    ioctl::ioctls,
    miscdevice::*,
    mm::{
        mapped::*,
        ring::*,
        virt::VmaNew,
        volatile::VolatileRef, //
    },
    prelude::*,
    sync::{
        poll::FilePollTable,
        Arc, //
    },
    time::msecs_to_jiffies,
    uapi::*, //
};

mod words;

module! {
    type: RingModule,
    name: "rust_ring",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Rust sample: rings in memory shared with a process",
    license: "GPL",
}

ioctls! {
    misc RingDevice {
        RUST_RING_ENTER: none => enter,
        RUST_RING_SERVE: by_value u32 => serve,
        RUST_RING_KICK: none => kick,
        RUST_RING_PIN: in rust_ring_buffer => pin,
    }
}

const SUBMISSIONS: RingLayout = RingLayout {
    tail: offset_of!(rust_ring, user.sq_tail),
    head: offset_of!(rust_ring, kernel.sq_head),
    need_wakeup: offset_of!(rust_ring, kernel.need_wakeup),
    entries: offset_of!(rust_ring, submissions),
    nr_entries: RUST_RING_SUBMISSIONS,
};

const COMPLETIONS: RingLayout = RingLayout {
    tail: offset_of!(rust_ring, kernel.cq_tail),
    head: offset_of!(rust_ring, user.cq_head),
    need_wakeup: offset_of!(rust_ring, user.need_wakeup),
    entries: offset_of!(rust_ring, completions),
    nr_entries: RUST_RING_COMPLETIONS,
};

#[pin_data]
struct RingDevice {
    #[pin]
    server: Server<rust_ring_submission, rust_ring_completion>,
    #[pin]
    buffer: words::Buffer,
}

impl RingDevice {
    fn new() -> Result<Pin<KBox<Self>>> {
        let pages = Arc::new(
            UserMappedPages::new(size_of::<rust_ring>())?,
            GFP_KERNEL_ACCOUNT,
        )?;
        let device = try_pin_init!(Self {
            server <- Server::new(pages, SUBMISSIONS, COMPLETIONS),
            buffer <- words::Buffer::new(),
        });

        KBox::try_pin_init(device, GFP_KERNEL_ACCOUNT)
    }

    /// Serves one request, which refers to words in `shared` or in the pinned buffer.
    fn complete(
        &self,
        request: &rust_ring_submission,
        shared: VolatileRef<'_, rust_ring>,
    ) -> rust_ring_completion {
        let checksum = words::checksum(request, shared, &self.buffer);

        rust_ring_completion {
            user_data: request.user_data,
            checksum: checksum.unwrap_or(0),
            result: checksum.map_or_else(Error::to_errno, |_| 0),
            reserved: 0,
        }
    }

    fn enter(self: Pin<&Self>) -> Result<u32> {
        let shared = self.server.pages().at(0)?;

        self.server.enter(|request| self.complete(request, shared))
    }

    fn serve(self: Pin<&Self>, idle_ms: u32) -> Result {
        if idle_ms > RUST_RING_MAX_IDLE_MS {
            return Err(EINVAL);
        }
        let idle = msecs_to_jiffies(idle_ms);
        let shared = self.server.pages().at(0)?;

        self.server
            .serve(idle, |request| self.complete(request, shared))
    }

    fn kick(self: Pin<&Self>) -> Result {
        self.server.kick()
    }

    fn pin(self: Pin<&Self>, buffer: &rust_ring_buffer) -> Result {
        self.buffer.set(buffer)
    }
}

#[vtable]
impl MiscDevice for RingDevice {
    type Ptr = Pin<KBox<Self>>;
    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }

    fn mmap(device: Pin<&Self>, _file: &File, vma: &VmaNew) -> Result {
        device.server.pages().map(vma, Access::ReadWrite)
    }

    fn poll<'a>(device: Pin<&'a Self>, _file: &File, table: &FilePollTable<'a>) -> Ready {
        Ready::READ.when(device.get_ref().server.poll(table))
    }
}

#[pin_data]
struct RingModule {
    #[pin]
    _device: MiscDeviceRegistration<RingDevice>,
}

impl kernel::InPlaceModule for RingModule {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name: c"rust-ring" }),
        })
    }
}

kernel::ioctl_tests! { rust_ring: RingDevice = RingDevice::new() }
