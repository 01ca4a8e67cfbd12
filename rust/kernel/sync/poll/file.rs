// SPDX-License-Identifier: GPL-2.0

//! Wait queues that must exist until the polled file is released.
//!
//! C header: [`include/linux/poll.h`](srctree/include/linux/poll.h)

use super::PollCondVar;
use crate::bindings;
use core::marker::PhantomData;

/// The poll table of one file, for one call of its `poll` operation.
///
/// The private data of the file is borrowed for `'a`, which ends when the file is released.
/// [`Self::register_wait`] borrows a queue for all of `'a`, because each waiter keeps a pointer to
/// the queue until it stops waiting. Only the file is certain to exist until then: `poll`,
/// `select`, io_uring and aio hold a reference to it, and epoll removes its waiters before the
/// file is released.
///
/// A queue can therefore be a field of the private data, or of an object to which the private data
/// holds an [`Arc`]. A queue in an `Option` under a lock does not compile, because it could be
/// dropped while the file is open.
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
///         let channel = pin_init!(Channel { ready <- new_poll_condvar!() });
///         let channel = Arc::pin_init(channel, GFP_KERNEL)?;
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
/// - References with the lifetime `'a` are valid until the `release` operation of `file` is called.
///
/// [`Arc`]: crate::sync::Arc
pub struct FilePollTable<'a> {
    file: *mut bindings::file,
    table: *mut bindings::poll_table,
    /// Makes `Self` invariant over `'a`: a queue that is borrowed for a shorter time does not
    /// compile.
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
        // INVARIANT: The safety requirements of this function guarantee each type invariant.
        Self {
            file,
            table,
            _private_data: PhantomData,
        }
    }

    /// Registers a queue. A notification of the queue wakes the processes that poll the file.
    ///
    /// Does nothing if the caller of `poll` does not wait. A file may register one queue for a poll
    /// by aio, and up to two for a poll by io_uring. With more queues, that poll fails.
    ///
    /// May sleep.
    #[inline]
    pub fn register_wait(&self, queue: &'a PollCondVar) {
        // SAFETY:
        // - By the type invariants, `file` is valid, and `table` is null or valid.
        // - By the type invariants, `queue` is valid until `file` is released. A waiter of `poll`,
        //   `select`, io_uring or aio holds a reference to `file` until it has removed itself from
        //   the queue. For epoll, `eventpoll_release()` removes the waiter before `release` is
        //   called.
        unsafe { bindings::poll_wait(self.file, queue.wait_queue_head.get(), self.table) }
    }
}
