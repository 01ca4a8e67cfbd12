// SPDX-License-Identifier: GPL-2.0

//! Kernel pages that are mapped into user space.
//!
//! C header: [`include/linux/vmalloc.h`](srctree/include/linux/vmalloc.h)
//!
//! A driver allocates [`UserMappedPages`] and maps them into user space from its `mmap` callback.
//! User space can then change any byte at any time, so the driver gets no references to this
//! memory. A [`VolatileRef`] is a location in it. The driver copies a value out once, and then
//! checks and uses the copy.
//!
//! # Examples
//!
//! ```
//! use kernel::{
//!     mm::{
//!         mapped::{
//!             Access,
//!             UserMappedPages, //
//!         },
//!         virt::VmaNew, //
//!     },
//!     prelude::*,
//!     sync::atomic::{
//!         Acquire,
//!         Release, //
//!     }, //
//! };
//!
//! #[derive(Clone, Copy, FromBytes, IntoBytes, Immutable)]
//! #[repr(C)]
//! struct Request {
//!     address: u64,
//!     length: u32,
//!     flags: u32,
//! }
//!
//! /// Implements `mmap`.
//! fn mmap(pages: &UserMappedPages, vma: &VmaNew) -> Result {
//!     pages.map(vma, Access::ReadWrite)
//! }
//!
//! /// Returns the first request, if there is one.
//! fn first(pages: &UserMappedPages) -> Result<Option<Request>> {
//!     if pages.at::<u32>(0)?.load(Acquire) == 0 {
//!         return Ok(None);
//!     }
//!     // Later writes by user space do not change this copy.
//!     let request = pages.at::<Request>(64)?.read_once();
//!     if request.flags != 0 {
//!         return Err(EINVAL);
//!     }
//!     Ok(Some(request))
//! }
//!
//! let pages = UserMappedPages::new(100)?;
//! assert!(first(&pages)?.is_none());
//!
//! pages.at(64)?.write_once(&Request { address: 0, length: 1, flags: 0 });
//! pages.at::<u32>(0)?.store(1, Release);
//! assert_eq!(first(&pages)?.map(|request| request.length), Some(1));
//! # Ok::<(), Error>(())
//! ```

use super::{
    charge::{
        self,
        Charge, //
    },
    virt::{
        flags,
        vm_flags_t,
        VmaNew, //
    },
    volatile::{
        clamp,
        VolatileRef,
        VolatileSlice, //
    },
};
use crate::{
    alloc::{
        allocator::VmallocPageIter,
        flags::{
            __GFP_NOWARN,
            __GFP_ZERO, //
        }, //
    },
    bindings,
    page::PAGE_SIZE,
    prelude::*, //
};
use core::ptr::{
    null,
    NonNull, //
};

/// The access that user space may have to a mapping of [`UserMappedPages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read-only access. `mprotect()` cannot make the mapping writable.
    Read,
    /// Read and write access, if the file was opened with these modes.
    ReadWrite,
}

/// The flag of a shared mapping. The kernel keeps it if the file is not open for writing.
///
/// Not all supported kernels give [`flags::MAYSHARE`] the value of the C constant.
const MAYSHARE: vm_flags_t = 1 << bindings::VMA_MAYSHARE_BIT;

// Check that the flags used here or by `VmaNew` have the values of the C constants.
const _: () = {
    assert!(flags::WRITE == 1 << bindings::VMA_WRITE_BIT);
    assert!(flags::EXEC == 1 << bindings::VMA_EXEC_BIT);
    assert!(flags::MAYWRITE == 1 << bindings::VMA_MAYWRITE_BIT);
    assert!(flags::MAYEXEC == 1 << bindings::VMA_MAYEXEC_BIT);
    assert!(flags::MIXEDMAP == 1 << bindings::VMA_MIXEDMAP_BIT);
    assert!(flags::DONTEXPAND == 1 << bindings::VMA_DONTEXPAND_BIT);
    assert!(flags::DONTDUMP == 1 << bindings::VMA_DONTDUMP_BIT);
};

