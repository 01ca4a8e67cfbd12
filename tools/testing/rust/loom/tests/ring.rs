// SPDX-License-Identifier: GPL-2.0

//! Tests the rings with user space on the other side, in all orders in which the accesses of both
//! sides can execute.

use loom::{
    sync::atomic::{
        fence,
        Ordering::SeqCst, //
    },
    thread, //
};
use ring::{
    mm::{
        mapped::UserMappedPages,
        ring::{
            Consumer,
            Producer,
            RingLayout,
            Server, //
        }, //
    },
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Relaxed,
            Release, //
        },
        poll::FilePollTable,
        Arc, //
    },
    task::signal,
    time::{
        timeouts,
        FOREVER, //
    }, //
};

type Entry = [u32; 2];

const COUNT: u32 = 2;
const LAYOUT: RingLayout = RingLayout {
    tail: 0,
    head: 4,
    need_wakeup: 8,
    entries: 16,
    nr_entries: COUNT,
};
/// The number of requests. It is larger than [`COUNT`], so that entries are reused.
const ENTRIES: u32 = COUNT + 1;

fn entry(number: u32) -> Entry {
    [number + 1, !number]
}

/// User space, which follows the protocol.
struct UserSpace(Arc<UserMappedPages>);

impl UserSpace {
    fn new() -> Self {
        Self(Arc::new(UserMappedPages::new(64)))
    }

    fn load(&self, offset: usize) -> u32 {
        self.0.at::<u32>(offset).unwrap().load(Acquire)
    }

    fn store(&self, offset: usize, value: u32) {
        self.0.at::<u32>(offset).unwrap().store(value, Release);
    }

    /// Waits until the counter differs from `old`.
    fn wait(&self, offset: usize, old: u32) {
        while self.load(offset) == old {
            thread::yield_now();
        }
    }

    fn produce(&self) {
        let entries = self
            .0
            .slice::<Entry>(LAYOUT.entries, COUNT as usize)
            .unwrap();

        for number in 0..ENTRIES {
            if number >= COUNT {
                self.wait(LAYOUT.head, number - COUNT);
            }
            entries
                .get_wrapped(number as usize)
                .unwrap()
                .write_once(&entry(number));
            self.store(LAYOUT.tail, number + 1);
        }
    }

    fn consume(&self) {
        let entries = self
            .0
            .slice::<Entry>(LAYOUT.entries, COUNT as usize)
            .unwrap();

        for number in 0..ENTRIES {
            self.wait(LAYOUT.tail, number);
            assert_eq!(
                entries.get_wrapped(number as usize).unwrap().read_once(),
                entry(number)
            );
            self.store(LAYOUT.head, number + 1);
        }
    }
}

fn model(test: fn()) {
    let mut builder = loom::model::Builder::new();

    builder.preemption_bound = Some(3);
    builder.check(test);
}

#[test]
fn entries_of_user_space_reach_the_kernel() {
    model(|| {
        let user = UserSpace::new();
        let mut consumer = Consumer::<Entry>::new(&user.0, LAYOUT).unwrap();
        let thread = thread::spawn(move || user.produce());
        let mut number = 0;

        while number < ENTRIES {
            for got in consumer.batch().unwrap() {
                assert_eq!(got, entry(number));
                number += 1;
            }
            thread::yield_now();
        }
        thread.join().unwrap();
    });
}

#[test]
fn entries_of_the_kernel_reach_user_space() {
    model(|| {
        let user = UserSpace::new();
        let mut producer = Producer::<Entry>::new(&user.0, LAYOUT).unwrap();
        let thread = thread::spawn(move || user.consume());

        for number in 0..ENTRIES {
            while producer.push(&entry(number)).is_err() {
                thread::yield_now();
            }
            let _ = producer.publish();
        }
        thread.join().unwrap();
    });
}

