// SPDX-License-Identifier: GPL-2.0

//! User memory that the kernel pins and accesses directly.
//!
//! C header: [`include/linux/mm.h`](srctree/include/linux/mm.h)
//!
//! [`PinnedPages`] keeps a range of user memory in physical memory for as long as a driver needs
//! it, for example across several calls or while a device accesses it. User space can still change
//! any byte at any time. The driver therefore gets no references to this memory. It copies each
//! value out once, as it does from [`mapped`](super::mapped) pages.
//!
//! The pages need not be contiguous in the kernel's address space. [`PinnedPages::chunks`] iterates
//! over the contiguous parts. [`PinnedPages::read_once_at`] and similar methods copy values that
//! cross page boundaries.
//!
//! This module is not available with `CONFIG_HIGHMEM`, because such kernels cannot map all pages at
//! once.
//!
//! # Examples
//!
//! ```
//! use kernel::{
//!     mm::{
//!         pinned::PinnedPages,
//!         volatile::ReadOnly, //
//!     },
//!     prelude::*,
//!     uaccess::UserArray, //
//! };
//!
//! /// The buffers that user space has registered.
//! #[derive(Default)]
//! struct Buffers(KVec<PinnedPages<ReadOnly>>);
//!
//! impl Buffers {
//!     /// Registers a buffer, which user space describes by `__u64 ptr; __u64 count;`.
//!     fn register(&mut self, buffer: UserArray<u8>) -> Result<usize> {
//!         let index = self.0.len();
//!
//!         self.0.push(PinnedPages::new(buffer.slice()?)?, GFP_KERNEL)?;
//!         Ok(index)
//!     }
//!
//!     /// Returns the sum of the `count` words at `offset`, and loads each word once.
//!     fn sum(&self, index: usize, offset: usize, count: usize) -> Result<u64> {
//!         let buffer = self.0.get(index).ok_or(ENOENT)?;
//!         let mut sum = 0u64;
//!
//!         for chunk in buffer.chunks::<u64>(offset, count)? {
//!             for word in chunk.iter() {
//!                 sum = sum.wrapping_add(word.read_once());
//!             }
//!         }
//!         Ok(sum)
//!     }
//! }
//!
//! let mut buffers = Buffers::default();
//!
//! assert_eq!(buffers.register(UserArray::new(0x1000.into(), 0)), Err(EINVAL));
//! assert_eq!(buffers.sum(0, 0, 1), Err(ENOENT));
//! # Ok::<(), Error>(())
//! ```

use super::{
    charge::{
        self,
        Charge, //
    },
    volatile::{
        clamp,
        Mode,
        ReadWrite,
        Values,
        VolatileRef,
        VolatileSlice, //
    },
};
use crate::{
    bindings,
    copy::{
        self,
        ByteSource, //
    },
    page::{
        PAGE_MASK,
        PAGE_SIZE, //
    },
    prelude::*,
    uaccess::UserSlice,
    zerocopy::by_value, //
};
use core::{
    iter::FusedIterator,
    marker::PhantomData,
    mem::MaybeUninit,
    ptr::NonNull, //
};

/// A range of pinned user memory.
///
/// The range contains the memory that was mapped at the address when the range was pinned. The
/// driver keeps access if the process later unmaps the memory. If the process forks, the child gets
/// copies of private pages.
///
/// Memory pinned as [`ReadOnly`](super::volatile::ReadOnly) need not be writable by the process,
/// and the kernel does not write to it.
///
/// Dropping this unpins the pages and marks them dirty if `M` is [`ReadWrite`]. Dropping may sleep.
///
/// # Invariants
///
/// - `offset` is less than [`PAGE_SIZE`], and `len` is at most `MAX_LEN`.
/// - The `len` bytes at `offset` are within `pages`.
/// - If `M` is [`ReadWrite`], the pages are pinned for writing.
pub struct PinnedPages<M: Mode> {
    pages: Pages,
    offset: usize,
    len: usize,
    _mode: PhantomData<M>,
}

impl<M: Mode> PinnedPages<M> {
    /// The maximum size of a range, in bytes.
    pub const MAX_LEN: usize = 1 << 30;

