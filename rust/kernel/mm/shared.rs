// SPDX-License-Identifier: GPL-2.0

//! Memory that the kernel and user space share.
//!
//! C header: [`include/linux/vmalloc.h`](srctree/include/linux/vmalloc.h)
//!
//! [`SharedPages`] belong to a driver, which maps them into user space from `mmap`. From then on, a
//! program may change any byte of them at any moment, so that there is no reference to them:
//! [`Shared`] is a place among them, of which values are copied out once and then looked at.
//!
//! # Examples
//!
//! ```
//! use kernel::{
//!     mm::{
//!         shared::{
//!             Access,
//!             SharedPages, //
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
//! /// What `mmap` does.
//! fn mmap(pages: &SharedPages, vma: &VmaNew) -> Result {
//!     pages.map(vma, Access::ReadWrite)
//! }
//!
//! /// The first request, if there is one.
//! fn first(pages: &SharedPages) -> Result<Option<Request>> {
//!     if pages.at::<u32>(0)?.load(Acquire) == 0 {
//!         return Ok(None);
//!     }
//!     // What the program writes from here on does not change the value that is checked.
//!     let request = pages.at::<Request>(64)?.fetch();
//!     if request.flags != 0 {
//!         return Err(EINVAL);
//!     }
//!     Ok(Some(request))
//! }
//!
//! let pages = SharedPages::new(100)?;
//! assert!(first(&pages)?.is_none());
//!
//! pages.at(64)?.write(&Request { address: 0, length: 1, flags: 0 });
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

pub(super) mod access;

pub use self::access::{
    Iter,
    Mode,
    ReadOnly,
    ReadWrite,
    Shared,
    SharedSlice, //
};

#[doc(inline)]
pub use crate::shared_field;

/// What user space may do with a mapping of [`SharedPages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read only, for ever: `mprotect()` cannot add the right to write.
    Read,
    /// Read and write, as far as the file is open for that.
    ReadWrite,
}

/// The flag of a mapping that is shared, or was until its file turned out to be read-only.
///
/// Not all bases give [`flags::MAYSHARE`] the value of C.
const MAYSHARE: vm_flags_t = 1 << bindings::VMA_MAYSHARE_BIT;

// The flags that are looked at here, or by `VmaNew`, have the values of C.
const _: () = {
    assert!(flags::WRITE == 1 << bindings::VMA_WRITE_BIT);
    assert!(flags::EXEC == 1 << bindings::VMA_EXEC_BIT);
    assert!(flags::MAYWRITE == 1 << bindings::VMA_MAYWRITE_BIT);
    assert!(flags::MAYEXEC == 1 << bindings::VMA_MAYEXEC_BIT);
    assert!(flags::MIXEDMAP == 1 << bindings::VMA_MIXEDMAP_BIT);
    assert!(flags::DONTEXPAND == 1 << bindings::VMA_DONTEXPAND_BIT);
    assert!(flags::DONTDUMP == 1 << bindings::VMA_DONTDUMP_BIT);
};

/// Zeroed pages of the kernel that user space may map.
///
/// A mapping holds a reference to each of its pages, and to the file that has been mapped. So the
/// pages that a file owns outlive all mappings of it; a page of others stays allocated until the
/// last mapping of it is gone, but is then shared with nobody.
///
/// The pages are charged to the memory cgroup of the process that makes the driver allocate them,
/// and until they are freed, they count towards `RLIMIT_MEMLOCK` of its user.
///
/// When this is dropped, which may sleep, the pages are freed.
///
/// # Invariants
///
/// `start` is memory of [`Vmalloc`](crate::alloc::allocator::Vmalloc) of `len` bytes, a multiple of
/// [`PAGE_SIZE`] that is not 0. There is no reference to this memory but to atomics, and it is
/// accessed by volatile and atomic operations only.
pub struct SharedPages {
    start: NonNull<u8>,
    len: usize,
    _charge: Option<Charge>,
}

// SAFETY: Any thread may use and free the memory.
unsafe impl Send for SharedPages {}
// SAFETY: By the type's invariants, all accesses are volatile or atomic, and so may be concurrent,
// as those of user space are.
unsafe impl Sync for SharedPages {}

impl SharedPages {
    /// Allocates as many pages as `len` bytes need, and charges the calling process for them.
    ///
    /// May sleep.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: `len` is 0.
    /// - [`ENOMEM`]: there is no memory for as many; they are more than the memory cgroup allows;
    ///   or they are more than `RLIMIT_MEMLOCK` allows the user, and the process does not have
    ///   `CAP_IPC_LOCK`.
    pub fn new(len: usize) -> Result<Self> {
        let len = page_align(len)?;

        Self::alloc(
            len,
            Some(Charge::new(len / PAGE_SIZE, charge::current_mm())?),
        )
    }

    /// Allocates pages as [`Self::new`], which do not count towards `RLIMIT_MEMLOCK`.
    ///
    /// The driver must bound how many a user can have. The memory cgroup is still charged.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: `len` is 0.
    /// - [`ENOMEM`]: there is no memory for as many, or they are more than the memory cgroup
    ///   allows.
    pub fn new_unlimited(len: usize) -> Result<Self> {
        Self::alloc(page_align(len)?, None)
    }

