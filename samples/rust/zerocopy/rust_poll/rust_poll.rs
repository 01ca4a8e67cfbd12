// SPDX-License-Identifier: GPL-2.0

//! A misc device that lets processes wait for the events of a shared topic.
//!
//! C header: [`rust_poll.h`](srctree/samples/rust/include/uapi/linux/rust_poll.h)

#![forbid(unsafe_code)]

mod topic;

use kernel::{
    fs::File,
    ioctl::ioctls,
    miscdevice::*,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        poll::FilePollTable,
        Arc, //
    },
    uapi::*, //
};
use topic::{
    Current,
    Topic, //
};

module! {
    type: PollModule,
    name: "rust_poll",
    authors: ["zerocopy for Rust-for-Linux"],
    description: "Rust sample: wait queues for poll()",
    license: "GPL",
}

ioctls! {
    misc PollFile {
        RUST_POLL_RAISE: none => raise,
        RUST_POLL_TAKE: none => take,
        RUST_POLL_RENEW: none => renew,
    }
}

/// The private data of a file. It keeps the topic and its queue alive until the file is released.
struct PollFile {
    topic: Arc<Topic>,
    taken: Atomic<u32>,
}

impl PollFile {
    fn new() -> Result<KBox<Self>> {
        let topic = Current::topic()?;
        let taken = Atomic::new(topic.events.load(Relaxed));

        Ok(KBox::new(Self { topic, taken }, GFP_KERNEL_ACCOUNT)?)
    }

    fn raise(&self) -> Result {
        self.topic.events.fetch_add(1, Relaxed);
        self.topic.raised.notify_all();
        Ok(())
    }

    fn take(&self) -> Result<u32> {
        let events = self.topic.events.load(Relaxed);

        Ok(events.wrapping_sub(self.taken.xchg(events, Relaxed)))
    }

    fn renew(&self) -> Result {
        Current::renew()
    }
}

#[vtable]
impl MiscDevice for PollFile {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }

    /// Registers the wait queue of the topic. `device` keeps the topic until the file is released.
    fn poll<'a>(device: &'a Self, _file: &File, table: &FilePollTable<'a>) -> Ready {
        let Self { topic, taken } = device;

        table.register_wait(&topic.raised);
        Ready::READ.when(topic.events.load(Relaxed) != taken.load(Relaxed))
    }
}

#[pin_data]
struct PollModule {
    #[pin]
    _device: MiscDeviceRegistration<PollFile>,
    _current: Current,
}

impl kernel::InPlaceModule for PollModule {
    fn init(_module: &'static ThisModule) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            _current: Current::new()?,
            _device <- MiscDeviceRegistration::register(MiscDeviceOptions { name: c"rust-poll" }),
        })
    }
}

kernel::ioctl_tests! { rust_poll: PollFile = PollFile::new() }
