// SPDX-License-Identifier: GPL-2.0

//! A program on the other side of a ring, in all orders of its accesses and of the kernel's.

use loom::{
    sync::atomic::{
        fence,
        Ordering::SeqCst, //
    },
    thread, //
};
use ring::{
    mm::{
        ring::{
            Consumer,
            Places,
            Producer, //
        },
        shared::SharedPages, //
    },
    sync::{
        atomic::{
            Acquire,
            Relaxed,
            Release, //
        },
        Arc, //
    },
};

type Entry = [u32; 2];

const COUNT: u32 = 2;
const PLACES: Places = Places {
    produced: 0,
    consumed: 4,
    sleeps: 8,
    entries: 16,
    count: COUNT,
};
/// The places are used more than once.
const ENTRIES: u32 = COUNT + 1;

fn entry(number: u32) -> Entry {
    [number + 1, !number]
}

/// What a program does; it keeps to the protocol.
struct Program(Arc<SharedPages>);

impl Program {
    fn new() -> Self {
        Self(Arc::new(SharedPages::new(64)))
    }

    fn load(&self, offset: usize) -> u32 {
        self.0.at::<u32>(offset).unwrap().load(Acquire)
    }

    fn store(&self, offset: usize, value: u32) {
        self.0.at::<u32>(offset).unwrap().store(value, Release);
    }

    /// Waits until the counter is not what it was.
    fn wait(&self, offset: usize, old: u32) {
        while self.load(offset) == old {
            thread::yield_now();
        }
    }

    fn produce(&self) {
        let entries = self
            .0
            .slice::<Entry>(PLACES.entries, COUNT as usize)
            .unwrap();

        for number in 0..ENTRIES {
            if number >= COUNT {
                self.wait(PLACES.consumed, number - COUNT);
            }
            entries
                .get_wrapped(number as usize)
                .unwrap()
                .write(&entry(number));
            self.store(PLACES.produced, number + 1);
        }
    }

    fn consume(&self) {
        let entries = self
            .0
            .slice::<Entry>(PLACES.entries, COUNT as usize)
            .unwrap();

        for number in 0..ENTRIES {
            self.wait(PLACES.produced, number);
            assert_eq!(
                entries.get_wrapped(number as usize).unwrap().fetch(),
                entry(number)
            );
            self.store(PLACES.consumed, number + 1);
        }
    }
}

fn model(test: fn()) {
    let mut builder = loom::model::Builder::new();

    builder.preemption_bound = Some(3);
    builder.check(test);
}

#[test]
fn what_a_program_submits_is_what_the_kernel_gets() {
    model(|| {
        let program = Program::new();
        let mut consumer = Consumer::<Entry>::new(&program.0, PLACES).unwrap();
        let thread = thread::spawn(move || program.produce());
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
fn what_the_kernel_posts_is_what_a_program_gets() {
    model(|| {
        let program = Program::new();
        let mut producer = Producer::<Entry>::new(&program.0, PLACES).unwrap();
        let thread = thread::spawn(move || program.consume());

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
        let program = Program::new();
        let mut consumer = Consumer::<Entry>::new(&program.0, PLACES).unwrap();
        let thread = thread::spawn(move || {
            program.store(PLACES.produced, 1);
            fence(SeqCst);
            program.0.at::<u32>(PLACES.sleeps).unwrap().load(Relaxed) != 0
        });
        let sleeps = consumer.arm() == Ok(0);
        let woken = thread.join().unwrap();

        assert!(!sleeps || woken);
    });
}

#[test]
fn a_program_that_sleeps_is_woken() {
    model(|| {
        let program = Program::new();
        let mut producer = Producer::<Entry>::new(&program.0, PLACES).unwrap();
        let thread = thread::spawn(move || {
            program
                .0
                .at::<u32>(PLACES.sleeps)
                .unwrap()
                .store(1, Relaxed);
            fence(SeqCst);
            program.load(PLACES.produced) == 0
        });
        producer.push(&entry(0)).unwrap();
        let woken = producer.publish();
        let sleeps = thread.join().unwrap();

        assert!(!sleeps || woken);
    });
}
