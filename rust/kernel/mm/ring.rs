// SPDX-License-Identifier: GPL-2.0

//! Rings of entries in memory that the kernel and user space share, of one producer and one
//! consumer.
//!
//! C header: [`include/asm-generic/barrier.h`](srctree/include/asm-generic/barrier.h)
//!
//! A ring is an array of entries and two counters, which wrap around: how many entries have been
//! produced, and how many of them have been consumed. Each is written by one side and read by the
//! other. With a [`Consumer`], the kernel takes what a program submits; with a [`Producer`], it
//! posts what has become of that. A [`Server`] does both, sleeps and wakes.
//!
//! The kernel keeps its own counter, and never reads back what it has published. The counter of the
//! program is read once, and refused if there cannot be as many entries; an entry is copied out
//! once, before anybody looks at it. So whatever a program writes, and whenever, it changes nothing
//! but what it is told itself.
//!
//! # Ordering
//!
//! In the terms of the kernel's memory model (`tools/memory-model`):
//!
//! - A counter is stored with release, after the entries have been written or copied out.
//!   The other side loads it with acquire, before it copies entries out or writes over them.
//! - A side that is about to sleep stores its flag and then loads the counter; the other one stores
//!   the counter and then loads the flag. Both have a full barrier in between, so that one of them
//!   sees the other's store.
//!
//! Whatever else a request names in shared memory is ordered likewise: what the program wrote
//! before it submitted the request is there when the kernel gets it, and what the kernel wrote
//! before it published the completion is there when the program gets that.
//!
//! # Examples
//!
//! ```
//! use core::mem::offset_of;
//! use kernel::{
//!     mm::{
//!         ring::{
//!             Consumer,
//!             Places,
//!             Producer, //
//!         },
//!         shared::SharedPages, //
//!     },
//!     prelude::*,
//!     sync::Arc, //
//! };
//!
//! #[repr(C)]
//! struct Counters {
//!     submissions: u32,
//!     completions: u32,
//!     sleeps: u32,
//!     reserved: u32,
//! }
//!
//! #[repr(C)]
//! struct Layout {
//!     program: Counters,
//!     kernel: Counters,
//!     submissions: [u64; 64],
//!     completions: [u32; 64],
//! }
//!
//! /// Answers all requests that are there; whether the program sleeps, and is to be woken.
//! fn serve(requests: &mut Consumer<u64>, answers: &mut Producer<u32>) -> Result<bool> {
//!     let room = answers.room()? as usize;
//!
//!     for request in requests.batch()?.take(room) {
//!         answers.push(&request.count_ones())?;
//!     }
//!     Ok(answers.publish())
//! }
//!
//! let pages = Arc::new(SharedPages::new(size_of::<Layout>())?, GFP_KERNEL)?;
//! let mut requests = Consumer::new(&pages, Places {
//!     produced: offset_of!(Layout, program.submissions),
//!     consumed: offset_of!(Layout, kernel.submissions),
//!     sleeps: offset_of!(Layout, kernel.sleeps),
//!     entries: offset_of!(Layout, submissions),
//!     count: 64,
//! })?;
//! let mut answers = Producer::new(&pages, Places {
//!     produced: offset_of!(Layout, kernel.completions),
//!     consumed: offset_of!(Layout, program.completions),
//!     sleeps: offset_of!(Layout, program.sleeps),
//!     entries: offset_of!(Layout, completions),
//!     count: 64,
//! })?;
//!
//! assert!(!serve(&mut requests, &mut answers)?);
//! # Ok::<(), Error>(())
//! ```

use super::shared::{
    Shared,
    SharedPages,
    SharedSlice, //
};
use crate::{
    prelude::*,
    sync::{
        atomic::{
            Acquire,
            Relaxed,
            Release, //
        },
        barrier::smp_mb,
        Arc, //
    },
};
use core::iter::FusedIterator;

mod server;

pub use self::server::Server;

/// Where a ring lies in [`SharedPages`]: all but the count are offsets in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// How many entries have been produced, a `u32`.
    pub produced: usize,
    /// How many entries have been consumed, a `u32`.
    pub consumed: usize,
    /// Whether the consumer sleeps and wants to be woken, a `u32` that is then not 0.
    pub sleeps: usize,
    /// The first entry.
    pub entries: usize,
    /// How many entries there are room for: a power of two, at most `1 << 31`.
    pub count: u32,
}

