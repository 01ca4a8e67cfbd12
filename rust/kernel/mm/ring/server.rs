// SPDX-License-Identifier: GPL-2.0

//! Serving the requests of a program: two rings, and who waits for them.

use super::{
    Consumer,
    Places,
    Producer, //
};
use crate::{
    mm::shared::SharedPages,
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
};

mod sleep;
#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
mod tests;

use self::sleep::sleep;

/// How many submissions are served between two looks for a signal, which cost as much as a short
/// request.
const STRIDE: u32 = 16;

struct Rings<S: 'static, C: 'static> {
    submissions: Consumer<S>,
    completions: Producer<C>,
}

/// Takes submissions from a program, and posts a completion for each.
///
/// It runs in the calls of the program itself: [`Self::enter`] serves what is there, and a thread
/// that gives itself to [`Self::serve`] does so whenever something comes. They hold a lock while
/// they work, for which [`Self::pages`] and [`Self::poll`] do not wait. Whoever waits for it can be
/// killed.
#[pin_data]
pub struct Server<S: 'static, C: 'static> {
    pages: Arc<SharedPages>,
    produced: usize,
    consumed: usize,
    sleeps: usize,
    #[pin]
    rings: Mutex<Rings<S, C>>,
    /// How many threads are in [`Self::wait`]. The flag that says so is cleared under this lock.
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
    /// Makes a server of two rings.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: as [`Consumer::new`] and [`Producer::new`] say of `submissions` and
    ///   `completions`.
    pub fn new(
        pages: Arc<SharedPages>,
        submissions: Places,
        completions: Places,
    ) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            rings <- {
                let submissions = Consumer::new(&pages, submissions)?;
                let completions = Producer::new(&pages, completions)?;
                new_mutex!(Rings { submissions, completions })
            },
            pages,
            produced: completions.produced,
            consumed: completions.consumed,
            sleeps: submissions.sleeps,
            waiters <- new_spinlock!(0),
            submitted <- new_condvar!(),
            completed <- new_poll_condvar!(),
        })
    }

    /// The memory, to be mapped, and for what the submissions name in it.
    #[inline]
    pub fn pages(&self) -> &SharedPages {
        &self.pages
    }

    /// Serves the submissions that are there, as far as there is room for their completions;
    /// returns how many. A signal ends it early, after some of them.
    ///
    /// # Errors
    ///
    /// - [`EINTR`]: the task is being killed.
    /// - [`EOVERFLOW`]: a counter of the program is none that it can be.
    pub fn enter(&self, work: impl FnMut(&S) -> C) -> Result<u32> {
        self.drain(&mut *self.rings.lock_killable()?, work)
    }

    /// Serves submissions until none has come for as long as `idle`.
    ///
    /// While it sleeps, the program is told so: it calls [`Self::kick`] when it has submitted, or
    /// made room for completions. Several threads may serve.
    ///
    /// When the last of them has returned, for whatever reason, the program is not told that
    /// anybody sleeps: what it has submitted since waits for the next call.
    ///
    /// # Errors
    ///
    /// - [`ERESTARTSYS`]: there is a signal to be handled, or the task is to be frozen. When an
    ///   ioctl returns it, user space sees `EINTR` if the signal has a handler without
    ///   `SA_RESTART`. Otherwise the ioctl is called again.
    /// - [`EINTR`]: the task is being killed.
    /// - [`EOVERFLOW`]: a counter of the program is none that it can be.
    pub fn serve(&self, idle: Jiffies, mut work: impl FnMut(&S) -> C) -> Result {
        let mut timed_out = false;

        loop {
            // Others get their turn with the lock between two batches.
            let mut rings = self.rings.lock_killable()?;
            let served = self.drain(&mut rings, &mut work)?;

            if crate::current!().signal_pending() {
                return Err(ERESTARTSYS);
            }
            // Something may have come with the end of the time.
            if timed_out && served == 0 {
                return Ok(());
            }
            *self.waiters.lock() += 1;
            let outcome = self.wait(rings, idle);
            let mut waiters = self.waiters.lock();

            *waiters -= 1;
            // The others are still to be woken.
            if *waiters == 0 {
                self.pages.at::<u32>(self.sleeps)?.store(0, Relaxed);
            }
            drop(waiters);
            timed_out = outcome?;
        }
    }

    /// Wakes those that sleep in [`Self::serve`].
    ///
    /// # Errors
    ///
    /// - [`EINTR`]: the task is being killed.
    pub fn kick(&self) -> Result {
        // Who has said that it sleeps holds the lock until it does.
        drop(self.rings.lock_killable()?);
        self.submitted.notify_all();
        Ok(())
    }

    /// Whether the program has completions to take, for its call of `poll`: if not, it waits until
    /// some come.
    ///
    /// It is woken if its flag says that it sleeps when they do. A program that overwrites the
    /// counter of the kernel is told what it says itself.
    pub fn poll<'a>(&'a self, table: &FilePollTable<'a>) -> bool {
        let counter = |offset| self.pages.at::<u32>(offset).map(|word| word.load(Acquire));

        table.register_wait(&self.completed);
        counter(self.produced) != counter(self.consumed)
    }

    /// Waits for something that can be served; returns whether `idle` is over.
    fn wait(&self, mut rings: MutexGuard<'_, Rings<S, C>>, idle: Jiffies) -> Result<bool> {
        if rings.submissions.arm()? > 0 && rings.completions.room()? > 0 {
            return Ok(false);
        }
        Ok(sleep(&self.submitted, rings, idle))
    }

    fn drain(&self, rings: &mut Rings<S, C>, mut work: impl FnMut(&S) -> C) -> Result<u32> {
        let room = rings.completions.room()?;
        let before = rings.submissions.consumed;

        for submission in rings.submissions.batch()?.take(room as usize) {
            rings.completions.push(&work(&submission))?;
            if rings.completions.produced % STRIDE == 0 && crate::current!().signal_pending() {
                break;
            }
        }
        if rings.completions.publish() {
            self.completed.notify_all();
        }
        Ok(rings.submissions.consumed.wrapping_sub(before))
    }
}
