// SPDX-License-Identifier: GPL-2.0

//! A misc device whose files wait for the events of a topic that several files share.
//!
//! C header: [`rust_poll.h`](srctree/samples/rust/include/uapi/linux/rust_poll.h)

#![forbid(unsafe_code)]

use kernel::{
    error::code::ENODEV,
    fs::File,
    ioctl::ioctls,
    miscdevice::*,
    new_mutex,
    new_poll_condvar,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        poll::{
            FilePollTable,
            PollCondVar, //
        },
        Arc,
        Mutex,
        SetOnce, //
    },
    uapi::*, //
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

type Shared = Pin<KBox<Mutex<Option<Arc<Topic>>>>>;

/// The topic for newly opened files.
///
/// A static is never dropped, so the module clears it.
static CURRENT: SetOnce<Shared> = SetOnce::new();

#[pin_data]
struct Topic {
    events: Atomic<u32>,
    #[pin]
    raised: PollCondVar,
}

impl Topic {
    fn new() -> Result<Arc<Self>> {
        let topic = pin_init!(Self {
            events: Atomic::new(0),
            raised <- new_poll_condvar!(),
        });

        Arc::pin_init(topic, GFP_KERNEL_ACCOUNT)
    }
}

/// The private data of a file. It keeps the topic and its queue alive until the file is released.
struct PollFile {
    topic: Arc<Topic>,
    taken: Atomic<u32>,
}

impl PollFile {
    fn new() -> Result<KBox<Self>> {
        let mut current = CURRENT.as_ref().ok_or(ENODEV)?.lock();
        let topic = match &*current {
            Some(topic) => topic.clone(),
            None => current.insert(Topic::new()?).clone(),
        };
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
        let old = CURRENT.as_ref().ok_or(ENODEV)?.lock().take();

        // Drop it without the lock, since dropping the last reference waits for RCU.
        drop(old);
        Ok(())
    }
}

#[vtable]
impl MiscDevice for PollFile {
    type Ptr = KBox<Self>;

    const IOCTLS: MiscIoctls<Self> = MiscIoctls::TABLE;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Self::new()
    }

    /// Registers the wait queue of the topic, which `device` keeps alive until it is released.
    fn poll<'a>(device: &'a Self, _file: &File, table: &FilePollTable<'a>) -> Ready {
        let Self { topic, taken } = device;

        table.register_wait(&topic.raised);
        Ready::READ.when(topic.events.load(Relaxed) != taken.load(Relaxed))
    }
}

/// A guard that populates [`CURRENT`] when the module is loaded, and clears it on unload.
struct Current;

impl Current {
    fn new() -> Result<Self> {
        CURRENT.populate(KBox::pin_init(new_mutex!(None), GFP_KERNEL)?);
        Ok(Self)
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        CURRENT.as_ref().map(|current| current.lock().take());
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