    /// Pins memory of the calling process until the result is dropped.
    ///
    /// The range may start and end at any byte. All pages that it touches are pinned, and count
    /// towards the user's `RLIMIT_MEMLOCK`. Pinning any part of a huge page keeps the whole huge
    /// page allocated. All of its pages are therefore counted, but only once for each range.
    ///
    /// May sleep.
    ///
    /// C counterpart: `pin_user_pages_fast()` with `FOLL_LONGTERM`, and with `FOLL_WRITE` for
    /// [`ReadWrite`].
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The range is empty.
    /// - [`E2BIG`]: The range is longer than [`Self::MAX_LEN`].
    /// - [`EFAULT`]: Part of the range is not user memory, or the process may not access it in
    ///   mode `M`. This error is also returned for pages that do not support long-term pinning,
    ///   such as device memory, `memfd_secret()` memory and, for [`ReadWrite`], pages of a file
    ///   with writeback.
    /// - [`ENOMEM`]: The range exceeds `RLIMIT_MEMLOCK` and the process does not have
    ///   `CAP_IPC_LOCK`. This error is also returned if memory allocation or page migration failed.
    /// - [`EBUSY`], `EOPNOTSUPP`, `EREMOTEIO`: The range contains pages in device memory.
    /// - [`EINTR`], [`EAGAIN`]: The process is being killed.
    ///
    /// After an error, no pages are pinned or charged.
    pub fn new(range: UserSlice) -> Result<Self> {
        let (start, len) = range.into_raw_parts();
        let start = start.as_const_ptr().addr();

        if len == 0 {
            return Err(EINVAL);
        }
        if len > Self::MAX_LEN {
            return Err(E2BIG);
        }
        start
            .checked_add(len)
            .and_then(|end| end.checked_next_multiple_of(PAGE_SIZE))
            .ok_or(EFAULT)?;

        let offset = start % PAGE_SIZE;
        let count = (offset + len).div_ceil(PAGE_SIZE);

        // INVARIANT: `pages` contains every page that the range touches, and `offset` is the start
        // of the range in the first page.
        Ok(Self {
            pages: Pages::new(start, count, M::WRITE)?,
            offset,
            len,
            _mode: PhantomData,
        })
    }

    /// Returns the size of the range in bytes.
    #[expect(clippy::len_without_is_empty)]
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns an iterator over `count` values of type `T`, starting `offset` bytes into the range.
    ///
    /// Each item is a slice of values that are contiguous in the kernel's address space. It may
    /// span several pages.
    ///
    /// No value crosses a page boundary. The size of `T` must divide the page size, which is
    /// checked at compile time. The address of the first value must be a multiple of that size.
    ///
    /// `offset` and `count` may come from user space. They are clamped, so even a speculating CPU
    /// does not access memory outside the range.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The values extend past the end of the range, or the address of the first value
    ///   is not a multiple of the size of `T`.
    #[inline]
    pub fn chunks<T>(&self, offset: usize, count: usize) -> Result<Chunks<'_, T, M>> {
        const {
            assert!(
                size_of::<T>() > 0 && PAGE_SIZE % size_of::<T>() == 0,
                "expected a size that divides the page size, found another size: use `read_once_at`"
            )
        };

        let size = count.checked_mul(size_of::<T>()).ok_or(EINVAL)?;
        if size > self.len || offset > self.len - size {
            return Err(EINVAL);
        }
        // OVERFLOW: `len` is at most `MAX_LEN`, and no sum here exceeds `MAX_LEN` by more than a
        // page.
        let size = clamp(size, self.len.wrapping_add(1));
        let end = self.len.wrapping_sub(size).wrapping_add(1);
        let start = self.offset.wrapping_add(clamp(offset, end));
        if start % size_of::<T>() != 0 {
            return Err(EINVAL);
        }

        // INVARIANT: The checks and clamps above keep these bytes in the range, which is within the
        // pages.
        Ok(Chunks {
            pages: self.pages.list.get(start / PAGE_SIZE..).ok_or(EINVAL)?,
            offset: start % PAGE_SIZE,
            left: size,
            _mode: PhantomData,
        })
    }

    /// Returns the `T` at `offset` bytes from the start of the range.
    ///
    /// A `T` that is aligned and no larger than its alignment never crosses a page boundary.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The location is not aligned for a `T`, extends past the end of the range, or
    ///   crosses pages that are not contiguous. Types of size zero are also rejected.
    #[inline]
    pub fn at<T>(&self, offset: usize) -> Result<VolatileRef<'_, T, M>> {
        self.chunks::<u8>(offset, size_of::<T>())?
            .next()
            .and_then(VolatileSlice::ref_from_prefix)
            .ok_or(EINVAL)
    }

    /// Copies the value at `offset` bytes from the start of the range.
    ///
    /// The value may be unaligned and may cross page boundaries. Each byte is loaded once, in no
    /// particular order. If user space writes concurrently, the copy may be a mixture of old and
    /// new bytes.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The value extends past the end of the range.
    #[inline]
    pub fn read_once_at<T: FromBytes>(&self, offset: usize) -> Result<T> {
        const { by_value::<T>() };
        copy::read(&mut self.chunks(offset, size_of::<T>())?)
    }

    /// Copies a value out like [`Self::read_once_at`], and validates the copy.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The value extends past the end of the range, or the bytes are not a valid `T`.
    #[inline]
    pub fn try_read_once_at<T: TryFromBytes>(&self, offset: usize) -> Result<T> {
        const { by_value::<T>() };
        copy::try_read(&mut self.chunks(offset, size_of::<T>())?)
    }

    /// Copies a value or slice into `out`, like [`Self::read_once_at`].
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The value extends past the end of the range. `out` is unchanged.
    #[inline]
    pub fn read_once_into<T>(&self, offset: usize, out: &mut T) -> Result
    where
        T: FromBytes + ?Sized,
    {
        copy::read_into(&mut self.chunks(offset, size_of_val(out))?, out)
    }

    /// Returns the pages, and the offset of the range in the first page.
    #[inline]
    pub(crate) fn raw_pages(&self) -> (&[*mut bindings::page], usize) {
        (&self.pages.list, self.offset)
    }
}

