// SPDX-License-Identifier: GPL-2.0

//! Single-producer, single-consumer rings in memory shared by the kernel and user space.
//!
//! C header: [`include/asm-generic/barrier.h`](srctree/include/asm-generic/barrier.h)
//!
//! A ring is an array of entries with two wrapping counters, named as in io_uring: the producer
//! moves the tail, and the consumer moves the head. Each side writes one counter and reads the
//! other. With a [`Consumer`], the kernel takes requests from user space. With a [`Producer`], it
//! posts the results. A [`Server`] combines both, and handles sleeping and waking.
//!
//! The kernel keeps private copies of its own counters, and never reads back the shared ones. It
//! loads the counter of user space once, and checks that the number of entries fits the ring.
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
//! # Placement
//!
//! Both sides read cache lines that the other side writes. This is cheap if their CPUs share a
//! last-level cache. With `CONFIG_SCHED_CACHE`, the scheduler groups the threads of a process, and
//! moves each group to such CPUs. The thread that serves a ring determines if both sides are in
//! one group:
//!
//! | Serving thread | Grouped with the submitting thread |
//! |---|---|
//! | the submitting thread, in [`Server::enter`] | one thread is both sides |
//! | another thread of the process, in [`Server::serve`] | yes |
//! | an `io_thread` or a `vhost_task` of the process | yes, but neither has a Rust abstraction |
//! | a thread of another process, in [`Server::serve`] | no |
//! | a kernel thread, or a worker of a workqueue | no |
//!
//! A driver should let the process lend a thread with [`Server::serve`], rather than create a
//! kernel thread. User space can pin threads that the scheduler does not group.
//!
//! # Examples
//!
//! ```
//! use core::mem::offset_of;
//! use kernel::{
//!     mm::{
//!         ring::{
//!             Consumer,
//!             Producer,
//!             RingLayout, //
//!         },
//!         mapped::UserMappedPages, //
//!     },
//!     prelude::*,
//!     sync::Arc, //
//! };
//!
//! #[repr(C)]
//! struct Counters {
//!     submissions: u32,
//!     completions: u32,
//!     need_wakeup: u32,
//!     reserved: u32,
//! }
//!
//! #[repr(C)]
//! struct Layout {
//!     user: Counters,
//!     kernel: Counters,
//!     submissions: [u64; 64],
//!     completions: [u32; 64],
//! }
//!
//! /// Replies to all pending requests. Returns `true` if user space sleeps and must be woken.
//! fn serve(requests: &mut Consumer<u64>, replies: &mut Producer<u32>) -> Result<bool> {
//!     let space_left = replies.space_left()? as usize;
//!
//!     for request in requests.batch()?.take(space_left) {
//!         replies.push(&request.count_ones())?;
//!     }
//!     Ok(replies.publish())
//! }
//!
//! let pages = Arc::new(UserMappedPages::new(size_of::<Layout>())?, GFP_KERNEL)?;
//! let mut requests = Consumer::new(&pages, RingLayout {
//!     tail: offset_of!(Layout, user.submissions),
//!     head: offset_of!(Layout, kernel.submissions),
//!     need_wakeup: offset_of!(Layout, kernel.need_wakeup),
//!     entries: offset_of!(Layout, submissions),
//!     nr_entries: 64,
//! })?;
//! let mut replies = Producer::new(&pages, RingLayout {
//!     tail: offset_of!(Layout, kernel.completions),
//!     head: offset_of!(Layout, user.completions),
//!     need_wakeup: offset_of!(Layout, user.need_wakeup),
//!     entries: offset_of!(Layout, completions),
//!     nr_entries: 64,
//! })?;
//!
//! assert!(!serve(&mut requests, &mut replies)?);
//! # Ok::<(), Error>(())
//! ```

