// SPDX-License-Identifier: GPL-2.0

//! An ioctl could drop the queue while a process waits in `poll()`.
//!
//! refused: error[E0597]: `queue` does not live long enough
//! refused: argument requires that `queue` is borrowed for `'a`

mod device;

use device::Owner as LocalModule;
use kernel::{
    fs::File,
    miscdevice::*,
    new_mutex,
    prelude::*,
    sync::{
        poll::{
            FilePollTable,
            PollCondVar, //
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

    fn poll<'a>(device: Pin<&'a Self>, _file: &File, table: &FilePollTable<'a>) -> Ready {
        let queue = device.get_ref().queue.lock();
        if let Some(queue) = &*queue {
            table.register_wait(queue);
        }
        Ready::NOTHING
    }

    fn ioctl(device: Pin<&Self>, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
        *device.queue.lock() = None;
        Ok(0)
    }
}