impl PinnedPages<ReadWrite> {
    /// Copies a value or slice to `offset` bytes from the start of the range.
    ///
    /// The destination may be unaligned and may cross page boundaries. Each byte is stored once, in
    /// no particular order.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The value extends past the end of the range. Nothing is stored.
    #[inline]
    pub fn write_once_at<T>(&self, offset: usize, value: &T) -> Result
    where
        T: IntoBytes + Immutable + ?Sized,
    {
        let mut bytes = value.as_bytes();

        for chunk in self.chunks(offset, bytes.len())? {
            let (head, rest) = bytes.split_at_checked(chunk.len()).ok_or(EINVAL)?;
            chunk.write_once_from(head)?;
            bytes = rest;
        }
        Ok(())
    }
}

/// An iterator over values in pinned pages, in slices that are contiguous in the kernel's address
/// space.
///
/// # Invariants
///
/// - `offset` is less than [`PAGE_SIZE`].
/// - The `left` bytes at `offset` are within `pages`. These pages are pinned for `'a`, and for
///   writing if `M` is [`ReadWrite`].
/// - `offset` and `left` are multiples of the size of a `T`, which divides [`PAGE_SIZE`].
pub struct Chunks<'a, T, M> {
    pages: &'a [*mut bindings::page],
    offset: usize,
    left: usize,
    _mode: PhantomData<(T, M)>,
}

impl<'a, T, M> Iterator for Chunks<'a, T, M> {
    type Item = VolatileSlice<'a, T, M>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let (first, mut rest) = self.pages.split_first()?;
        // SAFETY: `first` is a page of `Pages`. By the type invariants, `offset` is less than
        // `PAGE_SIZE`.
        let start = unsafe { address(*first).add(self.offset) };
        let mut size = PAGE_SIZE - self.offset;

        while size < self.left {
            let Some((next, behind)) = rest.split_first() else {
                break;
            };
            // SAFETY: `next` is a page of `Pages`.
            if unsafe { address(*next) }.as_ptr() != start.as_ptr().wrapping_add(size) {
                break;
            }
            size += PAGE_SIZE;
            rest = behind;
        }
        let size = size.min(self.left);

        // INVARIANT: The remaining bytes start at the first page of `rest`. `size` is a multiple of
        // the size of a `T`.
        self.pages = rest;
        self.offset = 0;
        self.left -= size;
        // SAFETY: By the type invariants and the loop above, the `size` bytes at `start` are pinned
        // for `'a`, and `start` is aligned for a `T`. The kernel has no references to user memory,
        // and accesses it by volatile and atomic operations only.
        Some(unsafe { VolatileSlice::from_raw(start.cast(), size / size_of::<T>()) })
    }
}

impl<T, M> FusedIterator for Chunks<'_, T, M> {}

// SAFETY: `fill` writes only loaded bytes. `remaining` is the total size of the chunks, so all of
// `out` is initialized when `fill` returns `Ok`.
unsafe impl<M> ByteSource for Chunks<'_, u8, M> {
    #[inline]
    fn remaining(&self) -> usize {
        self.left
    }

    #[inline]
    fn fill(&mut self, mut out: &mut [MaybeUninit<u8>]) -> Result {
        if out.len() != self.left {
            return Err(EFAULT);
        }
        for chunk in self {
            let (head, rest) = out.split_at_mut_checked(chunk.len()).ok_or(EFAULT)?;
            Values(chunk).fill(head)?;
            out = rest;
        }
        Ok(())
    }
}

/// Pages that are pinned and charged for until this is dropped.
///
/// # Invariants
///
/// Every entry of `list` holds one pin of its page.
struct Pages {
    list: KVVec<*mut bindings::page>,
    dirty: bool,
    charge: Charge,
}

// SAFETY: Pinned pages may be used and unpinned by any thread.
unsafe impl Send for Pages {}
// SAFETY: A shared reference does not allow changes to the list.
unsafe impl Sync for Pages {}