#[test]
fn a_kernel_that_sleeps_is_woken() {
    model(|| {
        let user = UserSpace::new();
        let mut consumer = Consumer::<Entry>::new(&user.0, LAYOUT).unwrap();
        let thread = thread::spawn(move || {
            user.store(LAYOUT.tail, 1);
            fence(SeqCst);
            user.0.at::<u32>(LAYOUT.need_wakeup).unwrap().load(Relaxed) != 0
        });
        let may_sleep = consumer.enable_wakeup() == Ok(0);
        let woken = thread.join().unwrap();

        assert!(!may_sleep || woken);
    });
}

#[test]
fn a_process_that_sleeps_is_woken() {
    model(|| {
        let user = UserSpace::new();
        let mut producer = Producer::<Entry>::new(&user.0, LAYOUT).unwrap();
        let thread = thread::spawn(move || {
            user.0
                .at::<u32>(LAYOUT.need_wakeup)
                .unwrap()
                .store(1, Relaxed);
            fence(SeqCst);
            user.load(LAYOUT.tail) == 0
        });
        producer.push(&entry(0)).unwrap();
        let woken = producer.publish();
        let sleeps = thread.join().unwrap();

        assert!(!sleeps || woken);
    });
}

/// The completion ring of the tests of [`Server`]. The request ring is [`LAYOUT`].
const COMPLETIONS: RingLayout = RingLayout {
    tail: 32,
    head: 36,
    need_wakeup: 40,
    entries: 48,
    nr_entries: COUNT,
};

type Words = Server<Entry, Entry>;

/// Creates a server, and the user space that submits to it.
fn server() -> (Arc<Words>, UserSpace) {
    let user = UserSpace::new();
    let server = Server::new(user.0.clone(), LAYOUT, COMPLETIONS);

    (Arc::new(server.init().unwrap()), user)
}

impl UserSpace {
    fn submit(&self) {
        let entries = self
            .0
            .slice::<Entry>(LAYOUT.entries, COUNT as usize)
            .unwrap();

        entries.get_wrapped(0).unwrap().write_once(&entry(0));
        self.store(LAYOUT.tail, 1);
    }
}

#[test]
fn a_sleeping_server_is_kicked() {
    model(|| {
        let (server, user) = server();
        let kicks = server.clone();
        let thread = thread::spawn(move || {
            user.submit();
            fence(SeqCst);
            if user.load(LAYOUT.need_wakeup) != 0 {
                kicks.kick().unwrap();
            }
            user
        });
        let ended = server.serve(FOREVER, |got| {
            assert_eq!(*got, entry(0));
            signal();
            *got
        });
        let user = thread.join().unwrap();

        assert_eq!(ended, Err(ERESTARTSYS));
        assert_eq!(user.load(LAYOUT.need_wakeup), 0);
        assert_eq!(user.load(LAYOUT.head), 1);
        assert_eq!(user.load(COMPLETIONS.tail), 1);
    });
}

#[test]
fn a_server_that_timed_out_serves_and_sleeps_again() {
    model(|| {
        let (server, user) = server();
        let thread = thread::spawn(move || user.submit());
        let mut served_after = None;
        let ended = server.serve(1, |got| {
            served_after = Some(timeouts());
            *got
        });
        thread.join().unwrap();

        assert_eq!(ended, Ok(()));
        // `None` if the server returned before the submission.
        assert!(served_after < Some(timeouts()));
    });
}

#[test]
fn a_polling_process_is_woken() {
    model(|| {
        let (server, user) = server();
        let polls = server.clone();
        user.submit();
        let thread = thread::spawn(move || {
            let need_wakeup = user.0.at::<u32>(COMPLETIONS.need_wakeup).unwrap();

            need_wakeup.store(1, Relaxed);
            fence(SeqCst);
            if user.load(COMPLETIONS.tail) == 0 {
                let table = FilePollTable::default();

                if !polls.poll(&table) {
                    table.wait();
                }
            }
            user.load(COMPLETIONS.tail)
        });
        assert_eq!(server.enter(|got| *got), Ok(1));
        assert_eq!(thread.join().unwrap(), 1);
    });
}
