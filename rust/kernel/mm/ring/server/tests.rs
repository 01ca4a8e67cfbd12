// SPDX-License-Identifier: GPL-2.0

use super::*;
use crate::{
    bindings,
    page::PAGE_SIZE, //
};
use core::cell::Cell;

const COUNT: u32 = 64;
const SUBMISSIONS: RingLayout = RingLayout {
    tail: 0,
    head: 4,
    need_wakeup: 8,
    entries: 64,
    nr_entries: COUNT,
};
const COMPLETIONS: RingLayout = RingLayout {
    tail: 12,
    head: 16,
    need_wakeup: 20,
    entries: 1024,
    nr_entries: COUNT,
};

/// Calls `work` while a signal is pending for the task.
fn with_signal<T>(signal: u32, work: impl FnOnce() -> T) -> T {
    // SAFETY: This affects only the test's own task.
    unsafe { bindings::pretend_signal(signal as c_int, true) };
    let result = work();
    // SAFETY: This affects only the test's own task.
    unsafe { bindings::pretend_signal(signal as c_int, false) };

    result
}

#[macros::kunit_tests(rust_kernel_mm_ring_server)]
mod cases {
    use super::*;

    /// Creates a server with `submitted` pending entries.
    fn server(submitted: u32) -> Result<Pin<KBox<Server<u32, u64>>>> {
        let pages = Arc::new(UserMappedPages::new(PAGE_SIZE)?, GFP_KERNEL)?;
        let server = KBox::try_pin_init(Server::new(pages, SUBMISSIONS, COMPLETIONS), GFP_KERNEL)?;

        let entries = server
            .pages()
            .slice::<u32>(SUBMISSIONS.entries, COUNT as usize)?;
        for (index, entry) in entries.iter().enumerate() {
            entry.write_once(&(index as u32));
        }
        set(&server, SUBMISSIONS.tail, submitted)?;
        Ok(server)
    }

    fn set(server: &Server<u32, u64>, offset: usize, word: u32) -> Result {
        server.pages().at::<u32>(offset)?.store(word, Relaxed);
        Ok(())
    }

    fn get(server: &Server<u32, u64>, offset: usize) -> Result<u32> {
        Ok(server.pages().at::<u32>(offset)?.load(Relaxed))
    }

    #[test]
    fn submissions_are_completed() -> Result {
        let server = server(40)?;

        assert_eq!(server.enter(|entry| u64::from(!*entry)), Ok(40));
        assert_eq!(server.enter(|_| 0), Ok(0));
        assert_eq!(get(&server, SUBMISSIONS.head), Ok(40));
        assert_eq!(get(&server, COMPLETIONS.tail), Ok(40));
        for index in 0..40u32 {
            let offset = COMPLETIONS.entries + 8 * index as usize;
            assert_eq!(
                server.pages().at::<u64>(offset)?.read_once(),
                u64::from(!index)
            );
        }
        Ok(())
    }

    #[test]
    fn requests_without_space_are_not_served() -> Result {
        let server = server(COUNT)?;

        assert_eq!(server.enter(|_| 0), Ok(COUNT));
        set(&server, SUBMISSIONS.tail, COUNT + 9)?;
        assert_eq!(server.enter(|_| 0), Ok(0));
        set(&server, COMPLETIONS.head, 5)?;
        assert_eq!(server.enter(|_| 0), Ok(5));
        Ok(())
    }

    #[test]
    fn a_signal_ends_it_early() -> Result {
        let server = server(COUNT)?;

        let first = with_signal(bindings::SIGUSR1, || server.enter(|_| 0));
        assert_eq!(first, Ok(STRIDE));
        let second = with_signal(bindings::SIGUSR1, || server.serve(0, |_| 0));
        assert_eq!(second, Err(ERESTARTSYS));
        assert_eq!(get(&server, SUBMISSIONS.head), Ok(2 * STRIDE));
        assert_eq!(server.enter(|_| 0), Ok(COUNT - 2 * STRIDE));
        Ok(())
    }

    /// Checks that a sleep times out without a signal, and that the flag is then cleared.
    #[test]
    fn a_sleep_ends() -> Result {
        let server = server(1)?;
        let served = Cell::new(0);

        assert_eq!(
            server.serve(1, |_| {
                served.set(served.get() + 1);
                0
            }),
            Ok(())
        );
        assert_eq!(served.get(), 1);
        assert_eq!(get(&server, SUBMISSIONS.need_wakeup), Ok(0));
        assert_eq!(*server.waiters.lock(), 0);

        set(&server, SUBMISSIONS.tail, 2)?;
        let ended = with_signal(bindings::SIGUSR1, || server.serve(Jiffies::MAX, |_| 0));
        assert_eq!(ended, Err(ERESTARTSYS));
        assert_eq!(get(&server, SUBMISSIONS.head), Ok(2));
        assert_eq!(get(&server, SUBMISSIONS.need_wakeup), Ok(0));
        Ok(())
    }

    /// A task that could not be killed would hang in this test.
    #[test]
    fn waiters_for_the_lock_can_be_killed() -> Result {
        let server = server(1)?;
        // Skip the test under lockdep, which would report a recursive lock.
        if cfg!(CONFIG_PROVE_LOCKING) {
            return Ok(());
        }
        let rings = server.rings.lock();

        with_signal(bindings::SIGKILL, || {
            assert_eq!(server.enter(|_| 0), Err(EINTR));
            assert_eq!(server.serve(0, |_| 0), Err(EINTR));
            assert_eq!(server.kick(), Err(EINTR));
        });
        drop(rings);
        assert_eq!(server.kick(), Ok(()));
        assert_eq!(server.enter(|_| 0), Ok(1));
        Ok(())
    }

    #[test]
    fn far_counters_are_refused() -> Result {
        let server = server(COUNT + 1)?;

        assert_eq!(server.enter(|_| 0), Err(EOVERFLOW));
        assert_eq!(server.serve(0, |_| 0), Err(EOVERFLOW));
        set(&server, SUBMISSIONS.tail, 1)?;
        set(&server, COMPLETIONS.head, 1)?;
        assert_eq!(server.enter(|_| 0), Err(EOVERFLOW));
        set(&server, COMPLETIONS.head, 0)?;
        assert_eq!(server.enter(|_| 0), Ok(1));
        Ok(())
    }
}