impl Pages {
    /// Pins `count` pages, at most `i32::MAX`, the first of which contains the address `start`.
    fn new(start: usize, count: usize, write: bool) -> Result<Self> {
        // Kernel threads have no user memory.
        let mm = charge::current_mm().ok_or(EFAULT)?;
        let mut pages = Self {
            charge: Charge::new(count, Some(mm))?,
            list: KVVec::with_capacity(count, GFP_KERNEL_ACCOUNT)?,
            dirty: false,
        };
        let flags = bindings::FOLL_LONGTERM | if write { bindings::FOLL_WRITE } else { 0 };

        while pages.list.len() < count {
            let pinned = pages.list.len();
            // SAFETY: `list` has capacity for the remaining pages. The task has an mm, as checked
            // above. `pin_user_pages_fast()` accepts any address.
            let more = unsafe {
                bindings::pin_user_pages_fast(
                    (start & PAGE_MASK).wrapping_add(pinned * PAGE_SIZE),
                    // CAST: `count` is at most `i32::MAX`.
                    (count - pinned) as c_int,
                    flags,
                    pages.list.spare_capacity_mut().as_mut_ptr().cast(),
                )
            };
            let more = match usize::try_from(more) {
                Ok(0) => return Err(EFAULT),
                Ok(more) => more,
                Err(_) => {
                    let error = Error::from_errno(more);
                    // The range contains a device mapping without `struct page`.
                    return Err(if error == EEXIST { EFAULT } else { error });
                }
            };
            // SAFETY: `pin_user_pages_fast()` has initialized `more` entries.
            // INVARIANT: Each of these entries holds a pin that only `Pages` releases.
            unsafe { pages.list.inc_len(more) };
        }
        // SAFETY: All pages of the list have been pinned above.
        pages.charge.resize(unsafe { held(&pages.list) }?)?;
        pages.dirty = write;
        Ok(pages)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: By the type invariants, each entry of the list holds a pin. No `VolatileRef` or
        // `VolatileSlice` is left, because they borrow `self`.
        unsafe {
            bindings::unpin_user_pages_dirty_lock(
                self.list.as_mut_ptr(),
                self.list.len(),
                self.dirty,
            )
        };
    }
}

/// Returns the number of pages that pinning `list` keeps allocated.
///
/// Single-page folios count once for each entry. All pages of a larger folio count once in total.
///
/// # Safety
///
/// The pages of `list` must be pinned, so that no folio is split.
unsafe fn held(list: &[*mut bindings::page]) -> Result<usize> {
    let mut large = KVVec::new();
    let mut pages = 0;

    for page in list {
        // SAFETY: The caller guarantees that the page is pinned, and so remains in its folio.
        let (folio, size) = unsafe {
            let folio = bindings::page_folio(*page);
            (folio, bindings::folio_nr_pages(folio))
        };

        if size == 1 {
            pages += 1;
        } else if large.last() != Some(&(folio, size)) {
            large.push((folio, size), GFP_KERNEL_ACCOUNT)?;
        }
    }
    // Remove duplicates: a folio that is not mapped contiguously occurs several times.
    large.sort_unstable();

    let mut before = None;
    for (folio, size) in &large {
        if before.replace(*folio) != Some(*folio) {
            pages += *size;
        }
    }
    Ok(pages)
}

/// Returns the address of a page in the kernel's address space.
///
/// # Safety
///
/// `page` must be pinned.
#[inline(always)]
unsafe fn address(page: *mut bindings::page) -> NonNull<u8> {
    // SAFETY: Without `CONFIG_HIGHMEM`, all pages have a kernel address.
    unsafe { NonNull::new_unchecked(bindings::page_address(page).cast()) }
}

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_mm_pinned)]
mod tests {
    use super::{
        super::{
            mapped::{
                test_mapping::{
                    TestMapping,
                    MAP_SHARED,
                    READ_WRITE, //
                },
                Access,
                UserMappedPages, //
            },
            volatile::ReadOnly, //
        },
        *, //
    };
    use crate::{
        error::to_result,
        sync::atomic::Relaxed,
        uaccess::{
            test_memory::{
                expect,
                UserMemory, //
            },
            UserPtr, //
        },
    };

    #[derive(Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable)]
    #[repr(C)]
    struct Request {
        address: u64,
        length: u32,
        flags: [u16; 2],
    }

    const REQUEST: Request = Request {
        address: 0x0102_0304_0506_0708,
        length: 0x1112_1314,
        flags: [0x2122, 0x3132],
    };

    #[derive(Clone, Copy, Debug, PartialEq, TryFromBytes)]
    #[repr(u16)]
    enum Kind {
        None,
        Some,
    }

    fn pin<M: Mode>(start: UserPtr, len: usize) -> Result<PinnedPages<M>> {
        PinnedPages::new(UserSlice::new(start, len))
    }