/// Zeroed kernel pages that can be mapped into user space.
///
/// A mapping holds references to its pages and to the mapped file. Pages owned by the file
/// therefore outlive all of its mappings. If a driver drops the pages earlier, each page stays
/// allocated until it is unmapped, but the kernel loses access to it.
///
/// The pages are charged to the memory cgroup of the process that allocates them. Until they are
/// freed, they also count towards the user's `RLIMIT_MEMLOCK`.
///
/// Dropping this releases the kernel's references to the pages, and may sleep.
///
/// # Invariants
///
/// - `start` points to `len` bytes allocated by [`Vmalloc`](crate::alloc::allocator::Vmalloc).
/// - `len` is a nonzero multiple of [`PAGE_SIZE`].
/// - The only references to this memory are to atomics, and all accesses are volatile or atomic.
pub struct UserMappedPages {
    start: NonNull<u8>,
    len: usize,
    _charge: Option<Charge>,
}

// SAFETY: Any thread may use and free the memory.
unsafe impl Send for UserMappedPages {}
// SAFETY: By the type invariants, all accesses are volatile or atomic, so they may be concurrent.
unsafe impl Sync for UserMappedPages {}

impl UserMappedPages {
    /// Allocates the pages for `len` bytes, and charges the calling process for them.
    ///
    /// May sleep.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: `len` is 0.
    /// - [`ENOMEM`]: The allocation failed or exceeds the limit of the memory cgroup. This error is
    ///   also returned if the pages exceed the user's `RLIMIT_MEMLOCK` and the process does not
    ///   have `CAP_IPC_LOCK`.
    pub fn new(len: usize) -> Result<Self> {
        let len = page_align(len)?;

        Self::alloc(
            len,
            Some(Charge::new(len / PAGE_SIZE, charge::current_mm())?),
        )
    }

    /// Allocates pages like [`Self::new`], but without counting them towards `RLIMIT_MEMLOCK`.
    ///
    /// The driver must limit the number of pages for each user. The memory cgroup is still charged.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: `len` is 0.
    /// - [`ENOMEM`]: The allocation failed or exceeds the limit of the memory cgroup.
    pub fn new_unlimited(len: usize) -> Result<Self> {
        Self::alloc(page_align(len)?, None)
    }

    /// Allocates `len` bytes, which must be a nonzero multiple of [`PAGE_SIZE`].
    fn alloc(len: usize, charge: Option<Charge>) -> Result<Self> {
        // Fail instead of invoking the OOM killer.
        let flags = (GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN).as_raw()
            | 1 << bindings::___GFP_RETRY_MAYFAIL_BIT;
        // SAFETY: The old pointer is null, so this is a new allocation, which may have any size.
        let start = unsafe {
            bindings::vrealloc_node_align(null(), len, PAGE_SIZE, flags, bindings::NUMA_NO_NODE)
        };

        // INVARIANT: A non-null pointer points to a new allocation, which has no references.
        Ok(Self {
            start: NonNull::new(start.cast()).ok_or(ENOMEM)?,
            len,
            _charge: charge,
        })
    }

    /// Returns the size in bytes, which is the requested size rounded up to whole pages.
    #[expect(clippy::len_without_is_empty)]
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Maps all pages into user space.
    ///
    /// The mapping cannot grow or become executable, and is excluded from core dumps. A child
    /// process shares it.
    ///
    /// C counterpart: `vm_map_pages()`.
    ///
    /// # Errors
    ///
    /// - [`EACCES`]: User space requested an executable mapping, or a writable mapping although
    ///   `access` is [`Access::Read`].
    /// - [`EINVAL`]: User space requested a private mapping, a nonzero offset, or a length that
    ///   differs from [`Self::len`].
    /// - [`ENOMEM`]: There is not enough memory for page tables.
    /// - [`EBUSY`]: The address range already contains a mapped page.
    ///
    /// `vma` is unchanged after [`EACCES`] and [`EINVAL`]. `mmap` must not return [`Ok`] after an
    /// error.
    pub fn map(&self, vma: &VmaNew, access: Access) -> Result {
        let read_only = access == Access::Read;

        if vma.flags() & MAYSHARE == 0 || vma.pgoff() != 0 {
            return Err(EINVAL);
        }
        if vma.end() - vma.start() != self.len {
            return Err(EINVAL);
        }
        if vma.executable() || (read_only && vma.writable()) {
            return Err(EACCES);
        }

        vma.try_clear_mayexec()?;
        if read_only {
            vma.try_clear_maywrite()?;
        }
        vma.set_dontexpand();
        vma.set_dontdump();
        let mapping = vma.set_mixedmap();
        let addresses = (vma.start()..vma.end()).step_by(PAGE_SIZE);

        for (address, page) in addresses.zip(self.pages()) {
            // SAFETY: By the type invariants, the only references to the memory are to atomics, and
            // all accesses are volatile or atomic. Each value is copied out before it is checked.
            unsafe { mapping.vm_insert_page(address, &page)? };
        }
        Ok(())
    }

