// SPDX-License-Identifier: GPL-2.0

//! Single-producer, single-consumer rings in memory shared by the kernel and user space.
//!
//! C header: [`include/asm-generic/barrier.h`](srctree/include/asm-generic/barrier.h)
//!
//! A ring is an array of entries with two wrapping counters: the number of entries produced, and
//! the number consumed. Each side writes one counter and reads the other. With a [`Consumer`], the
//! kernel takes requests from user space. With a [`Producer`], it posts the results. A [`Server`]
//! combines both, and handles sleeping and waking.
//!
//! The kernel keeps private copies of its own counters, and never reads back the shared ones. It
//! loads the counter of user space once, and rejects it if the ring cannot hold that many entries.
//! It copies each entry out once, before the driver uses it. A misbehaving process can therefore
//! corrupt only its own results.
//!
//! # Ordering
//!
//! In terms of the kernel's memory model (`tools/memory-model`):
//!
//! - Each side stores its counter with release semantics, after it has written entries or copied
//!   them out. The other side loads the counter with acquire semantics, before it copies entries
//!   out or overwrites them.
//! - A side that is about to sleep stores its flag and then loads the counter. The other side
//!   stores the counter and then loads the flag. Both execute a full barrier between the two
//!   accesses, so at least one side sees the other's store.
//!
//! This ordering also covers other shared memory to which an entry refers. The kernel sees the data
//! that user space wrote before it submitted a request. User space sees the data that the kernel
//! wrote before it published a completion.
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
//! /// Answers all pending requests. Returns true if user space sleeps and must be woken.
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
            Full,
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

/// The layout of a ring in [`SharedPages`]. All fields except `count` are offsets in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// The producer's counter, a `u32`.
    pub produced: usize,
    /// The consumer's counter, a `u32`.
    pub consumed: usize,
    /// The consumer's flag, a `u32`. It is nonzero while the consumer sleeps and wants to be woken.
    pub sleeps: usize,
    /// The first entry.
    pub entries: usize,
    /// The capacity in entries: a power of two, at most `1 << 31`.
    pub count: u32,
}

/// The shared memory of a ring.
///
/// # Invariants
///
/// All locations are in `_pages`, and are not exposed for longer than the ring is borrowed.
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
        // SAFETY: The ring owns a reference to the pages for as long as it uses the `'static`
        // borrow.
        let pages: &'static SharedPages = unsafe { &*Arc::as_ptr(&owner) };

        // INVARIANT: The locations are in `owner`. All methods that return them borrow the ring.
        Ok(Self {
            produced: pages.at(places.produced)?,
            consumed: pages.at(places.consumed)?,
            sleeps: pages.at(places.sleeps)?,
            entries: pages.slice(places.entries, places.count as usize)?,
            count: places.count,
            _pages: owner,
        })
    }

    /// Returns the number of entries in use, computed from the two counters.
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
    /// Creates a consumer, and sets the words written by the kernel, `consumed` and `sleeps`, to 0.
    ///
    /// User space must start with its counter at 0. Other methods return errors for an invalid
    /// counter.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: A location is not aligned or is outside the pages, or the count is not a power
    ///   of two.
    pub fn new(pages: &Arc<SharedPages>, places: Places) -> Result<Self> {
        let ring = Ring::new(pages, places)?;

        ring.consumed.store(0, Relaxed);
        ring.sleeps.store(0, Relaxed);
        Ok(Self { ring, consumed: 0 })
    }

    /// Returns the number of entries that can be consumed.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: According to the counter of user space, there are more entries than the
    ///   ring holds.
    #[inline]
    pub fn waiting(&self) -> Result<u32> {
        self.ring
            .used(self.ring.produced.load(Acquire), self.consumed)
    }

    /// Returns an iterator that copies out the pending entries one by one.
    ///
    /// Dropping the batch returns the consumed entries to user space.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: According to the counter of user space, there are more entries than the
    ///   ring holds.
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

    /// Sets the flag that asks user space to wake the kernel, and returns the number of pending
    /// entries.
    ///
    /// The kernel may sleep only if the result is 0. The flag stays set until [`Self::disarm`] is
    /// called, even after an error.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: According to the counter of user space, there are more entries than the
    ///   ring holds.
    pub fn arm(&mut self) -> Result<u32> {
        self.ring.sleeps.store(1, Relaxed);
        // Orders the store of the flag before the load of the counter.
        smp_mb(Full);
        self.waiting()
    }

    /// Clears the flag that asks user space to wake the kernel.
    pub fn disarm(&mut self) {
        self.ring.sleeps.store(0, Relaxed);
    }
}

/// An iterator over the pending entries of a [`Consumer`].
///
/// Dropping it returns the consumed entries to user space for reuse.
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
        // Orders the loads of the entries before the store of the counter.
        self.published.store(*self.consumed, Release);
    }
}