use super::{
    mapped::UserMappedPages,
    volatile::{
        VolatileRef,
        VolatileSlice, //
    }, //
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

/// The layout of a ring in [`UserMappedPages`]. All fields except `nr_entries` are offsets in
/// bytes.
#[derive(Clone, Copy, Debug)]
pub struct RingLayout {
    /// The counter of the producer, a `u32`.
    pub tail: usize,
    /// The counter of the consumer, a `u32`.
    pub head: usize,
    /// The flag of the consumer, a `u32`. It is nonzero while the consumer must be woken.
    pub need_wakeup: usize,
    /// The first entry.
    pub entries: usize,
    /// The capacity in entries: a power of two, at most `1 << 31`.
    pub nr_entries: u32,
}

/// The shared memory of a ring.
///
/// # Invariants
///
/// All locations are in `_pages`, and are not exposed for longer than the ring is borrowed.
struct Ring<T: 'static> {
    tail: VolatileRef<'static, u32>,
    head: VolatileRef<'static, u32>,
    need_wakeup: VolatileRef<'static, u32>,
    entries: VolatileSlice<'static, T>,
    nr_entries: u32,
    _pages: Arc<UserMappedPages>,
}

impl<T> Ring<T> {
    fn new(pages: &Arc<UserMappedPages>, layout: RingLayout) -> Result<Self> {
        if !layout.nr_entries.is_power_of_two() {
            return Err(EINVAL);
        }
        let owner = pages.clone();
        // SAFETY: The ring owns a reference to the pages for as long as it uses the `'static`
        // borrow.
        let pages: &'static UserMappedPages = unsafe { &*Arc::as_ptr(&owner) };

        // INVARIANT: The locations are in `owner`. All methods that return them borrow the ring.
        Ok(Self {
            tail: pages.at(layout.tail)?,
            head: pages.at(layout.head)?,
            need_wakeup: pages.at(layout.need_wakeup)?,
            entries: pages.slice(layout.entries, layout.nr_entries as usize)?,
            nr_entries: layout.nr_entries,
            _pages: owner,
        })
    }

    /// Returns the number of entries in use, computed from the two counters.
    #[inline(always)]
    fn used(&self, tail: u32, head: u32) -> Result<u32> {
        let used = tail.wrapping_sub(head);

        if used > self.nr_entries {
            return Err(EOVERFLOW);
        }
        Ok(used)
    }
}

/// The kernel's side of a ring in which user space produces.
pub struct Consumer<T: 'static> {
    ring: Ring<T>,
    head: u32,
}

impl<T: FromBytes> Consumer<T> {
    /// Creates a consumer, and sets `head` and `need_wakeup`, which the kernel writes, to 0.
    ///
    /// User space must start with its counter at 0. Other methods return errors for an invalid
    /// counter.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: A location is not aligned or is outside the pages, or `nr_entries` is not a
    ///   power of two.
    pub fn new(pages: &Arc<UserMappedPages>, layout: RingLayout) -> Result<Self> {
        let ring = Ring::new(pages, layout)?;

        ring.head.store(0, Relaxed);
        ring.need_wakeup.store(0, Relaxed);
        Ok(Self { ring, head: 0 })
    }

    /// Returns the number of entries that can be consumed.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: According to the counter of user space, there are more entries than the
    ///   ring holds.
    #[inline]
    pub fn ready(&self) -> Result<u32> {
        self.ring.used(self.ring.tail.load(Acquire), self.head)
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
        let ready = self.ready()?;

        Ok(Batch {
            entries: self.ring.entries,
            published: self.ring.head,
            end: self.head.wrapping_add(ready),
            head: &mut self.head,
        })
    }

    /// Sets the flag that asks user space to wake the kernel, and returns the number of pending
    /// entries.
    ///
    /// The kernel may sleep only if the result is 0. The flag stays set until
    /// [`Self::disable_wakeup`] is called, even after an error.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: According to the counter of user space, there are more entries than the
    ///   ring holds.
    pub fn enable_wakeup(&mut self) -> Result<u32> {
        self.ring.need_wakeup.store(1, Relaxed);
        // Orders the store of the flag before the load of the counter.
        smp_mb(Full);
        self.ready()
    }

    /// Clears the flag that asks user space to wake the kernel.
    pub fn disable_wakeup(&mut self) {
        self.ring.need_wakeup.store(0, Relaxed);
    }
}

/// An iterator over the pending entries of a [`Consumer`].
///
/// Dropping it returns the consumed entries to user space for reuse.
pub struct Batch<'a, T> {
    entries: VolatileSlice<'a, T>,
    published: VolatileRef<'a, u32>,
    head: &'a mut u32,
    end: u32,
}

impl<T: FromBytes> Iterator for Batch<'_, T> {
    type Item = T;

    #[inline(always)]
    fn next(&mut self) -> Option<T> {
        if *self.head == self.end {
            return None;
        }
        let entry = self.entries.get_wrapped(*self.head as usize)?;

        *self.head = self.head.wrapping_add(1);
        Some(entry.read_once())
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.end.wrapping_sub(*self.head) as usize;
        (left, Some(left))
    }
}