    fn pages(&self) -> VmallocPageIter<'_> {
        // SAFETY: By the type invariants, `start` points to a `Vmalloc` allocation of `len` bytes,
        // which lives as long as `self`.
        unsafe { VmallocPageIter::new(self.start, self.len) }
    }

    /// Returns the `T` at `offset` bytes from the start.
    ///
    /// `offset` may come from user space, like the index of [`VolatileSlice::get`]. Each call
    /// checks and clamps it. If a location does not depend on a request, call this method once and
    /// reuse the result.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The location is not aligned for a `T`, or extends past the end of the pages.
    #[inline]
    pub fn at<T>(&self, offset: usize) -> Result<VolatileRef<'_, T>> {
        let size = size_of::<T>();
        // By the type invariants, `len` is at least a page.
        if size > PAGE_SIZE && size > self.len {
            return Err(EINVAL);
        }
        // SAFETY: `size` is at most `len`.
        let at = unsafe { self.location(offset, size)? };

        // SAFETY: `location()` has checked the alignment and bounds. The result borrows `self`,
        // whose invariants guarantee that the memory is allocated and accessed only by volatile and
        // atomic operations.
        Ok(unsafe { VolatileRef::from_raw(at) })
    }

    /// Returns a slice of `count` values of type `T`, the first of them at `offset` bytes from the
    /// start.
    ///
    /// `offset` and `count` may come from user space, like the index of [`VolatileSlice::get`].
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The values are not aligned for a `T`, or extend past the end of the pages.
    #[inline]
    pub fn slice<T>(&self, offset: usize, count: usize) -> Result<VolatileSlice<'_, T>> {
        let fit = self.len.checked_div(size_of::<T>());
        if fit.is_some_and(|fit| count > fit) {
            return Err(EINVAL);
        }
        // OVERFLOW: `fit` is at most `len`, which is the size of an allocation.
        let count = fit.map_or(count, |fit| clamp(count, fit.wrapping_add(1)));
        // SAFETY: `count` is at most `fit`, also under speculation, so the product is at most
        // `len`. It is 0 if there is no `fit`.
        let start = unsafe { self.location(offset, count.wrapping_mul(size_of::<T>()))? };

        // SAFETY: As in `at()`.
        Ok(unsafe { VolatileSlice::from_raw(start, count) })
    }

    /// Returns an aligned pointer to `size` bytes at `offset`, all within the memory, also under
    /// speculation.
    ///
    /// # Safety
    ///
    /// `size` must be at most `len`.
    #[inline]
    unsafe fn location<T>(&self, offset: usize, size: usize) -> Result<NonNull<T>> {
        // OVERFLOW: `size` is at most `len`, which is the size of an allocation.
        let end = self.len.wrapping_sub(size);
        if offset > end {
            return Err(EINVAL);
        }
        let offset = clamp(offset, end.wrapping_add(1));
        // SAFETY: `offset` is at most `end`, so `clamp()` has not changed it.
        let start = unsafe { self.start.add(offset) }.cast::<T>();

        if start.is_aligned() {
            Ok(start)
        } else {
            Err(EINVAL)
        }
    }
}

impl Drop for UserMappedPages {
    fn drop(&mut self) {
        // SAFETY: By the type invariants, this is a `Vmalloc` allocation. No `VolatileRef` or
        // `VolatileSlice` is left, because they borrow `self`. Mappings hold their own references
        // to the pages.
        unsafe { bindings::vfree(self.start.as_ptr().cast()) };
    }
}

/// Rounds `len` up to whole pages.
fn page_align(len: usize) -> Result<usize> {
    if len == 0 {
        return Err(EINVAL);
    }
    len.checked_next_multiple_of(PAGE_SIZE).ok_or(ENOMEM)
}

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
pub(super) mod test_mapping;

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_mm_mapped)]
mod tests {
    use super::{
        test_mapping::*,
        *, //
    };
    use crate::{
        sync::atomic::Relaxed,
        uaccess::{
            test_memory::UserMemory,
            UserPtr,
            UserSlice, //
        },
    };

    const LEN: usize = 3 * PAGE_SIZE;

