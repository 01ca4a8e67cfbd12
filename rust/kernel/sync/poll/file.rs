// SPDX-License-Identifier: GPL-2.0

//! Wait queues that outlive the file they are polled through.
//!
//! C header: [`include/linux/poll.h`](srctree/include/linux/poll.h)

use super::PollCondVar;
use crate::bindings;
use core::marker::PhantomData;

/// The poll table of one file, for one call of its `poll` operation.
///
/// `'a` is the time for which the private data of the file is borrowed: it ends when the file is
/// released. [`Self::register_wait`] takes a queue by reference for all of that time, because each
/// waiter keeps a pointer to the queue until it stops waiting, and only the file is sure to exist
/// until then: `poll`, `select`, io_uring and aio hold a reference to it, and the file leaves epoll
/// before it is released.
///
/// A queue may therefore be a field of the private data, or of an object that the private data holds
/// an [`Arc`] to. A queue in an `Option` under a lock is refused, because it can be dropped while the
/// file is open.
///
/// # Examples
///
/// ```
/// use kernel::{
///     fs::File,
///     miscdevice::{MiscDevice, MiscDeviceRegistration, Ready, UncountedFile},
///     new_poll_condvar,
///     sync::{poll::{FilePollTable, PollCondVar}, Arc},
/// };
///
/// #[pin_data]
/// struct Channel {
///     #[pin]
///     ready: PollCondVar,
/// }
///
/// struct Reader {
///     channel: Arc<Channel>,
/// }
///
/// #[vtable]
/// impl MiscDevice for Reader {
///     type Ptr = KBox<Self>;
///
///     fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<KBox<Self>> {
///         let channel = Arc::pin_init(pin_init!(Channel { ready <- new_poll_condvar!() }), GFP_KERNEL)?;
///
///         Ok(KBox::new(Reader { channel }, GFP_KERNEL)?)
///     }
///
///     fn poll<'a>(device: &'a Self, _file: &File, table: &FilePollTable<'a>) -> Ready {
///         table.register_wait(&device.channel.ready);
///         Ready::NOTHING
///     }
/// }
/// ```
///
/// # Invariants
///
/// - `file` is valid while `self` exists.
/// - `table` is null, or a valid `poll_table` while `self` exists.
/// - What is borrowed for `'a` is valid until the `release` operation of `file` is called.
///
/// [`Arc`]: crate::sync::Arc
pub struct FilePollTable<'a> {
    file: *mut bindings::file,
    table: *mut bindings::poll_table,
    /// `'a` is neither shortened nor extended: a queue that is borrowed for less is refused.
    _private_data: PhantomData<fn(&'a ()) -> &'a ()>,
}

impl<'a> FilePollTable<'a> {
    /// Creates the poll table of a file.
    ///
    /// # Safety
    ///
    /// - `file` must be valid while the result exists.
    /// - `table` must be null, or a valid `poll_table` while the result exists.
    /// - `'a` must last until the `release` operation of `file` is called.
    #[inline]
    pub(crate) unsafe fn from_raw(
        file: *mut bindings::file,
        table: *mut bindings::poll_table,
    ) -> Self {
        // INVARIANT: The caller promises them all.
        Self {
            file,
            table,
            _private_data: PhantomData,
        }
    }

    /// Registers a queue, which wakes those that poll the file when it is notified.
    ///
    /// Does nothing in a call that only looks. aio refuses a file with two queues, and io_uring one
    /// with three.
    ///
    /// May sleep.
    #[inline]
    pub fn register_wait(&self, queue: &'a PollCondVar) {
        // SAFETY: By the type invariants,
        // - `file` is valid, and `table` null or valid;
        // - `queue` is valid until `file` is released. A waiter that is registered for `file` either
        //   holds a reference to it until it has removed itself from the queue (`poll`, `select`,
        //   io_uring, aio), or is removed before `release` is called (epoll, by
        //   `eventpoll_release()`).
        unsafe { bindings::poll_wait(self.file, queue.wait_queue_head.get(), self.table) }
    }
}
