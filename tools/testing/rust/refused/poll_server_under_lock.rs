// SPDX-License-Identifier: GPL-2.0

//! A `Server` contains a queue, so it cannot be polled if another thread can drop it. The clone of
//! the `Arc` lives only until the end of the call.
//!
//! refused: error[E0597]: `server` does not live long enough
//! refused: argument requires that `server` is borrowed for `'a`

mod device;

use device::Owner as LocalModule;
use kernel::{
    fs::File,
    miscdevice::*,
    mm::ring::Server,
    new_mutex,
    prelude::*,
    sync::{
        poll::FilePollTable,
        Arc,
        Mutex, //
    },
};

#[pin_data]
struct Ring {
    #[pin]
    server: Mutex<Option<Arc<Server<u64, u64>>>>,
}

#[vtable]
impl MiscDevice for Ring {
    type Ptr = Pin<KBox<Self>>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        KBox::pin_init(pin_init!(Self { server <- new_mutex!(None) }), GFP_KERNEL)
    }

    fn poll<'a>(device: Pin<&'a Self>, _file: &File, table: &FilePollTable<'a>) -> Ready {
        let server = device.get_ref().server.lock().clone();
        match server {
            Some(server) => Ready::READ.when(server.poll(table)),
            None => Ready::NOTHING,
        }
    }

    fn ioctl(device: Pin<&Self>, _file: &File, _cmd: u32, _arg: usize) -> Result<isize> {
        *device.server.lock() = None;
        Ok(0)
    }
}