impl<T: FromBytes> ExactSizeIterator for Batch<'_, T> {}

impl<T: FromBytes> FusedIterator for Batch<'_, T> {}

impl<T> Drop for Batch<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Orders the loads of the entries before the store of the counter.
        self.published.store(*self.head, Release);
    }
}

/// The kernel's side of a ring in which user space consumes.
///
/// # Invariants
///
/// `tail` is ahead of `head` by at most the capacity of the ring.
pub struct Producer<T: 'static> {
    ring: Ring<T>,
    tail: u32,
    published: u32,
    /// The last value read from the counter of user space.
    head: u32,
}

impl<T: IntoBytes + Immutable> Producer<T> {
    /// Creates a producer, and sets `tail`, which the kernel writes, to 0.
    ///
    /// User space must start with its counter at 0. Other methods return errors for an invalid
    /// counter.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: A location is not aligned or is outside the pages, or `nr_entries` is not a
    ///   power of two.
    pub fn new(pages: &Arc<UserMappedPages>, layout: RingLayout) -> Result<Self> {
        let ring = Ring::new(pages, layout)?;

        ring.tail.store(0, Relaxed);
        // INVARIANT: Both counters are 0.
        Ok(Self {
            ring,
            tail: 0,
            published: 0,
            head: 0,
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
    pub fn space_left(&mut self) -> Result<u32> {
        let head = self.ring.head.load(Acquire);
        let used = self.ring.used(self.tail, head)?;

        // INVARIANT: `used()` has checked the difference.
        self.head = head;
        Ok(self.ring.nr_entries - used)
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
        if self.tail.wrapping_sub(self.head) == self.ring.nr_entries && self.space_left()? == 0 {
            return Err(ENOSPC);
        }
        let slot = self.ring.entries.get_wrapped(self.tail as usize);

        slot.ok_or(ENOSPC)?.write_once(entry);
        // INVARIANT: The ring was not full, so the difference is now at most its capacity.
        self.tail = self.tail.wrapping_add(1);
        Ok(())
    }

    /// Publishes all entries that have been written.
    ///
    /// Returns `true` if new entries were published and user space has asked to be woken.
    #[must_use]
    #[inline]
    pub fn publish(&mut self) -> bool {
        if self.published == self.tail {
            return false;
        }
        self.published = self.tail;
        // Orders the stores of the entries before the store of the counter.
        self.ring.tail.store(self.tail, Release);
        // Orders the store of the counter before the load of the flag.
        smp_mb(Full);
        self.ring.need_wakeup.load(Relaxed) != 0
    }
}

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_mm_ring)]
mod tests {
    use super::*;
    use crate::page::PAGE_SIZE;

    type Entry = [u32; 3];

    const COUNT: u32 = 8;
    const LAYOUT: RingLayout = RingLayout {
        tail: 0,
        head: 4,
        need_wakeup: 8,
        entries: 64,
        nr_entries: COUNT,
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
    struct UserSpace {
        pages: Arc<UserMappedPages>,
    }

    impl UserSpace {
        fn new() -> Result<Self> {
            let pages = Arc::new(UserMappedPages::new(PAGE_SIZE)?, GFP_KERNEL)?;
            let all = pages.slice::<u8>(64, PAGE_SIZE - 64)?;

            all.write_once_from(&KVec::from_elem(0xa5, all.len(), GFP_KERNEL)?)?;
            Ok(Self { pages })
        }

        fn consumer(&self, start: u32) -> Result<Consumer<Entry>> {
            let mut consumer = Consumer::new(&self.pages, LAYOUT)?;

            consumer.head = start;
            self.set(LAYOUT.tail, start)?;
            self.set(LAYOUT.head, start)?;
            Ok(consumer)
        }

        fn producer(&self, start: u32) -> Result<Producer<Entry>> {
            let mut producer = Producer::new(&self.pages, LAYOUT)?;

            producer.tail = start;
            producer.published = start;
            producer.head = start;
            self.set(LAYOUT.tail, start)?;
            self.set(LAYOUT.head, start)?;
            Ok(producer)
        }

        fn set(&self, offset: usize, word: u32) -> Result {
            self.pages.at::<u32>(offset)?.store(word, Relaxed);
            Ok(())
        }

        fn get(&self, offset: usize) -> Result<u32> {
            Ok(self.pages.at::<u32>(offset)?.load(Relaxed))
        }

        fn entry(&self, index: u32) -> Result<VolatileRef<'_, Entry>> {
            self.pages
                .at(LAYOUT.entries + (index % COUNT) as usize * size_of::<Entry>())
        }

        /// Returns `true` if all bytes after the first `offset` have their initial value.
        fn is_untouched(&self, offset: usize) -> Result<bool> {
            let rest = self.pages.slice::<u8>(offset, PAGE_SIZE - offset)?;
            Ok(rest.iter().all(|byte| byte.read_once() == 0xa5))
        }
    }