    /// `len` is a multiple of [`PAGE_SIZE`] that is not 0.
    fn alloc(len: usize, charge: Option<Charge>) -> Result<Self> {
        // Where there is not as much, it fails, and does not kill a process.
        let flags = (GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN).as_raw()
            | 1 << bindings::___GFP_RETRY_MAYFAIL_BIT;
        // SAFETY: There is nothing to reallocate, and any size may be asked for.
        let start = unsafe {
            bindings::vrealloc_node_align(null(), len, PAGE_SIZE, flags, bindings::NUMA_NO_NODE)
        };

        // INVARIANT: If it is not null, it is such memory. Nobody else knows of it.
        Ok(Self {
            start: NonNull::new(start.cast()).ok_or(ENOMEM)?,
            len,
            _charge: charge,
        })
    }

    /// How many bytes there are: those asked for, up to the end of the last page.
    #[expect(clippy::len_without_is_empty)]
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Maps all pages into user space.
    ///
    /// The mapping cannot grow, cannot become executable, and is left out of core dumps. A child
    /// process shares it.
    ///
    /// C counterpart: `vm_map_pages()`.
    ///
    /// # Errors
    ///
    /// - [`EACCES`]: user space asked for executable memory, or for writable memory where `access`
    ///   is [`Access::Read`].
    /// - [`EINVAL`]: it asked for a private mapping, an offset, or another length than that of the
    ///   pages.
    /// - [`ENOMEM`]: there is no memory for page tables.
    /// - [`EBUSY`]: something has been mapped there already.
    ///
    /// But for the last two, `vma` has not changed. `mmap` must not return [`Ok`] after an error.
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
            mapping.vm_insert_page(address, &page)?;
        }
        Ok(())
    }

    fn pages(&self) -> VmallocPageIter<'_> {
        // SAFETY: By the type's invariants, `start` is memory of `Vmalloc`, which has `len` bytes,
        // and lives as long as `self`.
        unsafe { VmallocPageIter::new(self.start, self.len) }
    }

    /// The place of a `T`, `offset` bytes from the start.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: it is not aligned for a `T`, or it ends behind the pages.
    #[inline]
    pub fn at<T>(&self, offset: usize) -> Result<Shared<'_, T>> {
        let start = self.place::<T>(offset, 1)?;

        // SAFETY: `place()` has checked that a `T` fits there. `self` keeps the memory, which is
        // shared, and is borrowed.
        Ok(unsafe { Shared::from_raw(start) })
    }

    /// The places of `count` values of type `T`, the first of them `offset` bytes from the start.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: they are not aligned for a `T`, or end behind the pages.
    #[inline]
    pub fn slice<T>(&self, offset: usize, count: usize) -> Result<SharedSlice<'_, T>> {
        let start = self.place(offset, count)?;

        // SAFETY: As in `at()`.
        Ok(unsafe { SharedSlice::from_raw(start, count) })
    }

    /// A pointer to `count` aligned values from `offset` on that lie within the memory.
    #[inline]
    fn place<T>(&self, offset: usize, count: usize) -> Result<NonNull<T>> {
        let rest = self.len.checked_sub(offset).ok_or(EINVAL)?;
        let size = count.checked_mul(size_of::<T>()).ok_or(EINVAL)?;
        // SAFETY: `offset` is at most the size of the memory.
        let start = unsafe { self.start.add(offset) }.cast::<T>();

        if size > rest || !start.is_aligned() {
            return Err(EINVAL);
        }
        Ok(start)
    }
}

impl Drop for SharedPages {
    fn drop(&mut self) {
        // SAFETY: By the type's invariants, this is memory of `Vmalloc`, and no places are left,
        // which borrow `self`. Mappings hold references to the pages.
        unsafe { bindings::vfree(self.start.as_ptr().cast()) };
    }
}