/// The places of a ring.
///
/// # Invariants
///
/// The places are in `_pages`, and do not leave the ring for longer than it is borrowed.
struct Ring<T: 'static> {
    produced: Shared<'static, u32>,
    consumed: Shared<'static, u32>,
    sleeps: Shared<'static, u32>,
    entries: SharedSlice<'static, T>,
    count: u32,
    _pages: Arc<SharedPages>,
}

impl<T> Ring<T> {
    fn new(pages: &Arc<SharedPages>, places: Places) -> Result<Self> {
        if !places.count.is_power_of_two() {
            return Err(EINVAL);
        }
        let owner = pages.clone();
        // SAFETY: The ring owns a reference to the pages for as long as it has places of them.
        let pages: &'static SharedPages = unsafe { &*Arc::as_ptr(&owner) };

        // INVARIANT: The places are in `owner`. All methods borrow the ring.
        Ok(Self {
            produced: pages.at(places.produced)?,
            consumed: pages.at(places.consumed)?,
            sleeps: pages.at(places.sleeps)?,
            entries: pages.slice(places.entries, places.count as usize)?,
            count: places.count,
            _pages: owner,
        })
    }

    /// How many entries are in use if the two counters are these.
    #[inline(always)]
    fn used(&self, produced: u32, consumed: u32) -> Result<u32> {
        let used = produced.wrapping_sub(consumed);

        if used > self.count {
            return Err(EOVERFLOW);
        }
        Ok(used)
    }
}

/// The kernel's side of a ring in which user space produces.
pub struct Consumer<T: 'static> {
    ring: Ring<T>,
    consumed: u32,
}

impl<T: FromBytes> Consumer<T> {
    /// Starts to consume, and sets the words of the kernel, `consumed` and `sleeps`, to 0.
    ///
    /// User space must start to produce with its counter at 0. It is refused later if it does not.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: one of the places is not aligned, or not in the pages, or the count is not a
    ///   power of two.
    pub fn new(pages: &Arc<SharedPages>, places: Places) -> Result<Self> {
        let ring = Ring::new(pages, places)?;

        ring.consumed.store(0, Relaxed);
        ring.sleeps.store(0, Relaxed);
        Ok(Self { ring, consumed: 0 })
    }

    /// How many entries wait to be consumed.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: the counter of user space says more than there is room for.
    #[inline]
    pub fn waiting(&self) -> Result<u32> {
        self.ring
            .used(self.ring.produced.load(Acquire), self.consumed)
    }

    /// The entries that wait to be consumed, which are copied out one by one.
    ///
    /// Those that have been taken are given back to user space when the batch is dropped.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: the counter of user space says more than there is room for.
    #[inline]
    pub fn batch(&mut self) -> Result<Batch<'_, T>> {
        let waiting = self.waiting()?;

        Ok(Batch {
            entries: self.ring.entries,
            published: self.ring.consumed,
            end: self.consumed.wrapping_add(waiting),
            consumed: &mut self.consumed,
        })
    }

    /// Says that the kernel is about to sleep, so that user space wakes it when it has produced;
    /// and then how many entries wait. Only if there are none may it sleep.
    ///
    /// Whatever it returns, user space wakes the kernel until [`Self::disarm`].
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: the counter of user space says more than there is room for.
    pub fn arm(&mut self) -> Result<u32> {
        self.ring.sleeps.store(1, Relaxed);
        // Orders it before the load of the counter.
        smp_mb();
        self.waiting()
    }

    /// Says that the kernel does not sleep.
    pub fn disarm(&mut self) {
        self.ring.sleeps.store(0, Relaxed);
    }
}

/// Entries that a [`Consumer`] takes.
///
/// When it is dropped, user space may use the place of those that have been taken.
pub struct Batch<'a, T> {
    entries: SharedSlice<'a, T>,
    published: Shared<'a, u32>,
    consumed: &'a mut u32,
    end: u32,
}