    const END: usize = LAYOUT.entries + COUNT as usize * size_of::<Entry>();

    #[test]
    fn layouts_are_checked() -> Result {
        let pages = Arc::new(UserMappedPages::new(PAGE_SIZE)?, GFP_KERNEL)?;
        let refused = |layout| {
            Consumer::<Entry>::new(&pages, layout).err() == Some(EINVAL)
                && Producer::<Entry>::new(&pages, layout).err() == Some(EINVAL)
        };

        assert!(!refused(LAYOUT));
        for count in [0, 3, 7, COUNT + 1, u32::MAX, 1 << 31] {
            assert!(refused(RingLayout {
                nr_entries: count,
                ..LAYOUT
            }));
        }
        for offset in [2, PAGE_SIZE, PAGE_SIZE - 2, usize::MAX, usize::MAX - 3] {
            assert!(refused(RingLayout {
                tail: offset,
                ..LAYOUT
            }));
            assert!(refused(RingLayout {
                head: offset,
                ..LAYOUT
            }));
            assert!(refused(RingLayout {
                need_wakeup: offset,
                ..LAYOUT
            }));
            assert!(refused(RingLayout {
                entries: offset,
                ..LAYOUT
            }));
        }
        let last = PAGE_SIZE - COUNT as usize * size_of::<Entry>();
        assert!(!refused(RingLayout {
            entries: last,
            ..LAYOUT
        }));
        assert!(refused(RingLayout {
            entries: last + 4,
            ..LAYOUT
        }));
        Ok(())
    }

    /// Tests memory in which the words of the ring are not 0, such as reused memory.
    #[test]
    fn the_words_of_the_kernel_start_at_0() -> Result {
        let user = UserSpace::new()?;
        let words = [LAYOUT.tail, LAYOUT.head, LAYOUT.need_wakeup];

        for (consumes, after) in [(true, [9, 0, 0]), (false, [0, 9, 9])] {
            for word in words {
                user.set(word, 9)?;
            }
            if consumes {
                Consumer::<Entry>::new(&user.pages, LAYOUT)?;
            } else {
                Producer::<Entry>::new(&user.pages, LAYOUT)?;
            }
            for (word, after) in words.into_iter().zip(after) {
                assert_eq!(user.get(word), Ok(after));
            }
        }
        Ok(())
    }

    #[test]
    fn the_pages_live_as_long_as_a_ring() -> Result {
        let user = UserSpace::new()?;
        let mut consumer = user.consumer(0)?;

        drop(user);
        assert_eq!(consumer.batch()?.count(), 0);
        Ok(())
    }

    #[test]
    fn entries_are_consumed_in_order() -> Result {
        for start in STARTS {
            let user = UserSpace::new()?;
            let mut consumer = user.consumer(start)?;
            let (mut tail, mut head) = (start, start);

            for step in 0..100 {
                for _ in 0..step % (COUNT + 1) {
                    user.entry(tail)?.write_once(&entry(tail));
                    tail = tail.wrapping_add(1);
                }
                user.set(LAYOUT.tail, tail)?;
                assert_eq!(consumer.ready(), Ok(step % (COUNT + 1)));

                let batch = consumer.batch()?;
                assert_eq!(batch.len() as u32, step % (COUNT + 1));
                for got in batch {
                    assert_eq!(got, entry(head));
                    head = head.wrapping_add(1);
                }
                assert_eq!(head, tail);
                assert_eq!(user.get(LAYOUT.head), Ok(head));
            }
            assert!(user.is_untouched(END)?);
        }
        Ok(())
    }