    /// Fills `memory` with a pattern in which nearby bytes differ.
    fn fill(memory: &UserMemory) -> Result {
        for offset in (0..UserMemory::END).step_by(16) {
            memory.set(offset, &bytes::<16>(offset))?;
        }
        Ok(())
    }

    /// Returns the byte that [`fill`] writes at `offset`.
    fn byte(offset: usize) -> u8 {
        // CAST: The pattern only needs the low 8 bits.
        (offset ^ (offset >> 8)).wrapping_mul(167) as u8
    }

    fn bytes<const N: usize>(offset: usize) -> [u8; N] {
        core::array::from_fn(|index| byte(offset + index))
    }

    /// Returns the number of pages charged to the process and to its user.
    fn charged() -> Result<(i64, usize)> {
        let mm = charge::current_mm().ok_or(EINVAL)?;

        Ok((
            charge::pinned(&mm).load(Relaxed),
            charge::User::current().locked().load(Relaxed),
        ))
    }

    /// Limits the locked memory of the test to `limit` bytes, or lifts the limit if `privileged`.
    fn limit(limit: usize, privileged: bool) -> Result {
        // SAFETY: This affects only the test's own thread, which exits after the test.
        to_result(unsafe { bindings::limit_memlock(limit, privileged) })
    }

    /// Returns `true` if the test has used a capability since the last call.
    fn used_capability() -> bool {
        // SAFETY: This affects only the test's own thread.
        unsafe { bindings::used_capability() }
    }

    /// Returns the reference count of a page, which each pin raises by more than one.
    fn references(page: *mut bindings::page) -> c_int {
        // SAFETY: The memory of the test keeps the page allocated.
        unsafe { bindings::page_count(page) }
    }

    fn dirty(page: *mut bindings::page) -> bool {
        // SAFETY: The memory of the test keeps the page allocated.
        unsafe { bindings::page_dirty(page) }
    }

    #[test]
    fn both_sides_see_what_the_other_writes() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadWrite>(memory.at(8), PAGE_SIZE)?;

        assert_eq!(pages.len(), PAGE_SIZE);
        memory.set(24, REQUEST.as_bytes())?;
        assert_eq!(pages.read_once_at::<Request>(16)?, REQUEST);
        assert_eq!(pages.at::<Request>(16)?.read_once(), REQUEST);