/// The kernel's side of a ring in which user space consumes.
///
/// # Invariants
///
/// `produced` is ahead of `consumed` by at most the capacity of the ring.
pub struct Producer<T: 'static> {
    ring: Ring<T>,
    produced: u32,
    published: u32,
    /// The last value read from the counter of user space.
    consumed: u32,
}

impl<T: IntoBytes + Immutable> Producer<T> {
    /// Creates a producer, and sets the counter written by the kernel, `produced`, to 0.
    ///
    /// User space must start with its counter at 0. Other methods return errors for an invalid
    /// counter.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: A location is not aligned or is outside the pages, or the count is not a power
    ///   of two.
    pub fn new(pages: &Arc<SharedPages>, places: Places) -> Result<Self> {
        let ring = Ring::new(pages, places)?;

        ring.produced.store(0, Relaxed);
        // INVARIANT: Both counters are 0.
        Ok(Self {
            ring,
            produced: 0,
            published: 0,
            consumed: 0,
        })
    }

    /// Returns the number of free entries.
    ///
    /// The same number of calls to [`Self::push`] will succeed.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: The counter of user space is ahead of the kernel's counter, or lags it by
    ///   more than the capacity of the ring.
    #[inline]
    pub fn room(&mut self) -> Result<u32> {
        let consumed = self.ring.consumed.load(Acquire);
        let used = self.ring.used(self.produced, consumed)?;

        // INVARIANT: `used()` has checked the difference.
        self.consumed = consumed;
        Ok(self.ring.count - used)
    }

    /// Writes an entry. User space sees it only after [`Self::publish`].
    ///
    /// # Errors
    ///
    /// - [`ENOSPC`]: The ring is full until user space consumes entries.
    /// - [`EOVERFLOW`]: The counter of user space is ahead of the kernel's counter, or lags it by
    ///   more than the capacity of the ring.
    ///
    /// After an error, nothing has been written.
    #[inline]
    pub fn push(&mut self, entry: &T) -> Result {
        if self.produced.wrapping_sub(self.consumed) == self.ring.count && self.room()? == 0 {
            return Err(ENOSPC);
        }
        let place = self.ring.entries.get_wrapped(self.produced as usize);

        place.ok_or(ENOSPC)?.write(entry);
        // INVARIANT: The ring was not full, so the difference is now at most its capacity.
        self.produced = self.produced.wrapping_add(1);
        Ok(())
    }

    /// Publishes all entries that have been written.
    ///
    /// Returns true if new entries were published and user space has asked to be woken.
    #[must_use]
    #[inline]
    pub fn publish(&mut self) -> bool {
        if self.published == self.produced {
            return false;
        }
        self.published = self.produced;
        // Orders the stores of the entries before the store of the counter.
        self.ring.produced.store(self.produced, Release);
        // Orders the store of the counter before the load of the flag.
        smp_mb(Full);
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

    /// Initial counters, some of which soon wrap around.
    const STARTS: [u32; 4] = [0, 5, u32::MAX, u32::MAX - COUNT - 2];

    /// Returns invalid distances from a counter, in both directions.
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

    /// The shared memory as seen by user space.
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

        /// Returns true if the bytes from `offset` on have their initial value.
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

    /// Checks words with earlier contents, as in memory that is used again.
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
        // Entries that arrive later belong to the next batch.
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
            // Only the counter was invalid.
            program.set(PLACES.produced, start.wrapping_add(COUNT))?;
            assert_eq!(consumer.batch()?.count() as u32, COUNT);
        }
        Ok(())
    }

    /// Checks that the kernel does not trust its own shared counter or read an entry twice.
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
        // User space may change an entry until it is fetched.
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
            // Only the counter was invalid.
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

    /// Checks that a new ring sets the kernel's own counters, which the tests above set themselves.
    #[test]
    fn a_new_ring_starts_at_zero() -> Result {
        let program = Program::new()?;
        let mut producer = Producer::<Entry>::new(&program.pages, PLACES)?;

        assert_eq!(producer.room(), Ok(COUNT));
        program.set(PLACES.sleeps, 1)?;
        assert!(!producer.publish());
        program.set(PLACES.sleeps, 0)?;
        producer.push(&entry(5))?;
        assert!(!producer.publish());
        assert_eq!(program.get(PLACES.produced), Ok(1));
        assert_eq!(program.entry(0)?.fetch(), entry(5));

        let mut consumer = Consumer::<Entry>::new(&program.pages, PLACES)?;
        assert_eq!(consumer.waiting(), Ok(1));
        assert_eq!(consumer.batch()?.next(), Some(entry(5)));
        assert_eq!(program.get(PLACES.consumed), Ok(1));

        // A producer must check for space even if its caller does not.
        let program = Program::new()?;
        let mut producer = Producer::<Entry>::new(&program.pages, PLACES)?;
        for index in 0..COUNT {
            producer.push(&entry(index))?;
        }
        assert_eq!(producer.push(&entry(77)), Err(ENOSPC));
        Ok(())
    }
}