impl<T: FromBytes> Iterator for Batch<'_, T> {
    type Item = T;

    #[inline(always)]
    fn next(&mut self) -> Option<T> {
        if *self.consumed == self.end {
            return None;
        }
        let place = self.entries.get_wrapped(*self.consumed as usize)?;

        *self.consumed = self.consumed.wrapping_add(1);
        Some(place.fetch())
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.end.wrapping_sub(*self.consumed) as usize;
        (left, Some(left))
    }
}

impl<T: FromBytes> ExactSizeIterator for Batch<'_, T> {}

impl<T: FromBytes> FusedIterator for Batch<'_, T> {}

impl<T> Drop for Batch<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Orders the loads of the entries before it.
        self.published.store(*self.consumed, Release);
    }
}

/// The kernel's side of a ring in which user space consumes.
///
/// # Invariants
///
/// `produced` is ahead of `consumed` by the count of the ring at most.
pub struct Producer<T: 'static> {
    ring: Ring<T>,
    produced: u32,
    published: u32,
    /// What the counter of user space was when it was last read.
    consumed: u32,
}

impl<T: IntoBytes + Immutable> Producer<T> {
    /// Starts to produce, and sets the counter of the kernel, `produced`, to 0.
    ///
    /// User space must start to consume with its counter at 0. It is refused later if it does not.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: one of the places is not aligned, or not in the pages, or the count is not a
    ///   power of two.
    pub fn new(pages: &Arc<SharedPages>, places: Places) -> Result<Self> {
        let ring = Ring::new(pages, places)?;

        ring.produced.store(0, Relaxed);
        // INVARIANT: The counters are equal.
        Ok(Self {
            ring,
            produced: 0,
            published: 0,
            consumed: 0,
        })
    }

    /// How many entries there is room for.
    ///
    /// As many [`Self::push`] will succeed.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: the counter of user space says that it has consumed more than there was.
    #[inline]
    pub fn room(&mut self) -> Result<u32> {
        let consumed = self.ring.consumed.load(Acquire);
        let used = self.ring.used(self.produced, consumed)?;

        // INVARIANT: This has just been checked.
        self.consumed = consumed;
        Ok(self.ring.count - used)
    }

    /// Writes an entry, which user space does not get before [`Self::publish`].
    ///
    /// # Errors
    ///
    /// - [`ENOSPC`]: there is no room until user space has consumed.
    /// - [`EOVERFLOW`]: the counter of user space says that it has consumed more than there was.
    ///
    /// Nothing has then been written.
    #[inline]
    pub fn push(&mut self, entry: &T) -> Result {
        if self.produced.wrapping_sub(self.consumed) == self.ring.count && self.room()? == 0 {
            return Err(ENOSPC);
        }
        let place = self.ring.entries.get_wrapped(self.produced as usize);

        place.ok_or(ENOSPC)?.write(entry);
        // INVARIANT: By the above, it was less than the count ahead.
        self.produced = self.produced.wrapping_add(1);
        Ok(())
    }

    /// Lets user space have all entries that have been written.
    ///
    /// Returns whether it is to be woken: it said that it sleeps, and there is something new.
    #[must_use]
    #[inline]
    pub fn publish(&mut self) -> bool {
        if self.published == self.produced {
            return false;
        }
        self.published = self.produced;
        // Orders it after the stores of the entries.
        self.ring.produced.store(self.produced, Release);
        // Orders it before the load of the flag.
        smp_mb();
        self.ring.sleeps.load(Relaxed) != 0
    }
}

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_mm_ring)]
mod tests {
    use super::*;
    use crate::page::PAGE_SIZE;

    type Entry = [u32; 3];

    const COUNT: u32 = 8;
    const PLACES: Places = Places {
        produced: 0,
        consumed: 4,
        sleeps: 8,
        entries: 64,
        count: COUNT,
    };

    /// Where the counters start: also where they soon wrap around.
    const STARTS: [u32; 4] = [0, 5, u32::MAX, u32::MAX - COUNT - 2];

    /// What is too far from a counter, in either direction.
    fn far() -> Result<KVec<u32>> {
        let mut far = KVec::new();

        for bit in 0..32 {
            for near in [0, 1, u32::MAX] {
                let distance = (1u32 << bit).wrapping_add(near);
                for distance in [distance, distance.wrapping_neg()] {
                    if distance > COUNT {
                        far.push(distance, GFP_KERNEL)?;
                    }
                }
            }
        }
        Ok(far)
    }

