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

use super::virt::{
    flags,
    VmaNew, //
};
use crate::{
    bindings,
    error::to_result,
    page::PAGE_SIZE,
    prelude::*, //
};
use core::ptr::NonNull;

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

/// Zeroed pages of the kernel that user space may map.
///
/// A mapping holds a reference to each of its pages, and to the file that has been mapped. So the
/// pages that a file owns outlive all mappings of it; a page of others stays allocated until the
/// last mapping of it is gone, but is then shared with nobody.
///
/// The pages do not count for the memory cgroup of whoever makes the driver allocate them.
///
/// # Invariants
///
/// `start` is what `vmalloc_user()` has returned for `len` bytes, a multiple of [`PAGE_SIZE`] that
/// is not 0. There is no reference to this memory but to atomics, and it is accessed by volatile
/// and atomic operations only.
pub struct SharedPages {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: Any thread may use and free the memory.
unsafe impl Send for SharedPages {}
// SAFETY: By the type's invariants, all accesses are volatile or atomic, and so may be concurrent,
// as those of user space are.
unsafe impl Sync for SharedPages {}

impl SharedPages {
    /// Allocates as many pages as `len` bytes need.
    ///
    /// May sleep.
    ///
    /// C counterpart: `vmalloc_user()`.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: `len` is 0.
    /// - [`ENOMEM`]: there is no memory for as many.
    pub fn new(len: usize) -> Result<Self> {
        if len == 0 {
            return Err(EINVAL);
        }
        let len = len.checked_next_multiple_of(PAGE_SIZE).ok_or(ENOMEM)?;

        // SAFETY: This may be called with any size.
        let start = unsafe { bindings::vmalloc_user(len) };

        // INVARIANT: If it is not null, it is such memory. Nobody else knows of it.
        Ok(Self {
            start: NonNull::new(start.cast()).ok_or(ENOMEM)?,
            len,
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
    /// C counterpart: `remap_vmalloc_range()`.
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

        if vma.flags() & flags::MAYSHARE == 0 || vma.pgoff() != 0 {
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
        // SAFETY:
        // - `vma` is being set up by an `mmap()` hook, so that its flags may be changed.
        // - `start` is memory of `vmalloc_user()`, which is as long as `vma`.
        to_result(unsafe {
            bindings::remap_vmalloc_range(vma.as_ptr(), self.start.as_ptr().cast(), 0)
        })
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
        // SAFETY: By the type's invariants, this is memory of `vmalloc_user()`, and no places are
        // left, which borrow `self`. Mappings hold references to the pages.
        unsafe { bindings::vfree(self.start.as_ptr().cast()) };
    }
}

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_mm_shared)]
mod tests {
    use super::*;

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
