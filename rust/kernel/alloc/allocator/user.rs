// SPDX-License-Identifier: GPL-2.0

//! Memory whose size user space controls.
//!
//! C header: [`include/linux/slab.h`](srctree/include/linux/slab.h)

use super::Kmalloc;
use crate::{
    alloc::{
        dangling_from_layout,
        AllocError,
        Allocator,
        Box,
        Flags,
        NumaNode,
        Vec, //
    },
    bindings,
    page::PAGE_SIZE, //
};
use core::{
    alloc::Layout,
    ptr::NonNull, //
};

/// An allocator of memory whose size user space controls.
///
/// User space usually controls the content, too. The memory therefore comes from dedicated slab
/// caches (`CONFIG_SLAB_BUCKETS`), or from `vmalloc()` if it is large. It never reuses the memory
/// of a kernel object that was freed too early.
///
/// Allocations with `GFP_KERNEL` become allocations with `GFP_USER`, and [`__GFP_NOWARN`] is set.
/// If user space asks for too much memory, it gets an error, and the kernel does not warn. A driver
/// that keeps the memory after the system call should pass [`GFP_KERNEL_ACCOUNT`].
///
/// C counterpart: `memdup_user()` and `vmemdup_user()`.
///
/// # Examples
///
/// ```
/// use kernel::uaccess::UserSliceReader;
///
/// fn names(reader: &mut UserSliceReader, count: usize) -> Result<UVec<[u8; 16]>> {
///     reader.read_vec(count, 1024, GFP_KERNEL)
/// }
/// ```
///
/// [`GFP_KERNEL_ACCOUNT`]: crate::alloc::flags::GFP_KERNEL_ACCOUNT
/// [`__GFP_NOWARN`]: crate::alloc::flags::__GFP_NOWARN
pub struct UserBuckets;

/// A [`Box`] whose size user space controls.
pub type UBox<T> = Box<T, UserBuckets>;

/// A [`Vec`] whose size user space controls.
pub type UVec<T> = Vec<T, UserBuckets>;

// SAFETY: `rust_user_alloc()` returns memory of the requested size and alignment. It stays valid
// until it is passed to `kvfree()` or, if it is small, to `kfree()`.
unsafe impl Allocator for UserBuckets {
    const MIN_ALIGN: usize = align_of::<usize>();

    #[inline]
    fn alloc(layout: Layout, flags: Flags, _nid: NumaNode) -> Result<NonNull<[u8]>, AllocError> {
        // The padded size selects a cache whose objects usually have the required alignment.
        let layout = Kmalloc::aligned_layout(layout);
        let size = layout.size();

        let ptr = if size == 0 {
            dangling_from_layout(layout)
        } else {
            // SAFETY: `rust_user_alloc()` accepts any size and any power of two as alignment.
            let ptr = unsafe { bindings::rust_user_alloc(size, layout.align(), flags.as_raw()) };
            NonNull::new(ptr.cast()).ok_or(AllocError)?
        };

        Ok(NonNull::slice_from_raw_parts(ptr, size))
    }

    #[inline]
    unsafe fn free(ptr: NonNull<u8>, layout: Layout) {
        if is_small(layout) {
            // SAFETY: The caller guarantees that `ptr` was allocated by this allocator, from a slab
            // cache. The pointer is not dangling, because the size is not 0.
            unsafe { bindings::kfree(ptr.as_ptr().cast()) };
        } else if layout.size() != 0 {
            // SAFETY: As above, but not necessarily from a slab cache.
            unsafe { bindings::kvfree(ptr.as_ptr().cast()) };
        }
    }

    /// Copies instead of calling `krealloc()`, which would move the memory to a general cache.
    ///
    /// Inlined, so that the compiler omits the copy for a new vector, which has no old memory.
    #[inline(always)]
    unsafe fn realloc(
        ptr: Option<NonNull<u8>>,
        layout: Layout,
        old_layout: Layout,
        flags: Flags,
        nid: NumaNode,
    ) -> Result<NonNull<[u8]>, AllocError> {
        if let Some(ptr) = ptr.filter(|_| layout.size() != 0 && old_layout.size() != 0) {
            let fits = layout.size() <= old_layout.size() && layout.align() <= old_layout.align();
            // `free()` uses the size to choose between `kfree()` and `kvfree()`, so memory stays in
            // place only if that choice stays the same.
            if fits && is_small(layout) == is_small(old_layout) {
                return Ok(NonNull::slice_from_raw_parts(ptr, layout.size()));
            }
        }
        let new = Self::alloc(layout, flags, nid)?;

        if let Some(ptr) = ptr {
            let size = layout.size().min(old_layout.size());
            // SAFETY: The caller guarantees that `ptr` was allocated for `old_layout`. The new
            // memory has `layout.size()` bytes and was just allocated, so the two do not overlap.
            // The old memory is not used again.
            unsafe {
                ptr.copy_to_nonoverlapping(new.cast(), size);
                Self::free(ptr, old_layout);
            }
        }
        Ok(new)
    }
}

/// Returns `true` if `rust_user_alloc()` takes the memory from a slab cache.
#[inline(always)]
fn is_small(layout: Layout) -> bool {
    (1..=PAGE_SIZE).contains(&layout.size()) && layout.align() <= UserBuckets::MIN_ALIGN
}