/// Returns `len`, rounded up to whole pages.
fn page_align(len: usize) -> Result<usize> {
    if len == 0 {
        return Err(EINVAL);
    }
    len.checked_next_multiple_of(PAGE_SIZE).ok_or(ENOMEM)
}

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
pub(super) mod test_mapping;

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_mm_shared)]
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

    /// How many pages the process and its user are charged for.
    fn charged() -> Result<(i64, usize)> {
        let mm = charge::current_mm().ok_or(EINVAL)?;

        Ok((
            charge::pinned(&mm).load(Relaxed),
            charge::User::current().locked().load(Relaxed),
        ))
    }

    #[test]
    fn what_is_mapped_is_shared() -> Result {
        let _memory = UserMemory::new()?;
        let pages = SharedPages::new(LEN)?;
        let mapping = TestMapping::new(&pages, Access::ReadWrite);
        let start = UserPtr::from_addr(mapping.map(LEN, READ_WRITE, MAP_SHARED, 0)?);

        for offset in (8..LEN).step_by(PAGE_SIZE / 2) {
            let word = UserSlice::new(start.wrapping_byte_add(offset), 8);

            pages.at(offset)?.write(&offset);
            assert_eq!(word.reader().read::<usize>()?, offset);
            UserSlice::new(start.wrapping_byte_add(offset), 8)
                .writer()
                .write(&!offset)?;
            assert_eq!(pages.at::<usize>(offset)?.fetch(), !offset);
        }
        let flags = mapping.flags();
        assert_ne!(flags & flags::MAYWRITE, 0);
        assert_eq!(flags & flags::MAYEXEC, 0);
        assert_ne!(flags & flags::DONTEXPAND, 0);
        assert_ne!(flags & flags::DONTDUMP, 0);
        // The mapping keeps the pages, but nobody shares them any more.
        drop(pages);
        assert_eq!(UserSlice::new(start, 8).reader().read::<u64>()?, 0);
        Ok(())
    }

    #[test]
    fn what_may_only_be_read_stays_so() -> Result {
        let _memory = UserMemory::new()?;
        let pages = SharedPages::new(LEN)?;
        let mapping = TestMapping::new(&pages, Access::Read);

        let start = UserPtr::from_addr(mapping.map(LEN, READ, MAP_SHARED, 0)?);
        assert_eq!(mapping.flags() & (flags::WRITE | flags::MAYWRITE), 0);
        pages.at(8)?.write(&7u64);
        assert_eq!(
            UserSlice::new(start, 16).reader().read::<[u64; 2]>()?,
            [0, 7]
        );
        assert_eq!(UserSlice::new(start, 8).writer().write(&1u64), Err(EFAULT));
        assert_eq!(pages.at::<u64>(0)?.fetch(), 0);
        assert_eq!(mapping.map(LEN, READ_WRITE, MAP_SHARED, 0), Err(EACCES));
        Ok(())
    }

    #[test]
    fn mappings_that_cannot_be_are_refused() -> Result {
        let _memory = UserMemory::new()?;
        let pages = SharedPages::new(LEN)?;

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

        let first = SharedPages::new(LEN - 1)?;
        assert_eq!(charged()?, (pinned + 3, locked + 3));
        let second = SharedPages::new(1)?;
        assert_eq!(charged()?, (pinned + 4, locked + 4));
        let unlimited = SharedPages::new_unlimited(LEN)?;
        assert_eq!(unlimited.len(), LEN);
        assert_eq!(charged()?, (pinned + 4, locked + 4));
        drop(first);
        assert_eq!(charged()?, (pinned + 1, locked + 1));
        drop((second, unlimited));
        assert_eq!(charged()?, (pinned, locked));
        // As much memory there is not.
        assert_eq!(SharedPages::new(isize::MAX as usize).err(), Some(ENOMEM));
        assert_eq!(charged()?, (pinned, locked));
        Ok(())
    }

    #[test]
    fn the_limit_is_kept() -> Result {
        let _memory = UserMemory::new()?;
        let (pinned, locked) = charged()?;

        // SAFETY: This concerns the test's own thread, which ends with it.
        crate::error::to_result(unsafe {
            bindings::limit_memlock((locked + 4) * PAGE_SIZE, false)
        })?;
        let first = SharedPages::new(LEN)?;
        assert_eq!(SharedPages::new(2 * PAGE_SIZE).err(), Some(ENOMEM));
        assert_eq!(charged()?, (pinned + 3, locked + 3));
        let second = SharedPages::new(PAGE_SIZE)?;
        assert_eq!(SharedPages::new(1).err(), Some(ENOMEM));
        assert!(SharedPages::new_unlimited(LEN).is_ok());
        drop(first);
        assert!(SharedPages::new(LEN).is_ok());
        drop(second);
        assert_eq!(charged()?, (pinned, locked));
        Ok(())
    }

    #[test]
    fn pages_are_whole_and_zeroed() -> Result {
        let pages = SharedPages::new(PAGE_SIZE + 1)?;

        assert_eq!(pages.len(), 2 * PAGE_SIZE);
        let mut bytes = KVec::from_elem(0xa5, 2 * PAGE_SIZE, GFP_KERNEL)?;
        pages
            .slice::<u8>(0, 2 * PAGE_SIZE)?
            .fetch_into(&mut bytes)?;
        assert!(bytes.iter().all(|byte| *byte == 0));
        Ok(())
    }

    #[test]
    fn sizes_that_cannot_be_are_refused() {
        assert_eq!(SharedPages::new(0).err(), Some(EINVAL));
        assert_eq!(SharedPages::new(usize::MAX).err(), Some(ENOMEM));
        assert_eq!(SharedPages::new(usize::MAX - PAGE_SIZE).err(), Some(ENOMEM));
        assert_eq!(SharedPages::new_unlimited(0).err(), Some(EINVAL));
        assert_eq!(SharedPages::new_unlimited(usize::MAX).err(), Some(ENOMEM));
    }

    #[test]
    fn places_are_within() -> Result {
        let pages = SharedPages::new(PAGE_SIZE)?;

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
    fn places_are_aligned() -> Result {
        let pages = SharedPages::new(PAGE_SIZE)?;

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
    fn slices_are_within() -> Result {
        let pages = SharedPages::new(PAGE_SIZE)?;

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
