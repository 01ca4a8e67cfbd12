// SPDX-License-Identifier: GPL-2.0

//! `sync::poll::PollTable` would register any queue with any file.
//!
//! refused: error[E0053]: method `poll` has an incompatible type for trait
//! refused: expected `FilePollTable<'a>`, found `PollTable<'_>`
//! refused: error[E0133]: call to unsafe function `PollTable::<'a>::register_wait` is unsafe

#![allow(dead_code)]

mod device;

use device::Owner as LocalModule;
use kernel::{
    fs::File,
    miscdevice::*,
    new_mutex,
    prelude::*,
    sync::{
        poll::{
            PollCondVar,
            PollTable, //
        },
        Mutex, //
    },
};

#[pin_data]
struct Waiter {
    #[pin]
    queue: Mutex<Option<Pin<KBox<PollCondVar>>>>,
}

#[vtable]
impl MiscDevice for Waiter {
    type Ptr = Pin<KBox<Self>>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        KBox::pin_init(pin_init!(Self { queue <- new_mutex!(None) }), GFP_KERNEL)
    }

    fn poll(device: Pin<&Self>, file: &File, table: &PollTable<'_>) -> Ready {
        if let Some(queue) = &*device.queue.lock() {
            table.register_wait(file, queue);
        }
        Ready::NOTHING
    }

    fn ioctl(device: Pin<&Self>, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
        *device.queue.lock() = None;
        Ok(0)
    }
}