        pages.write_once_at(40, &REQUEST)?;
        pages.at::<u32>(PAGE_SIZE - 4)?.store(7, Relaxed);
        assert_eq!(memory.get::<16>(48)?, *REQUEST.as_bytes());
        assert_eq!(memory.get::<4>(PAGE_SIZE + 4)?, 7u32.to_ne_bytes());
        Ok(())
    }

    /// Tests all offsets near a page boundary, with the two pages in either order.
    #[test]
    fn values_cross_pages() -> Result {
        let memory = UserMemory::new()?;
        let start = 40;
        let mut pages = pin::<ReadWrite>(memory.at(start), 2 * PAGE_SIZE - start)?;
        fill(&memory)?;

        for shift in [0, PAGE_SIZE] {
            let there = |at| (at + shift) % (2 * PAGE_SIZE);

            for at in PAGE_SIZE - 40..PAGE_SIZE + 8 {
                let wanted: [u8; 33] = core::array::from_fn(|index| byte(there(at + index)));
                let (word, request) = (&wanted[..8], &wanted[..16]);
                let mut slice = [0; 33];

                assert_eq!(pages.read_once_at::<[u8; 33]>(at - start)?, wanted);
                assert_eq!(pages.read_once_at::<u64>(at - start)?.as_bytes(), word);
                pages.read_once_into(at - start, &mut slice[..])?;
                assert_eq!(slice, wanted);

                pages.write_once_at(at - start, &REQUEST)?;
                for (index, byte) in REQUEST.as_bytes().iter().enumerate() {
                    assert_eq!(memory.get(there(at + index))?, [*byte]);
                }
                pages.write_once_at(at - start, request)?;
            }
            for offset in (0..UserMemory::END).step_by(8) {
                assert_eq!(memory.get::<8>(offset)?, bytes(offset));
            }
            pages.pages.list.swap(0, 1);
        }
        Ok(())
    }

    #[test]
    fn chunks_are_all_of_a_range() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadOnly>(memory.at(24), UserMemory::END - 48)?;
        fill(&memory)?;

        for (offset, count) in [
            (0, UserMemory::END / 8 - 6),
            (8, 1),
            (PAGE_SIZE - 32, 1),
            (PAGE_SIZE - 32, 2),
            (PAGE_SIZE - 24, 1),
            (PAGE_SIZE - 24, PAGE_SIZE / 8 - 3),
        ] {
            let mut at = 24 + offset;
            for chunk in pages.chunks::<u64>(offset, count)? {
                for location in chunk.iter() {
                    assert_eq!(location.read_once().to_ne_bytes(), bytes(at));
                    at += 8;
                }
            }
            assert_eq!(at, 24 + offset + 8 * count);
        }
        assert!(pages.chunks::<u64>(0, 0)?.next().is_none());
        assert!(pages.chunks::<u64>(pages.len(), 0)?.next().is_none());
        Ok(())
    }

    /// Tests two contiguous pages in either order.
    #[test]
    fn only_pages_that_are_together_are_one_chunk() -> Result {
        let lengths = |pages: &[*mut bindings::page], offset, left| -> Result<KVec<usize>> {
            let chunks = Chunks::<u16, ReadOnly> {
                pages,
                offset,
                left,
                _mode: PhantomData,
            };
            let mut lengths = KVec::new();

            for chunk in chunks {
                lengths.push(chunk.len(), GFP_KERNEL)?;
            }
            Ok(lengths)
        };
        // SAFETY: The pages are private to the test, and are freed below.
        let (first, second) = unsafe {
            let first = bindings::alloc_pages(GFP_KERNEL.as_raw(), 1);
            (first, first.wrapping_add(1))
        };
        if first.is_null() {
            return Err(ENOMEM);
        }
        let half = PAGE_SIZE / 2;

        let together = lengths(&[first, second], 4, PAGE_SIZE);
        let apart = lengths(&[second, first], 4, PAGE_SIZE);
        let twice = lengths(&[first, first], 0, 2 * PAGE_SIZE);
        let whole = lengths(&[first, second], 0, PAGE_SIZE);
        // SAFETY: The pages were allocated above, and this is their last use.
        unsafe { bindings::__free_pages(first, 1) };

        assert_eq!(together?[..], [half]);
        assert_eq!(apart?[..], [half - 2, 2]);
        assert_eq!(twice?[..], [half, half]);
        assert_eq!(whole?[..], [half]);
        Ok(())
    }

    #[test]
    fn accesses_past_the_range_are_refused() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadWrite>(memory.at(8), 64)?;
        let mut out = [0xa5u8; 65];

        for (offset, count) in [
            (0, 9),
            (64, 1),
            (72, 0),
            (8, 8),
            (usize::MAX - 7, 1),
            (usize::MAX - 7, 2),
            (0, usize::MAX),
            (0, usize::MAX / 8 + 2),
            (8, usize::MAX / 8),
        ] {
            assert_eq!(pages.chunks::<u64>(offset, count).err(), Some(EINVAL));
        }
        assert_eq!(pages.read_once_at::<u64>(57).err(), Some(EINVAL));
        assert_eq!(pages.read_once_at::<u8>(64).err(), Some(EINVAL));
        assert_eq!(pages.read_once_at::<u8>(usize::MAX).err(), Some(EINVAL));
        assert_eq!(pages.at::<u64>(64).err(), Some(EINVAL));
        assert_eq!(pages.read_once_into(0, &mut out[..]), Err(EINVAL));
        assert_eq!(out, [0xa5; 65]);
        assert_eq!(pages.write_once_at(0, &out[..]), Err(EINVAL));
        assert_eq!(pages.write_once_at(1, &out[..64]), Err(EINVAL));
        assert_eq!(memory.get::<96>(0)?, [0; 96]);
        Ok(())
    }

    #[test]
    fn values_across_pages_have_no_reference() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadOnly>(memory.at(4), UserMemory::END - 4)?;

        // Page addresses are page-aligned, so alignment within a page is alignment in memory.
        for offset in [0, 3, 8, PAGE_SIZE - 8] {
            assert_eq!(pages.at::<u64>(offset).err(), Some(EINVAL));
            assert_eq!(pages.chunks::<u64>(offset, 1).err(), Some(EINVAL));
        }
        for offset in [4, PAGE_SIZE - 12, PAGE_SIZE - 4] {
            assert!(pages.at::<u64>(offset).is_ok());
            assert!(pages.chunks::<u64>(offset, 1).is_ok());
        }
        // An aligned type that is larger than its alignment.
        assert_eq!(pages.chunks::<[u64; 2]>(4, 1).err(), Some(EINVAL));
        assert!(pages.chunks::<[u64; 2]>(12, 1).is_ok());
        Ok(())
    }

    #[test]
    fn an_invalid_enum_is_refused() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadOnly>(memory.at(PAGE_SIZE - 1), 2)?;

        assert_eq!(pages.try_read_once_at(0), Ok(Kind::None));
        memory.set(PAGE_SIZE - 1, &1u16.to_ne_bytes())?;
        assert_eq!(pages.try_read_once_at(0), Ok(Kind::Some));
        memory.set(PAGE_SIZE - 1, &0x0102u16.to_ne_bytes())?;
        assert_eq!(pages.try_read_once_at::<Kind>(0), Err(EINVAL));
        Ok(())
    }

    /// Checks that later writes by user space do not change a copy.
    #[test]
    fn a_copy_does_not_change() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadOnly>(memory.at(PAGE_SIZE - 8), 16)?;

        memory.set(PAGE_SIZE - 8, REQUEST.as_bytes())?;
        let copy = pages.read_once_at::<Request>(0)?;
        memory.set(PAGE_SIZE - 8, &[0xff; 16])?;
        assert_eq!(copy, REQUEST);
        assert_eq!(pages.read_once_at::<Request>(0)?.address, u64::MAX);
        Ok(())
    }

    #[test]
    fn invalid_ranges_are_refused_without_a_charge() -> Result {
        let memory = UserMemory::new()?;
        let before = charged()?;
        let max = PinnedPages::<ReadOnly>::MAX_LEN;
        let refused = |case, start, len, errno| {
            expect(case, pin::<ReadOnly>(start, len).err(), Some(errno))?;
            expect(case, pin::<ReadWrite>(start, len).err(), Some(errno))?;
            expect(case, charged()?, before)
        };

        refused(c"empty", memory.at(0), 0, EINVAL)?;
        refused(c"empty at a bad address", UserPtr::from_addr(0), 0, EINVAL)?;
        refused(c"too long", memory.at(0), max + 1, E2BIG)?;
        refused(c"much too long", memory.at(0), usize::MAX, E2BIG)?;
        refused(c"the maximum length", memory.at(0), max, EFAULT)?;
        refused(c"bad last byte", memory.at(0), UserMemory::END + 1, EFAULT)?;
        refused(c"bad first byte", memory.at(UserMemory::END), 1, EFAULT)?;
        for start in memory.bad() {
            refused(c"a bad address", start, 8, EFAULT)?;
        }
        refused(
            c"up to the end",
            UserPtr::from_addr(usize::MAX - 7),
            8,
            EFAULT,
        )?;
        refused(
            c"in the last page",
            UserPtr::from_addr(usize::MAX - 7),
            1,
            EFAULT,
        )?;
        refused(
            c"around the end",
            UserPtr::from_addr(usize::MAX - 7),
            16,
            EFAULT,
        )
    }

    /// Checks that the pages before a hole are unpinned again.
    #[test]
    fn a_hole_leaves_nothing_pinned() -> Result {
        let memory = UserMemory::new()?;
        let start = memory.large(3 * PAGE_SIZE)?;
        let before = charged()?;

        let first = pin::<ReadOnly>(start, 1)?;
        let page = first.pages.list[0];
        let pinned = references(page);
        memory.unmap(start.wrapping_byte_add(PAGE_SIZE), PAGE_SIZE)?;

        assert_eq!(pin::<ReadOnly>(start, 3 * PAGE_SIZE).err(), Some(EFAULT));
        assert_eq!(pin::<ReadWrite>(start, 3 * PAGE_SIZE).err(), Some(EFAULT));
        assert_eq!(references(page), pinned);
        assert!(!dirty(page));

        let again = pin::<ReadOnly>(start, PAGE_SIZE)?;
        assert!(references(page) > pinned);
        drop(again);
        assert_eq!(references(page), pinned);
        drop(first);
        assert!(references(page) < pinned);
        assert_eq!(charged()?, before);
        Ok(())
    }

    #[test]
    fn read_only_memory_is_only_read() -> Result {
        let memory = UserMemory::new()?;
        let before = charged()?;

        assert_eq!(pin::<ReadWrite>(memory.read_only(), 8).err(), Some(EFAULT));
        assert_eq!(charged()?, before);
        let pages = pin::<ReadOnly>(memory.read_only(), PAGE_SIZE + 1)?;
        assert_eq!(pages.read_once_at::<u64>(PAGE_SIZE - 7)?, 0);
        Ok(())
    }

    #[test]
    fn writable_pages_are_dirty() -> Result {
        let memory = UserMemory::new()?;

        let read = pin::<ReadOnly>(memory.at(0), 8)?;
        let page = read.pages.list[0];
        drop(read);
        assert!(!dirty(page));

        let written = pin::<ReadWrite>(memory.at(0), 8)?;
        assert_eq!(written.pages.list[0], page);
        drop(written);
        assert!(dirty(page));
        Ok(())
    }

    #[test]
    fn the_limit_is_kept() -> Result {
        let memory = UserMemory::new()?;
        let (pinned, locked) = charged()?;

        // With `CAP_IPC_LOCK`, pages are charged without a limit.
        limit((locked + 1) * PAGE_SIZE, true)?;
        let free = pin::<ReadOnly>(memory.at(8), PAGE_SIZE)?;
        assert_eq!(charged()?, (pinned + 2, locked + 2));

        let locked = locked + 2;
        limit((locked + 3) * PAGE_SIZE + 1, false)?;
        let first = pin::<ReadOnly>(memory.at(PAGE_SIZE - 1), 2)?;
        assert_eq!(charged()?, (pinned + 4, locked + 2));
        assert_eq!(
            pin::<ReadOnly>(memory.at(PAGE_SIZE - 1), 2).err(),
            Some(ENOMEM)
        );
        assert_eq!(charged()?, (pinned + 4, locked + 2));

        let second = pin::<ReadWrite>(memory.at(0), PAGE_SIZE)?;
        assert_eq!(charged()?, (pinned + 5, locked + 3));
        assert_eq!(pin::<ReadOnly>(memory.at(0), 1).err(), Some(ENOMEM));

        drop(free);
        let locked = locked - 2;
        assert_eq!(charged()?, (pinned + 3, locked + 3));
        drop(first);
        assert_eq!(charged()?, (pinned + 1, locked + 1));
        let third = pin::<ReadOnly>(memory.at(PAGE_SIZE - 1), 2)?;
        drop(second);
        drop(third);
        assert_eq!(charged()?, (pinned, locked));
        Ok(())
    }

    /// Capability checks are audited, so the kernel must check a capability only if it needs the
    /// result.
    #[test]
    fn a_capability_is_checked_only_past_the_limit() -> Result {
        let memory = UserMemory::new()?;
        let (_, locked) = charged()?;

        limit((locked + 1) * PAGE_SIZE, true)?;
        used_capability();
        let within = pin::<ReadOnly>(memory.at(0), 1)?;
        assert!(!used_capability());
        let beyond = pin::<ReadOnly>(memory.at(0), 1)?;
        assert!(used_capability() || cfg!(not(CONFIG_MULTIUSER)));
        drop((within, beyond));
        Ok(())
    }

    #[test]
    fn a_folio_is_held_as_a_whole_and_once() {
        const ORDER: u32 = 3;
        let flags = GFP_KERNEL.as_raw() | 1 << bindings::___GFP_COMP_BIT;
        // SAFETY: `alloc_pages()` accepts these flags and orders.
        let (first, second, small) = unsafe {
            (
                bindings::alloc_pages(flags, ORDER),
                bindings::alloc_pages(flags, ORDER),
                bindings::alloc_pages(GFP_KERNEL.as_raw(), 0),
            )
        };
        assert!(!first.is_null() && !second.is_null() && !small.is_null());
        // SAFETY: The pages are allocated until they are freed below, so no folio is split.
        let held = |list: &[*mut bindings::page]| unsafe { held(list) };

        assert_eq!(held(&[]), Ok(0));
        assert_eq!(held(&[small, small]), Ok(2));
        assert_eq!(held(&[first]), Ok(8));
        assert_eq!(held(&[first.wrapping_add(7)]), Ok(8));
        assert_eq!(held(&[first, first.wrapping_add(1)]), Ok(8));
        assert_eq!(held(&[first, small, second, second]), Ok(17));
        assert_eq!(
            held(&[first, second, small, second.wrapping_add(3), first]),
            Ok(17)
        );
        // SAFETY: The pages were allocated above, and this is their last use.
        unsafe {
            bindings::__free_pages(first, ORDER);
            bindings::__free_pages(second, ORDER);
            bindings::__free_pages(small, 0);
        }
    }

    /// Tests a shared file mapping with write notification (`page_mkwrite`).
    #[test]
    fn file_pages_are_pinned_only_for_reading() -> Result {
        let _memory = UserMemory::new()?;
        let pages = UserMappedPages::new(PAGE_SIZE)?;
        let before = charged()?;
        let mapping = TestMapping::new(&pages, Access::ReadWrite);

        let writable = mapping.map(PAGE_SIZE, READ_WRITE, MAP_SHARED, 0)?;
        pin::<ReadWrite>(UserPtr::from_addr(writable), 8)?;

        let tracked = mapping
            .tracked()
            .map(PAGE_SIZE, READ_WRITE, MAP_SHARED, 0)?;
        let start = UserPtr::from_addr(tracked);
        assert_eq!(pin::<ReadWrite>(start, 8).err(), Some(EFAULT));
        assert_eq!(charged()?, before);
        assert_eq!(pin::<ReadOnly>(start, 8)?.read_once_at::<u64>(0)?, 0);
        Ok(())
    }

    #[test]
    fn pinned_pages_outlive_their_mapping() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadWrite>(memory.at(PAGE_SIZE - 8), 16)?;

        memory.set(PAGE_SIZE - 8, REQUEST.as_bytes())?;
        memory.unmap(memory.at(0), UserMemory::END)?;
        assert_eq!(pages.read_once_at::<Request>(0)?, REQUEST);
        pages.write_once_at(0, &[7u8; 16])?;
        assert_eq!(pages.read_once_at::<[u8; 16]>(0)?, [7; 16]);
        Ok(())
    }
}