    #[test]
    fn a_batch_returns_consumed_entries() -> Result {
        let user = UserSpace::new()?;
        let mut consumer = user.consumer(0)?;

        user.set(LAYOUT.tail, COUNT)?;
        let mut batch = consumer.batch()?;
        assert!(batch.next().is_some() && batch.next().is_some());
        assert_eq!(user.get(LAYOUT.head), Ok(0));
        drop(batch);
        assert_eq!(user.get(LAYOUT.head), Ok(2));
        assert_eq!(consumer.batch()?.take(3).count(), 3);
        assert_eq!(user.get(LAYOUT.head), Ok(5));
        // Entries that arrive later belong to the next batch.
        let batch = consumer.batch()?;
        user.set(LAYOUT.tail, COUNT + 4)?;
        assert_eq!(batch.count(), 3);
        assert_eq!(consumer.batch()?.count(), 4);
        Ok(())
    }

    #[test]
    fn far_counters_are_refused_by_a_consumer() -> Result {
        for start in STARTS {
            let user = UserSpace::new()?;
            let mut consumer = user.consumer(start)?;

            for distance in far()? {
                user.set(LAYOUT.tail, start.wrapping_add(distance))?;
                assert_eq!(consumer.ready(), Err(EOVERFLOW));
                assert_eq!(consumer.batch().err(), Some(EOVERFLOW));
                assert_eq!(consumer.enable_wakeup(), Err(EOVERFLOW));
                assert_eq!(user.get(LAYOUT.need_wakeup), Ok(1));
                consumer.disable_wakeup();
                assert_eq!(user.get(LAYOUT.need_wakeup), Ok(0));
                assert_eq!(user.get(LAYOUT.head), Ok(start));
            }
            // Only the counter was invalid.
            user.set(LAYOUT.tail, start.wrapping_add(COUNT))?;
            assert_eq!(consumer.batch()?.count() as u32, COUNT);
        }
        Ok(())
    }

    /// Checks that the kernel does not trust its own shared counter or read an entry twice.
    #[test]
    fn a_consumer_does_not_trust_shared_memory() -> Result {
        let user = UserSpace::new()?;
        let mut consumer = user.consumer(0)?;

        for index in 0..COUNT {
            user.entry(index)?.write_once(&entry(index));
        }
        user.set(LAYOUT.tail, 4)?;

        let mut batch = consumer.batch()?;
        let first = batch.next();
        user.entry(0)?.write_once(&[0xff; 3]);
        assert_eq!(first, Some(entry(0)));
        // User space may change an entry until it is fetched.
        user.entry(1)?.write_once(&entry(77));
        assert_eq!(batch.next(), Some(entry(77)));
        for offset in [LAYOUT.tail, LAYOUT.head, LAYOUT.need_wakeup] {
            user.set(offset, 0x8000_0000)?;
        }
        assert_eq!(batch.next(), Some(entry(2)));
        assert_eq!(batch.next(), Some(entry(3)));
        assert_eq!(batch.next(), None);
        drop(batch);
        assert_eq!(user.get(LAYOUT.head), Ok(4));

        user.set(LAYOUT.head, 0)?;
        user.set(LAYOUT.tail, 5)?;
        assert_eq!(consumer.batch()?.next(), Some(entry(4)));
        assert_eq!(user.get(LAYOUT.head), Ok(5));
        Ok(())
    }

    #[test]
    fn a_consumer_sets_its_flag() -> Result {
        let user = UserSpace::new()?;
        let mut consumer = user.consumer(0)?;

        assert_eq!(consumer.enable_wakeup(), Ok(0));
        assert_ne!(user.get(LAYOUT.need_wakeup), Ok(0));
        user.set(LAYOUT.tail, 2)?;
        assert_eq!(consumer.enable_wakeup(), Ok(2));
        consumer.disable_wakeup();
        assert_eq!(user.get(LAYOUT.need_wakeup), Ok(0));
        Ok(())
    }

    #[test]
    fn entries_are_pushed_in_order() -> Result {
        for start in STARTS {
            let user = UserSpace::new()?;
            let mut producer = user.producer(start)?;
            let (mut pushed, mut head) = (start, start);

            for step in 0..100 {
                for _ in 0..step % (COUNT + 1) {
                    producer.push(&entry(pushed))?;
                    pushed = pushed.wrapping_add(1);
                }
                assert_eq!(user.get(LAYOUT.tail), Ok(head));
                assert!(!producer.publish());
                assert_eq!(user.get(LAYOUT.tail), Ok(pushed));

                while head != pushed {
                    assert_eq!(user.entry(head)?.read_once(), entry(head));
                    head = head.wrapping_add(1);
                }
                user.set(LAYOUT.head, head)?;
            }
            assert!(user.is_untouched(END)?);
        }
        Ok(())
    }

