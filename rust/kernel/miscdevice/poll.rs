// SPDX-License-Identifier: GPL-2.0

//! Polls of a misc device.
//!
//! C header: [`include/uapi/linux/eventpoll.h`](srctree/include/uapi/linux/eventpoll.h)

use super::{
    MiscDevice,
    MiscdeviceVTable, //
};
use crate::{
    bindings,
    fs::File,
    sync::poll::FilePollTable,
    types::ForeignOwnable, //
};
use core::ops::BitOr;

/// What a file is ready for: what [`MiscDevice::poll`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready(bindings::__poll_t);

impl Ready {
    /// Nothing: whoever waits goes on waiting.
    pub const NOTHING: Self = Self(0);
    /// A read, or what the device has in its place (`EPOLLIN | EPOLLRDNORM`).
    pub const READ: Self = Self(bindings::POLLIN | bindings::POLLRDNORM);
    /// A write, or what the device has in its place (`EPOLLOUT | EPOLLWRNORM`).
    pub const WRITE: Self = Self(bindings::POLLOUT | bindings::POLLWRNORM);

    /// This if `ready`, or else nothing.
    #[inline]
    pub const fn when(self, ready: bool) -> Self {
        if ready {
            self
        } else {
            Self::NOTHING
        }
    }
}

impl BitOr for Ready {
    type Output = Self;

    /// Both.
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl<T: MiscDevice> MiscdeviceVTable<T> {
    /// # Safety
    ///
    /// `file` must be a valid file that is associated with a `MiscDeviceRegistration<T>`. `table`
    /// must be null or a valid poll table.
    pub(super) unsafe extern "C" fn poll(
        file: *mut bindings::file,
        table: *mut bindings::poll_table_struct,
    ) -> bindings::__poll_t {
        // SAFETY:
        // - The caller promises that both are valid, until this function returns.
        // - A poll may read the private data of the file. `open` has stored it, and only `release`
        //   takes it back: what borrows it, and the table with it, does so until then.
        // - The caller of a poll has a reference to the file, which epoll takes for the call. It can
        //   have got one only after `open` has returned.
        // - There is no active `fdget_pos` region on the file on this thread.
        let (device, table, file) = unsafe {
            (
                <T::Ptr as ForeignOwnable>::borrow((*file).private_data),
                FilePollTable::from_raw(file, table),
                File::from_raw_file(file),
            )
        };

        T::poll(device, file, &table).0
    }
}
