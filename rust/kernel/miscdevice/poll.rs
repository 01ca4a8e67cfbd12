// SPDX-License-Identifier: GPL-2.0

//! The poll operation of a misc device.
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

/// The events that a file is ready for, as returned by [`MiscDevice::poll`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready(bindings::__poll_t);

impl Ready {
    /// No event. A waiting process continues to wait.
    pub const NOTHING: Self = Self(0);
    /// A read, or the corresponding operation of the device (`EPOLLIN | EPOLLRDNORM`).
    pub const READ: Self = Self(bindings::POLLIN | bindings::POLLRDNORM);
    /// A write, or the corresponding operation of the device (`EPOLLOUT | EPOLLWRNORM`).
    pub const WRITE: Self = Self(bindings::POLLOUT | bindings::POLLWRNORM);

    /// Returns these events if `ready` is `true`, and [`Self::NOTHING`] otherwise.
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

    /// Returns the events of `self` and of `other`.
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
        // - The caller guarantees that `file` and `table` are valid until this function returns.
        // - A poll may read the private data of the file. `open` has stored it, and only `release`
        //   takes it back. The borrow, and the lifetime of the poll table, therefore last until the
        //   release.
        // - The caller of a poll has a reference to the file, which can exist only after `open` has
        //   returned. epoll takes a reference for the call.
        // - This thread has no active `fdget_pos` region on the file.
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
