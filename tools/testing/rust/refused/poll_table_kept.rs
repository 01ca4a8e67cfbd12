// SPDX-License-Identifier: GPL-2.0

//! The table is valid during one call only, but `'a` is the lifetime of the private data.
//!
//! refused: function was supposed to return data with lifetime `'a` but it is returning data with
//! refused: function was supposed to return data with lifetime `'b` but it is returning data with
//! refused: error[E0521]: borrowed data escapes outside of associated function
//! refused: error[E0277]: `*mut poll_table_struct` cannot be shared between threads safely

mod device;

use device::Owner as LocalModule;
use kernel::{
    fs::File,
    miscdevice::*,
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
    queue: PollCondVar,
    #[pin]
    kept: Mutex<Option<&'static FilePollTable<'static>>>,
}

fn shorten<'a: 'b, 'b>(table: &'b FilePollTable<'a>) -> &'b FilePollTable<'b> {
    table
}

fn extend<'a, 'b: 'a>(table: &'a FilePollTable<'a>) -> &'a FilePollTable<'b> {
    table
}

#[vtable]
impl MiscDevice for Waiter {
    type Ptr = Pin<KBox<Self>>;

    fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
        Err(ENODEV)
    }

    fn poll<'a>(device: Pin<&'a Self>, _file: &File, table: &FilePollTable<'a>) -> Ready {
        *device.get_ref().kept.lock() = Some(table);
        Ready::NOTHING
    }
}