    /// Returns the number of pages charged to the process and to its user.
    fn charged() -> Result<(i64, usize)> {
        let mm = charge::current_mm().ok_or(EINVAL)?;

        Ok((
            charge::pinned(&mm).load(Relaxed),
            charge::User::current().locked().load(Relaxed),
        ))
    }

    #[test]
    fn both_sides_see_writes() -> Result {
        let _memory = UserMemory::new()?;
        let pages = UserMappedPages::new(LEN)?;
        let mapping = TestMapping::new(&pages, Access::ReadWrite);
        let start = UserPtr::from_addr(mapping.map(LEN, READ_WRITE, MAP_SHARED, 0)?);

        for offset in (8..LEN).step_by(PAGE_SIZE / 2) {
            let word = UserSlice::new(start.wrapping_byte_add(offset), 8);

            pages.at(offset)?.write_once(&offset);
            assert_eq!(word.reader().read::<usize>()?, offset);
            UserSlice::new(start.wrapping_byte_add(offset), 8)
                .writer()
                .write(&!offset)?;
            assert_eq!(pages.at::<usize>(offset)?.read_once(), !offset);
        }
        let flags = mapping.flags();
        assert_ne!(flags & flags::MAYWRITE, 0);
        assert_eq!(flags & flags::MAYEXEC, 0);
        assert_ne!(flags & flags::DONTEXPAND, 0);
        assert_ne!(flags & flags::DONTDUMP, 0);
        // The mapping keeps the pages allocated after the kernel has dropped them.
        drop(pages);
        assert_eq!(UserSlice::new(start, 8).reader().read::<u64>()?, 0);
        Ok(())
    }

    #[test]
    fn read_only_mappings_stay_read_only() -> Result {
        let _memory = UserMemory::new()?;
        let pages = UserMappedPages::new(LEN)?;
        let mapping = TestMapping::new(&pages, Access::Read);

        let start = UserPtr::from_addr(mapping.map(LEN, READ, MAP_SHARED, 0)?);
        assert_eq!(mapping.flags() & (flags::WRITE | flags::MAYWRITE), 0);
        pages.at(8)?.write_once(&7u64);
        assert_eq!(
            UserSlice::new(start, 16).reader().read::<[u64; 2]>()?,
            [0, 7]
        );
        assert_eq!(UserSlice::new(start, 8).writer().write(&1u64), Err(EFAULT));
        assert_eq!(pages.at::<u64>(0)?.read_once(), 0);
        assert_eq!(mapping.map(LEN, READ_WRITE, MAP_SHARED, 0), Err(EACCES));
        Ok(())
    }

    #[test]
    fn invalid_mappings_are_refused() -> Result {
        let _memory = UserMemory::new()?;
        let pages = UserMappedPages::new(LEN)?;

        for access in [Access::Read, Access::ReadWrite] {
            let mapping = TestMapping::new(&pages, access);

            for prot in [READ, READ_WRITE] {
                for (len, flags, offset) in [
                    (LEN, MAP_PRIVATE, 0),
                    (LEN - PAGE_SIZE, MAP_SHARED, 0),
                    (LEN + PAGE_SIZE, MAP_SHARED, 0),
                    (LEN, MAP_SHARED, PAGE_SIZE),
                    (LEN, MAP_SHARED, LEN),
                ] {
                    assert_eq!(mapping.map(len, prot, flags, offset), Err(EINVAL));
                }
            }
        }
        Ok(())
    }

    #[test]
    fn pages_are_charged_until_they_are_freed() -> Result {
        let _memory = UserMemory::new()?;
        let (pinned, locked) = charged()?;

        let first = UserMappedPages::new(LEN - 1)?;
        assert_eq!(charged()?, (pinned + 3, locked + 3));
        let second = UserMappedPages::new(1)?;
        assert_eq!(charged()?, (pinned + 4, locked + 4));
        let unlimited = UserMappedPages::new_unlimited(LEN)?;
        assert_eq!(unlimited.len(), LEN);
        assert_eq!(charged()?, (pinned + 4, locked + 4));
        drop(first);
        assert_eq!(charged()?, (pinned + 1, locked + 1));
        drop((second, unlimited));
        assert_eq!(charged()?, (pinned, locked));
        // No machine has this much memory.
        assert_eq!(
            UserMappedPages::new(isize::MAX as usize).err(),
            Some(ENOMEM)
        );
        assert_eq!(charged()?, (pinned, locked));
        Ok(())
    }