    fn entry(value: u32) -> Entry {
        [value, !value, value.rotate_left(16)]
    }

    /// The memory as user space has it.
    struct Program {
        pages: Arc<SharedPages>,
    }

    impl Program {
        fn new() -> Result<Self> {
            let pages = Arc::new(SharedPages::new(PAGE_SIZE)?, GFP_KERNEL)?;
            let all = pages.slice::<u8>(64, PAGE_SIZE - 64)?;

            all.write_from(&KVec::from_elem(0xa5, all.len(), GFP_KERNEL)?)?;
            Ok(Self { pages })
        }

        fn consumer(&self, start: u32) -> Result<Consumer<Entry>> {
            let mut consumer = Consumer::new(&self.pages, PLACES)?;

            consumer.consumed = start;
            self.set(PLACES.produced, start)?;
            self.set(PLACES.consumed, start)?;
            Ok(consumer)
        }

        fn producer(&self, start: u32) -> Result<Producer<Entry>> {
            let mut producer = Producer::new(&self.pages, PLACES)?;

            producer.produced = start;
            producer.published = start;
            producer.consumed = start;
            self.set(PLACES.produced, start)?;
            self.set(PLACES.consumed, start)?;
            Ok(producer)
        }

        fn set(&self, offset: usize, word: u32) -> Result {
            self.pages.at::<u32>(offset)?.store(word, Relaxed);
            Ok(())
        }

        fn get(&self, offset: usize) -> Result<u32> {
            Ok(self.pages.at::<u32>(offset)?.load(Relaxed))
        }

        fn entry(&self, index: u32) -> Result<Shared<'_, Entry>> {
            self.pages
                .at(PLACES.entries + (index % COUNT) as usize * size_of::<Entry>())
        }

