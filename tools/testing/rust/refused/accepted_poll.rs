// SPDX-License-Identifier: GPL-2.0

//! accepted: queues that last as long as the file

#![allow(dead_code)]
#![forbid(unsafe_code)]

mod device;

use device::Owner as LocalModule;
use kernel::{
    fs::File,
    miscdevice::*,
    mm::ring::Server,
    new_poll_condvar,
    prelude::*,
    sync::{
        poll::{
            FilePollTable,
            PollCondVar, //
        },
        Arc,
        ArcBorrow,
        SetOnce, //
    },
};

#[pin_data]
struct Topic {
    #[pin]
    raised: PollCondVar,
}

/// Queues in the private data, in an `Arc` that it holds, in a [`SetOnce`], and in a static.
#[pin_data]
struct Waiter {
    #[pin]
    own: PollCondVar,
    topic: Arc<Topic>,
    later: SetOnce<Arc<Topic>>,
    server: Arc<Server<u64, u64>>,
}

static TOPIC: SetOnce<Arc<Topic>> = SetOnce::new();

#[vtable]
impl MiscDevice for Waiter {
    type Ptr = Pin<KBox<Self>>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Err(ENODEV)
    }

    fn poll<'a>(device: Pin<&'a Self>, _file: &File, table: &FilePollTable<'a>) -> Ready {
        let device = device.get_ref();

        table.register_wait(&device.own);
        table.register_wait(&device.topic.raised);
        for topic in [&device.later, &TOPIC] {
            if let Some(topic) = topic.as_ref() {
                table.register_wait(&topic.raised);
            }
        }
        Ready::READ.when(device.server.poll(table))
    }
}

/// A queue in an `Arc` that is the private data.
#[vtable]
impl MiscDevice for Topic {
    type Ptr = Arc<Self>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Arc::pin_init(
            pin_init!(Self { raised <- new_poll_condvar!() }),
            GFP_KERNEL,
        )
    }

    fn poll<'a>(device: ArcBorrow<'a, Self>, _file: &File, table: &FilePollTable<'a>) -> Ready {
        table.register_wait(&device.get_ref().raised);
        Ready::NOTHING
    }
}