    #[test]
    fn the_limit_is_kept() -> Result {
        let _memory = UserMemory::new()?;
        let (pinned, locked) = charged()?;

        // SAFETY: This affects only the test's own thread, which exits after the test.
        crate::error::to_result(unsafe {
            bindings::limit_memlock((locked + 4) * PAGE_SIZE, false)
        })?;
        let first = UserMappedPages::new(LEN)?;
        assert_eq!(UserMappedPages::new(2 * PAGE_SIZE).err(), Some(ENOMEM));
        assert_eq!(charged()?, (pinned + 3, locked + 3));
        let second = UserMappedPages::new(PAGE_SIZE)?;
        assert_eq!(UserMappedPages::new(1).err(), Some(ENOMEM));
        assert!(UserMappedPages::new_unlimited(LEN).is_ok());
        drop(first);
        assert!(UserMappedPages::new(LEN).is_ok());
        drop(second);
        assert_eq!(charged()?, (pinned, locked));
        Ok(())
    }

    #[test]
    fn pages_are_whole_and_zeroed() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE + 1)?;

        assert_eq!(pages.len(), 2 * PAGE_SIZE);
        let mut bytes = KVec::from_elem(0xa5, 2 * PAGE_SIZE, GFP_KERNEL)?;
        pages
            .slice::<u8>(0, 2 * PAGE_SIZE)?
            .read_once_into(&mut bytes)?;
        assert!(bytes.iter().all(|byte| *byte == 0));
        Ok(())
    }

    #[test]
    fn invalid_sizes_are_refused() {
        assert_eq!(UserMappedPages::new(0).err(), Some(EINVAL));
        assert_eq!(UserMappedPages::new(usize::MAX).err(), Some(ENOMEM));
        assert_eq!(
            UserMappedPages::new(usize::MAX - PAGE_SIZE).err(),
            Some(ENOMEM)
        );
        assert_eq!(UserMappedPages::new_unlimited(0).err(), Some(EINVAL));
        assert_eq!(
            UserMappedPages::new_unlimited(usize::MAX).err(),
            Some(ENOMEM)
        );
    }

    #[test]
    fn locations_are_within_the_pages() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;

        assert!(pages.at::<u64>(PAGE_SIZE - 8).is_ok());
        assert!(pages.at::<u8>(PAGE_SIZE - 1).is_ok());
        assert!(pages.at::<()>(PAGE_SIZE).is_ok());
        assert_eq!(pages.at::<u64>(PAGE_SIZE).err(), Some(EINVAL));
        assert_eq!(pages.at::<u32>(PAGE_SIZE - 3).err(), Some(EINVAL));
        assert_eq!(pages.at::<u8>(PAGE_SIZE).err(), Some(EINVAL));
        assert_eq!(pages.at::<()>(PAGE_SIZE + 1).err(), Some(EINVAL));
        assert_eq!(pages.at::<u8>(usize::MAX).err(), Some(EINVAL));
        assert_eq!(pages.at::<[u64; PAGE_SIZE]>(0).err(), Some(EINVAL));
        Ok(())
    }

    #[test]
    fn locations_are_aligned() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;

        for offset in 1..align_of::<u64>() {
            assert_eq!(pages.at::<u64>(offset).err(), Some(EINVAL));
            assert_eq!(pages.slice::<u64>(offset, 0).err(), Some(EINVAL));
        }
        assert!(pages.at::<u32>(4).is_ok());
        assert_eq!(pages.at::<u32>(2).err(), Some(EINVAL));
        assert_eq!(pages.at::<u16>(1).err(), Some(EINVAL));
        assert!(pages.at::<[u8; 8]>(1).is_ok());
        Ok(())
    }

    #[test]
    fn slices_are_within_the_pages() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;

        assert_eq!(pages.slice::<u64>(0, PAGE_SIZE / 8)?.len(), PAGE_SIZE / 8);
        assert!(pages.slice::<u64>(PAGE_SIZE, 0)?.is_empty());
        assert!(pages.slice::<u64>(0, PAGE_SIZE / 8 + 1).is_err());
        assert!(pages.slice::<u64>(8, PAGE_SIZE / 8).is_err());
        assert!(pages.slice::<u64>(0, usize::MAX / 8 + 2).is_err());
        assert!(pages.slice::<u64>(8, usize::MAX).is_err());
        assert!(pages.slice::<u8>(PAGE_SIZE + 1, 0).is_err());
        Ok(())
    }
}