    #[test]
    fn a_full_ring_takes_no_more() -> Result {
        for start in STARTS {
            let user = UserSpace::new()?;
            let mut producer = user.producer(start)?;

            for index in 0..COUNT {
                assert_eq!(producer.space_left(), Ok(COUNT - index));
                producer.push(&entry(index))?;
            }
            assert_eq!(producer.space_left(), Ok(0));
            assert_eq!(producer.push(&entry(77)), Err(ENOSPC));
            assert!(!producer.publish());
            for index in 0..COUNT {
                assert_eq!(
                    user.entry(start.wrapping_add(index))?.read_once(),
                    entry(index)
                );
            }

            user.set(LAYOUT.head, start.wrapping_add(1))?;
            assert_eq!(producer.push(&entry(77)), Ok(()));
            assert_eq!(producer.push(&entry(78)), Err(ENOSPC));
            assert_eq!(user.entry(start)?.read_once(), entry(77));
        }
        Ok(())
    }

    #[test]
    fn far_counters_are_refused_by_a_producer() -> Result {
        for start in STARTS {
            let user = UserSpace::new()?;
            let mut producer = user.producer(start)?;

            for index in 0..COUNT {
                producer.push(&entry(index))?;
            }
            let tail = start.wrapping_add(COUNT);
            for distance in far()? {
                user.set(LAYOUT.head, tail.wrapping_sub(distance))?;
                assert_eq!(producer.space_left(), Err(EOVERFLOW));
                assert_eq!(producer.push(&entry(77)), Err(EOVERFLOW));
            }
            assert!(!producer.publish());
            for index in 0..COUNT {
                assert_eq!(
                    user.entry(start.wrapping_add(index))?.read_once(),
                    entry(index)
                );
            }
            // Only the counter was invalid.
            user.set(LAYOUT.head, tail)?;
            assert_eq!(producer.space_left(), Ok(COUNT));
        }
        Ok(())
    }

    #[test]
    fn a_producer_reports_the_flag() -> Result {
        let user = UserSpace::new()?;
        let mut producer = user.producer(0)?;

        user.set(LAYOUT.need_wakeup, 1)?;
        assert!(!producer.publish());
        producer.push(&entry(0))?;
        assert!(producer.publish());
        assert!(!producer.publish());
        user.set(LAYOUT.need_wakeup, 0)?;
        producer.push(&entry(1))?;
        assert!(!producer.publish());
        user.set(LAYOUT.need_wakeup, u32::MAX)?;
        producer.push(&entry(2))?;
        assert!(producer.publish());
        Ok(())
    }

    /// Checks that a new ring sets the kernel's own counters, which the tests above set themselves.
    #[test]
    fn a_new_ring_starts_at_zero() -> Result {
        let user = UserSpace::new()?;
        let mut producer = Producer::<Entry>::new(&user.pages, LAYOUT)?;

        assert_eq!(producer.space_left(), Ok(COUNT));
        user.set(LAYOUT.need_wakeup, 1)?;
        assert!(!producer.publish());
        user.set(LAYOUT.need_wakeup, 0)?;
        producer.push(&entry(5))?;
        assert!(!producer.publish());
        assert_eq!(user.get(LAYOUT.tail), Ok(1));
        assert_eq!(user.entry(0)?.read_once(), entry(5));

        let mut consumer = Consumer::<Entry>::new(&user.pages, LAYOUT)?;
        assert_eq!(consumer.ready(), Ok(1));
        assert_eq!(consumer.batch()?.next(), Some(entry(5)));
        assert_eq!(user.get(LAYOUT.head), Ok(1));

        // A producer must check for space even if its caller does not.
        let user = UserSpace::new()?;
        let mut producer = Producer::<Entry>::new(&user.pages, LAYOUT)?;
        for index in 0..COUNT {
            producer.push(&entry(index))?;
        }
        assert_eq!(producer.push(&entry(77)), Err(ENOSPC));
        Ok(())
    }
}