        /// Whether the bytes from `offset` on are what they were first.
        fn is_untouched(&self, offset: usize) -> Result<bool> {
            let rest = self.pages.slice::<u8>(offset, PAGE_SIZE - offset)?;
            Ok(rest.iter().all(|byte| byte.fetch() == 0xa5))
        }
    }

    const BEHIND: usize = PLACES.entries + COUNT as usize * size_of::<Entry>();

    #[test]
    fn places_are_checked() -> Result {
        let pages = Arc::new(SharedPages::new(PAGE_SIZE)?, GFP_KERNEL)?;
        let refused = |places| {
            Consumer::<Entry>::new(&pages, places).err() == Some(EINVAL)
                && Producer::<Entry>::new(&pages, places).err() == Some(EINVAL)
        };

        assert!(!refused(PLACES));
        for count in [0, 3, 7, COUNT + 1, u32::MAX, 1 << 31] {
            assert!(refused(Places { count, ..PLACES }));
        }
        for offset in [2, PAGE_SIZE, PAGE_SIZE - 2, usize::MAX, usize::MAX - 3] {
            assert!(refused(Places {
                produced: offset,
                ..PLACES
            }));
            assert!(refused(Places {
                consumed: offset,
                ..PLACES
            }));
            assert!(refused(Places {
                sleeps: offset,
                ..PLACES
            }));
            assert!(refused(Places {
                entries: offset,
                ..PLACES
            }));
        }
        let last = PAGE_SIZE - COUNT as usize * size_of::<Entry>();
        assert!(!refused(Places {
            entries: last,
            ..PLACES
        }));
        assert!(refused(Places {
            entries: last + 4,
            ..PLACES
        }));
        Ok(())
    }

    /// What was there before, as in memory that is used again.
    #[test]
    fn the_words_of_the_kernel_start_at_0() -> Result {
        let program = Program::new()?;
        let words = [PLACES.produced, PLACES.consumed, PLACES.sleeps];

        for (consumes, after) in [(true, [9, 0, 0]), (false, [0, 9, 9])] {
            for word in words {
                program.set(word, 9)?;
            }
            if consumes {
                Consumer::<Entry>::new(&program.pages, PLACES)?;
            } else {
                Producer::<Entry>::new(&program.pages, PLACES)?;
            }
            for (word, after) in words.into_iter().zip(after) {
                assert_eq!(program.get(word), Ok(after));
            }
        }
        Ok(())
    }

    #[test]
    fn the_pages_live_as_long_as_a_ring() -> Result {
        let program = Program::new()?;
        let mut consumer = program.consumer(0)?;

        drop(program);
        assert_eq!(consumer.batch()?.count(), 0);
        Ok(())
    }

    #[test]
    fn what_is_produced_is_consumed_in_order() -> Result {
        for start in STARTS {
            let program = Program::new()?;
            let mut consumer = program.consumer(start)?;
            let (mut produced, mut consumed) = (start, start);

            for step in 0..100 {
                for _ in 0..step % (COUNT + 1) {
                    program.entry(produced)?.write(&entry(produced));
                    produced = produced.wrapping_add(1);
                }
                program.set(PLACES.produced, produced)?;
                assert_eq!(consumer.waiting(), Ok(step % (COUNT + 1)));

                let batch = consumer.batch()?;
                assert_eq!(batch.len() as u32, step % (COUNT + 1));
                for got in batch {
                    assert_eq!(got, entry(consumed));
                    consumed = consumed.wrapping_add(1);
                }
                assert_eq!(consumed, produced);
                assert_eq!(program.get(PLACES.consumed), Ok(consumed));
            }
            assert!(program.is_untouched(BEHIND)?);
        }
        Ok(())
    }

    #[test]
    fn a_batch_gives_back_what_was_taken() -> Result {
        let program = Program::new()?;
        let mut consumer = program.consumer(0)?;

        program.set(PLACES.produced, COUNT)?;
        let mut batch = consumer.batch()?;
        assert!(batch.next().is_some() && batch.next().is_some());
        assert_eq!(program.get(PLACES.consumed), Ok(0));
        drop(batch);
        assert_eq!(program.get(PLACES.consumed), Ok(2));
        assert_eq!(consumer.batch()?.take(3).count(), 3);
        assert_eq!(program.get(PLACES.consumed), Ok(5));
        // What arrives later belongs to the next batch.
        let batch = consumer.batch()?;
        program.set(PLACES.produced, COUNT + 4)?;
        assert_eq!(batch.count(), 3);
        assert_eq!(consumer.batch()?.count(), 4);
        Ok(())
    }

    #[test]
    fn far_counters_are_refused_by_a_consumer() -> Result {
        for start in STARTS {
            let program = Program::new()?;
            let mut consumer = program.consumer(start)?;

            for distance in far()? {
                program.set(PLACES.produced, start.wrapping_add(distance))?;
                assert_eq!(consumer.waiting(), Err(EOVERFLOW));
                assert_eq!(consumer.batch().err(), Some(EOVERFLOW));
                assert_eq!(consumer.arm(), Err(EOVERFLOW));
                assert_eq!(program.get(PLACES.sleeps), Ok(1));
                consumer.disarm();
                assert_eq!(program.get(PLACES.sleeps), Ok(0));
                assert_eq!(program.get(PLACES.consumed), Ok(start));
            }
            // It was only the counter.
            program.set(PLACES.produced, start.wrapping_add(COUNT))?;
            assert_eq!(consumer.batch()?.count() as u32, COUNT);
        }
        Ok(())
    }

    /// The kernel does not believe what it has written itself, nor read an entry twice.
    #[test]
    fn a_consumer_is_not_misled() -> Result {
        let program = Program::new()?;
        let mut consumer = program.consumer(0)?;

        for index in 0..COUNT {
            program.entry(index)?.write(&entry(index));
        }
        program.set(PLACES.produced, 4)?;

        let mut batch = consumer.batch()?;
        let first = batch.next();
        program.entry(0)?.write(&[0xff; 3]);
        assert_eq!(first, Some(entry(0)));
        // Until it is fetched, an entry is the program's.
        program.entry(1)?.write(&entry(77));
        assert_eq!(batch.next(), Some(entry(77)));
        for offset in [PLACES.produced, PLACES.consumed, PLACES.sleeps] {
            program.set(offset, 0x8000_0000)?;
        }
        assert_eq!(batch.next(), Some(entry(2)));
        assert_eq!(batch.next(), Some(entry(3)));
        assert_eq!(batch.next(), None);
        drop(batch);
        assert_eq!(program.get(PLACES.consumed), Ok(4));

        program.set(PLACES.consumed, 0)?;
        program.set(PLACES.produced, 5)?;
        assert_eq!(consumer.batch()?.next(), Some(entry(4)));
        assert_eq!(program.get(PLACES.consumed), Ok(5));
        Ok(())
    }

    #[test]
    fn a_consumer_says_that_it_sleeps() -> Result {
        let program = Program::new()?;
        let mut consumer = program.consumer(0)?;

        assert_eq!(consumer.arm(), Ok(0));
        assert_ne!(program.get(PLACES.sleeps), Ok(0));
        program.set(PLACES.produced, 2)?;
        assert_eq!(consumer.arm(), Ok(2));
        consumer.disarm();
        assert_eq!(program.get(PLACES.sleeps), Ok(0));
        Ok(())
    }

    #[test]
    fn what_is_pushed_can_be_consumed_in_order() -> Result {
        for start in STARTS {
            let program = Program::new()?;
            let mut producer = program.producer(start)?;
            let (mut pushed, mut consumed) = (start, start);

            for step in 0..100 {
                for _ in 0..step % (COUNT + 1) {
                    producer.push(&entry(pushed))?;
                    pushed = pushed.wrapping_add(1);
                }
                assert_eq!(program.get(PLACES.produced), Ok(consumed));
                assert!(!producer.publish());
                assert_eq!(program.get(PLACES.produced), Ok(pushed));

                while consumed != pushed {
                    assert_eq!(program.entry(consumed)?.fetch(), entry(consumed));
                    consumed = consumed.wrapping_add(1);
                }
                program.set(PLACES.consumed, consumed)?;
            }
            assert!(program.is_untouched(BEHIND)?);
        }
        Ok(())
    }

    #[test]
    fn a_full_ring_takes_no_more() -> Result {
        for start in STARTS {
            let program = Program::new()?;
            let mut producer = program.producer(start)?;

            for index in 0..COUNT {
                assert_eq!(producer.room(), Ok(COUNT - index));
                producer.push(&entry(index))?;
            }
            assert_eq!(producer.room(), Ok(0));
            assert_eq!(producer.push(&entry(77)), Err(ENOSPC));
            assert!(!producer.publish());
            for index in 0..COUNT {
                assert_eq!(
                    program.entry(start.wrapping_add(index))?.fetch(),
                    entry(index)
                );
            }

            program.set(PLACES.consumed, start.wrapping_add(1))?;
            assert_eq!(producer.push(&entry(77)), Ok(()));
            assert_eq!(producer.push(&entry(78)), Err(ENOSPC));
            assert_eq!(program.entry(start)?.fetch(), entry(77));
        }
        Ok(())
    }

    #[test]
    fn far_counters_are_refused_by_a_producer() -> Result {
        for start in STARTS {
            let program = Program::new()?;
            let mut producer = program.producer(start)?;

            for index in 0..COUNT {
                producer.push(&entry(index))?;
            }
            let produced = start.wrapping_add(COUNT);
            for distance in far()? {
                program.set(PLACES.consumed, produced.wrapping_sub(distance))?;
                assert_eq!(producer.room(), Err(EOVERFLOW));
                assert_eq!(producer.push(&entry(77)), Err(EOVERFLOW));
            }
            assert!(!producer.publish());
            for index in 0..COUNT {
                assert_eq!(
                    program.entry(start.wrapping_add(index))?.fetch(),
                    entry(index)
                );
            }
            // It was only the counter.
            program.set(PLACES.consumed, produced)?;
            assert_eq!(producer.room(), Ok(COUNT));
        }
        Ok(())
    }

    #[test]
    fn a_producer_is_told_to_wake() -> Result {
        let program = Program::new()?;
        let mut producer = program.producer(0)?;

        program.set(PLACES.sleeps, 1)?;
        assert!(!producer.publish());
        producer.push(&entry(0))?;
        assert!(producer.publish());
        assert!(!producer.publish());
        program.set(PLACES.sleeps, 0)?;
        producer.push(&entry(1))?;
        assert!(!producer.publish());
        program.set(PLACES.sleeps, u32::MAX)?;
        producer.push(&entry(2))?;
        assert!(producer.publish());
        Ok(())
    }
}
