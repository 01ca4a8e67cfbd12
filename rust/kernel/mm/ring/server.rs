// SPDX-License-Identifier: GPL-2.0

//! A server that handles requests of a process through two rings.

use super::{
    Consumer,
    Producer,
    RingLayout, //
};
use crate::{
    mm::mapped::UserMappedPages,
    new_condvar, new_mutex, new_poll_condvar, new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Relaxed, //
        },
        poll::{
            FilePollTable,
            PollCondVar, //
        },
        Arc,
        CondVar,
        Mutex,
        MutexGuard,
        SpinLock, //
    },
    time::Jiffies,
    zerocopy::BY_VALUE_LIMIT,
};

mod sleep;
#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
mod tests;

use self::sleep::sleep;

/// The number of submissions served between two checks for signals.
///
/// A check costs about as much as a short request.
const STRIDE: u32 = 16;

struct Rings<S: 'static, C: 'static> {
    submissions: Consumer<S>,
    completions: Producer<C>,
}

/// A server that takes submissions from user space and posts a completion for each.
///
/// The driver returns each completion by value, so a `C` must not exceed [`BY_VALUE_LIMIT`] bytes.
///
/// The server runs in system calls of the process. [`Self::enter`] serves the pending submissions.
/// A thread that calls [`Self::serve`] handles submissions as they arrive. Both hold a lock while
/// they work. [`Self::pages`] and [`Self::poll`] do not take this lock. Threads that wait for the
/// lock can be killed.
#[pin_data]
pub struct Server<S: 'static, C: 'static> {
    pages: Arc<UserMappedPages>,
    tail: usize,
    head: usize,
    need_wakeup: usize,
    #[pin]
    rings: Mutex<Rings<S, C>>,
    /// The number of threads in [`Self::wait`]. The `need_wakeup` flag is cleared under this lock.
    #[pin]
    waiters: SpinLock<u32>,
    #[pin]
    submitted: CondVar,
    #[pin]
    completed: PollCondVar,
}

impl<S, C> Server<S, C>
where
    S: FromBytes,
    C: IntoBytes + Immutable,
{
    /// Creates a server with two rings.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: `submissions` or `completions` is invalid. See [`Consumer::new`] and
    ///   [`Producer::new`].
    pub fn new(
        pages: Arc<UserMappedPages>,
        submissions: RingLayout,
        completions: RingLayout,
    ) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            rings <- {
                let submissions = Consumer::new(&pages, submissions)?;
                let completions = Producer::new(&pages, completions)?;
                new_mutex!(Rings { submissions, completions })
            },
            pages,
            tail: completions.tail,
            head: completions.head,
            need_wakeup: submissions.need_wakeup,
            waiters <- new_spinlock!(0),
            submitted <- new_condvar!(),
            completed <- new_poll_condvar!(),
        })
    }

    /// Returns the shared memory, which the driver maps and which submissions may refer to.
    #[inline]
    pub fn pages(&self) -> &UserMappedPages {
        &self.pages
    }

    /// Serves the pending submissions while there is space for completions. Returns the number
    /// served.
    ///
    /// A signal may end the call after some of the submissions.
    ///
    /// # Errors
    ///
    /// - [`EINTR`]: The task is being killed.
    /// - [`EOVERFLOW`]: A counter of user space is invalid.
    pub fn enter(&self, work: impl FnMut(&S) -> C) -> Result<u32> {
        self.drain(&mut *self.rings.lock_killable()?, work)
    }

    /// Serves submissions until none has arrived for the duration `idle`.
    ///
    /// While the server sleeps, its flag asks user space to call [`Self::kick`] after submitting
    /// entries or making space for completions. Several threads may serve.
    ///
    /// The flag is cleared when the last sleeping thread wakes, so it is not set after all serving
    /// threads have returned, with or without an error. Later submissions wait for the next call.
    ///
    /// # Errors
    ///
    /// - [`ERESTARTSYS`]: A signal is pending, or the task is about to be frozen. When an ioctl
    ///   returns this error, user space sees `EINTR` if the signal has a handler without
    ///   `SA_RESTART`. Otherwise the ioctl is restarted.
    /// - [`EINTR`]: The task is being killed.
    /// - [`EOVERFLOW`]: A counter of user space is invalid.
    pub fn serve(&self, idle: Jiffies, mut work: impl FnMut(&S) -> C) -> Result {
        let mut timed_out = false;

        loop {
            // Give other threads a chance to take the lock between two batches.
            let mut rings = self.rings.lock_killable()?;
            let served = self.drain(&mut rings, &mut work)?;

            if crate::current!().signal_pending() {
                return Err(ERESTARTSYS);
            }
            // A submission may have arrived just as the sleep timed out.
            if timed_out && served == 0 {
                return Ok(());
            }
            *self.waiters.lock() += 1;
            let outcome = self.wait(rings, idle);
            let mut waiters = self.waiters.lock();

            *waiters -= 1;
            // The flag must stay set while other threads sleep.
            if *waiters == 0 {
                self.pages.at::<u32>(self.need_wakeup)?.store(0, Relaxed);
            }
            drop(waiters);
            timed_out = outcome?;
        }
    }

    /// Wakes the threads that sleep in [`Self::serve`].
    ///
    /// # Errors
    ///
    /// - [`EINTR`]: The task is being killed.
    pub fn kick(&self) -> Result {
        // A thread that has set the flag holds the lock until it is in the wait queue.
        drop(self.rings.lock_killable()?);
        self.submitted.notify_all();
        Ok(())
    }

    /// Registers the caller of `poll`, and returns `true` if there are completions to consume.
    ///
    /// The caller is woken when completions arrive, if user space has set its flag. A process that
    /// overwrites the kernel's counter affects only its own result.
    pub fn poll<'a>(&'a self, table: &FilePollTable<'a>) -> bool {
        let counter = |offset| self.pages.at::<u32>(offset).map(|word| word.load(Acquire));

        table.register_wait(&self.completed);
        counter(self.tail) != counter(self.head)
    }

    /// Waits for work. Returns `true` if `idle` has elapsed.
    fn wait(&self, mut rings: MutexGuard<'_, Rings<S, C>>, idle: Jiffies) -> Result<bool> {
        if rings.submissions.enable_wakeup()? > 0 && rings.completions.space_left()? > 0 {
            return Ok(false);
        }
        Ok(sleep(&self.submitted, rings, idle))
    }

    fn drain(&self, rings: &mut Rings<S, C>, mut work: impl FnMut(&S) -> C) -> Result<u32> {
        const {
            assert!(
                size_of::<C>() <= BY_VALUE_LIMIT,
                "expected a completion of at most 512 bytes, found a larger one: \
                 write the data to the shared memory, and complete with its offset"
            );
            assert!(
                align_of::<C>() <= BY_VALUE_LIMIT,
                "expected a completion aligned to at most 512 bytes, found a larger alignment: \
                 remove `align` from the type"
            )
        };
        let space_left = rings.completions.space_left()?;
        let before = rings.submissions.head;

        for submission in rings.submissions.batch()?.take(space_left as usize) {
            rings.completions.push(&work(&submission))?;
            if rings.completions.tail % STRIDE == 0 && crate::current!().signal_pending() {
                break;
            }
        }
        if rings.completions.publish() {
            self.completed.notify_all();
        }
        Ok(rings.submissions.head.wrapping_sub(before))
    }
}