#[cfg(CONFIG_RUST_ALLOCATOR_KUNIT_TEST)]
#[macros::kunit_tests(rust_allocator_user)]
mod tests {
    use super::*;
    use crate::prelude::*;

    /// Returns `true` if a vector is in the caches of this allocator.
    fn is_apart<T, A: Allocator>(vec: &Vec<T, A>) -> bool {
        // SAFETY: The elements of a vector are in kernel memory.
        unsafe { bindings::rust_user_owns(vec.as_ptr().cast()) }
    }

    #[test]
    fn memory_comes_from_its_own_caches() -> Result {
        let apart = cfg!(CONFIG_SLAB_BUCKETS);

        for len in [1, 8, 100, 1000] {
            let mut bytes = UVec::with_capacity(len, GFP_KERNEL)?;
            assert_eq!(is_apart(&bytes), apart);

            // The vector grows several times.
            for byte in 0..8 * len {
                bytes.push(byte as u8, GFP_KERNEL)?;
                assert!(byte >= 200 || is_apart(&bytes) == apart);
            }
            assert!(bytes.iter().enumerate().all(|(i, byte)| *byte == i as u8));
        }
        assert!(!is_apart(&KVec::<u8>::with_capacity(100, GFP_KERNEL)?));
        Ok(())
    }

    #[test]
    fn shrunk_memory_is_not_moved() -> Result {
        let layouts = [64, 32, 0, 16].map(|size| Layout::from_size_align(size, 1).ok());
        let [Some(large), Some(small), Some(none), Some(last)] = layouts else {
            return Err(EINVAL);
        };
        let realloc = |ptr, new, old| {
            // SAFETY: The memory is not used after it has been freed.
            unsafe { UserBuckets::realloc(Some(ptr), new, old, GFP_KERNEL, NumaNode::NO_NODE) }
        };

        let ptr = UserBuckets::alloc(large, GFP_KERNEL, NumaNode::NO_NODE)?.cast();
        let shrunk = realloc(ptr, small, large)?;
        assert_eq!((shrunk.cast(), shrunk.len()), (ptr, 32));
        // Shrinking to size 0 frees the memory, so growing does not free it again.
        let freed = realloc(ptr, none, small)?;
        assert_eq!(freed.len(), 0);
        let grown = realloc(freed.cast(), last, none)?;
        assert_eq!(grown.len(), 16);
        // SAFETY: The memory was allocated with this layout.
        unsafe { UserBuckets::free(grown.cast(), last) };
        Ok(())
    }

    /// `free()` expects small memory in a slab cache, so large memory does not shrink in place.
    #[test]
    fn large_memory_moves_when_it_becomes_small() -> Result {
        let layouts = [4 * PAGE_SIZE, PAGE_SIZE].map(|size| Layout::from_size_align(size, 1).ok());
        let [Some(large), Some(small)] = layouts else {
            return Err(EINVAL);
        };

        let memory = UserBuckets::alloc(large, GFP_KERNEL, NumaNode::NO_NODE)?;
        let ptr: NonNull<u8> = memory.cast();
        // SAFETY: The memory has just been allocated, and is not used after it has been freed.
        let moved = unsafe {
            ptr.write_bytes(7, large.size());
            UserBuckets::realloc(Some(ptr), small, large, GFP_KERNEL, NumaNode::NO_NODE)?
        };
        assert_ne!(moved.cast(), ptr);
        // SAFETY: All bytes have been copied.
        assert!(unsafe { moved.as_ref() }.iter().all(|byte| *byte == 7));
        // SAFETY: The memory was allocated with this layout.
        unsafe { UserBuckets::free(moved.cast(), small) };
        Ok(())
    }

    #[test]
    fn memory_is_aligned_and_zeroed() -> Result {
        #[derive(FromBytes, KnownLayout, Immutable)]
        #[repr(C, align(64))]
        struct Line([u8; 64]);

        #[derive(FromBytes, KnownLayout, Immutable)]
        #[repr(C, align(16384))]
        struct Block([u8; 16384]);

        for len in [1, 2, 3, 5, 100] {
            let lines = UVec::<Line>::new_zeroed(len, GFP_KERNEL)?;
            assert_eq!(lines.as_ptr().addr() % 64, 0);
            assert!(lines.iter().all(|line| line.0 == [0; 64]));

            let blocks = UVec::<Block>::new_zeroed(len, GFP_KERNEL)?;
            assert_eq!(blocks.as_ptr().addr() % 16384, 0);
            assert!(blocks.iter().all(|block| block.0 == [0; 16384]));
        }
        assert!(UVec::<u64>::new_zeroed(0, GFP_KERNEL)?.is_empty());
        assert_eq!(size_of_val(&*UBox::new((), GFP_KERNEL)?), 0);
        Ok(())
    }

    /// Checks that an oversized request does not warn, although its flags lack `__GFP_NOWARN`.
    #[test]
    fn too_much_is_an_error_without_a_warning() {
        // SAFETY: `test_taint()` only reads a flag.
        let warned = || unsafe { bindings::test_taint(bindings::TAINT_WARN) };
        let before = warned();

        // The sizes exceed the memory, the address space and `usize`.
        for count in [usize::MAX >> 8, isize::MAX as usize / 8, usize::MAX] {
            assert!(UVec::<u64>::with_capacity(count, GFP_KERNEL).is_err());
        }
        assert_eq!(warned(), before);
    }
}
