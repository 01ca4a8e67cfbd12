// SPDX-License-Identifier: GPL-2.0

//! The other file may be released, with its queue, while a process waits for this file.
//!
//! refused: error[E0597]: `current` does not live long enough
//! refused: argument requires that `current` is borrowed for `'a`

mod device;

use device::Owner as LocalModule;
use kernel::{
    fs::File,
    miscdevice::*,
    new_mutex, new_poll_condvar,
    prelude::*,
    sync::{
        poll::{
            FilePollTable,
            PollCondVar, //
        },
        Arc,
        ArcBorrow,
        Mutex,
        SetOnce, //
    },
};

static CURRENT: SetOnce<Pin<KBox<Mutex<Option<Arc<Waiter>>>>>> = SetOnce::new();

#[pin_data]
struct Waiter {
    #[pin]
    queue: PollCondVar,
}

#[vtable]
impl MiscDevice for Waiter {
    type Ptr = Arc<Self>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Arc<Self>> {
        let waiter = Arc::pin_init(pin_init!(Self { queue <- new_poll_condvar!() }), GFP_KERNEL)?;

        CURRENT.populate(KBox::pin_init(
            new_mutex!(Some(waiter.clone())),
            GFP_KERNEL,
        )?);
        Ok(waiter)
    }

    fn poll<'a>(_device: ArcBorrow<'a, Self>, _file: &File, table: &FilePollTable<'a>) -> Ready {
        if let Some(current) = CURRENT.as_ref() {
            let current = current.lock();
            if let Some(another) = &*current {
                table.register_wait(&another.queue);
            }
        }
        Ready::NOTHING
    }
}
