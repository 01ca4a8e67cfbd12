// SPDX-License-Identifier: GPL-2.0

//! Zeroed memory from the kernel's allocators, for types that derive the zerocopy traits.
//!
//! These methods match the zerocopy crate's methods for `std`, but the caller chooses the allocator
//! and the flags, and a failed allocation returns an error. Values are never built on the stack.

use crate::{
    alloc::{
        Allocator,
        Flags,
        NumaNode, //
    },
    prelude::*,
};
use core::{
    alloc::Layout,
    marker::PhantomData,
    mem::{
        ManuallyDrop,
        MaybeUninit, //
    },
    ptr::{
        self,
        NonNull, //
    },
    slice, //
};

impl<T: FromZeros, A: Allocator> Box<T, A> {
    /// Allocates a value with all bytes set to 0.
    ///
    /// [`Box::zeroed`] does the same for [`Zeroable`] types, some of which implement the trait by
    /// hand.
    ///
    /// C counterpart: `kzalloc_obj()`.
    ///
    /// # Errors
    ///
    /// - [`ENOMEM`]: the allocation failed.
    ///
    /// # Examples
    ///
    /// ```
    /// #[derive(FromZeros)]
    /// struct Table([u64; 8192]);
    ///
    /// let table = KVBox::<Table>::new_zeroed(GFP_KERNEL)?;
    /// assert_eq!(table.0[8191], 0);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn new_zeroed(flags: Flags) -> Result<Self> {
        let value = Self::new_uninit(flags | __GFP_ZERO)?;

        // SAFETY: The allocator has zeroed the memory, and zeros are a valid value of
        // `T: FromZeros`.
        Ok(unsafe { value.assume_init() })
    }
}

impl<T, A> Box<T, A>
where
    T: FromZeros + KnownLayout<PointerMetadata = usize> + ?Sized,
    A: Allocator,
{
    /// Allocates a zeroed value with a slice tail of `elems` elements.
    ///
    /// C counterpart: `kzalloc_flex()`.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: the size of the value overflows.
    /// - [`ENOMEM`]: the allocation failed.
    ///
    /// # Examples
    ///
    /// ```
    /// #[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
    /// #[repr(C)]
    /// struct Message {
    ///     count: u32,
    ///     words: [u32],
    /// }
    ///
    /// let mut message = KBox::<Message>::new_zeroed_with_elems(3, GFP_KERNEL)?;
    /// message.count = 3;
    /// message.words[2] = 7;
    /// assert_eq!(message.as_bytes().len(), 16);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn new_zeroed_with_elems(elems: usize, flags: Flags) -> Result<Self> {
        let size = T::size_for_metadata(elems).ok_or(EOVERFLOW)?;
        let memory = Memory::new::<T>(size, flags | __GFP_ZERO)?;

        // SAFETY: The allocator has zeroed the memory, which has the size of the value. Zeros are a
        // valid value of `T: FromZeros`.
        Ok(unsafe { memory.into_box(elems) })
    }
}

impl<T: FromZeros, A: Allocator> Vec<T, A> {
    /// Allocates a vector of `len` zeroed elements.
    ///
    /// C counterpart: `kcalloc()`.
    ///
    /// # Errors
    ///
    /// - [`ENOMEM`]: the allocation failed, or the size overflows.
    ///
    /// # Examples
    ///
    /// ```
    /// let slots = KVec::<u64>::new_zeroed(4, GFP_KERNEL)?;
    /// assert_eq!(&slots, &[0; 4]);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn new_zeroed(len: usize, flags: Flags) -> Result<Self> {
        let mut vec = Self::with_capacity(len, flags | __GFP_ZERO)?;

        // SAFETY:
        // - The vector is empty and has a capacity of at least `len` elements.
        // - The allocator has zeroed them, and zeros are a valid value of `T: FromZeros`.
        unsafe { vec.inc_len(len) };
        Ok(vec)
    }

    /// Appends `additional` zeroed elements.
    ///
    /// # Errors
    ///
    /// - [`ENOMEM`]: the allocation failed, or the size overflows. The vector has not changed.
    pub fn extend_zeroed(&mut self, additional: usize, flags: Flags) -> Result {
        self.insert_zeroed(self.len(), additional, flags)
    }

    /// Inserts `additional` zeroed elements before the element at `position`.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: `position` is past the end. The vector has not changed.
    /// - [`ENOMEM`]: the allocation failed, or the size overflows. The vector has not changed.
    ///
    /// # Examples
    ///
    /// ```
    /// let mut words = kernel::kvec![1_u32, 2]?;
    /// words.insert_zeroed(1, 2, GFP_KERNEL)?;
    /// assert_eq!(&words, &[1, 0, 0, 2]);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn insert_zeroed(&mut self, position: usize, additional: usize, flags: Flags) -> Result {
        let rest = self.len().checked_sub(position).ok_or(EINVAL)?;
        self.reserve(additional, flags)?;

        // SAFETY:
        // - `reserve()` has made room for `additional` more elements, so the last `rest` elements
        //   fit after the inserted ones. The move does not use the stack, which may be smaller than
        //   an element.
        // - Zeros are a valid value of `T: FromZeros`. Each old element is moved or left in the
        //   vector, so none is dropped or duplicated.
        unsafe {
            let at = self.as_mut_ptr().add(position);

            ptr::copy(at, at.add(additional), rest);
            at.write_bytes(0, additional);
            self.inc_len(additional);
        }
        Ok(())
    }
}

/// Memory from the allocator `A`, for a value whose size is known only at run time.
///
/// # Invariants
///
/// `ptr` is an allocation of `A` for `layout`.
pub(crate) struct Memory<A: Allocator> {
    ptr: NonNull<u8>,
    layout: Layout,
    _allocator: PhantomData<A>,
}

impl<A: Allocator> Memory<A> {
    /// Allocates `size` bytes for a `T`.
    #[inline(always)]
    pub(crate) fn new<T>(size: usize, flags: Flags) -> Result<Self>
    where
        T: KnownLayout<PointerMetadata = usize> + ?Sized,
    {
        // The size of a value is a multiple of its alignment for any number of elements. The
        // largest power of two that divides the sizes for 0 and 1 elements is therefore at least
        // the alignment, which is at most `1 << 29` for any type.
        let size_of = |elems| T::size_for_metadata(elems).unwrap_or(0);
        let align = 1 << (size_of(0) | size_of(1)).trailing_zeros().min(29);
        if size > isize::MAX as usize - (align - 1) {
            return Err(EOVERFLOW);
        }
        // SAFETY: `align` is a power of two. The size was checked above, so it does not exceed
        // `isize::MAX` when it is rounded up to `align`.
        let layout = unsafe { Layout::from_size_align_unchecked(size, align) };

        // INVARIANT: The memory has just been allocated for `layout`.
        Ok(Self {
            ptr: A::alloc(layout, flags, NumaNode::NO_NODE)?.cast(),
            layout,
            _allocator: PhantomData,
        })
    }

    /// Returns the bytes, which may be uninitialized.
    pub(crate) fn bytes_mut(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: By the type invariant, `ptr` points to `layout.size()` bytes, which `self` owns.
        unsafe { slice::from_raw_parts_mut(self.ptr.as_ptr().cast(), self.layout.size()) }
    }

    /// Converts the memory to a value with a slice tail of `elems` elements.
    ///
    /// # Safety
    ///
    /// All bytes of the memory must form a valid value with that number of elements.
    pub(crate) unsafe fn into_box<T>(self, elems: usize) -> Box<T, A>
    where
        T: KnownLayout<PointerMetadata = usize> + ?Sized,
    {
        // `raw_from_ptr_len()` of the derived `KnownLayout` creates a pointer with this number of
        // elements, and keeps the address and the provenance.
        let value = T::raw_from_ptr_len(ManuallyDrop::new(self).ptr, elems);

        // SAFETY:
        // - The caller guarantees that the memory holds a valid `T`. The value has the size of the
        //   layout, and no greater alignment. Allocators free by address, and use the layout only
        //   to skip empty allocations.
        // - `ManuallyDrop` keeps `self` from freeing the memory, so the box is its only owner.
        unsafe { Box::from_raw(value.as_ptr()) }
    }
}

impl<A: Allocator> Drop for Memory<A> {
    fn drop(&mut self) {
        // SAFETY: By the type invariant, `ptr` was allocated by `A` for `layout`. `self` is being
        // dropped, so nothing uses the memory afterwards.
        unsafe { A::free(self.ptr, self.layout) };
    }
}

#[cfg(CONFIG_RUST_ZEROCOPY_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_zerocopy_alloc)]
mod tests {
    use super::*;

    #[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
    #[repr(C)]
    struct Message {
        count: u32,
        words: [u32],
    }

    /// A value that needs more than the default alignment of the allocators.
    #[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
    #[repr(C, align(64))]
    struct Line([u8; 64]);

    #[derive(FromZeros, KnownLayout)]
    #[repr(C)]
    struct Flags {
        _total: u16,
        flags: [bool],
    }

    #[derive(FromZeros)]
    struct Zeros {
        _flag: bool,
        _words: [u64; 8192],
    }

    #[test]
    fn zeroed_box_of_64_kib() -> Result {
        let zeros = KVBox::<Zeros>::new_zeroed(GFP_KERNEL)?;

        assert!(!zeros._flag && zeros._words.iter().all(|word| *word == 0));
        Ok(())
    }

    #[test]
    fn zeroed_box_with_slice_tail() -> Result {
        let empty = KBox::<Message>::new_zeroed_with_elems(0, GFP_KERNEL)?;
        assert_eq!(empty.as_bytes(), &[0; 4]);

        // `bool` has invalid bit patterns, but 0 is valid. The size of `Flags` is padded to a
        // multiple of its alignment.
        let flags = KBox::<Flags>::new_zeroed_with_elems(3, GFP_KERNEL)?;
        assert_eq!(flags.flags, [false; 3]);
        assert_eq!(size_of_val(&*flags), 6);

        for elems in [2, 4, 1024] {
            let mut message = VBox::<Message>::new_zeroed_with_elems(elems, GFP_KERNEL)?;

            message.count = 1;
            assert_eq!(message.words.len(), elems);
            assert!(message.words.iter().all(|word| *word == 0));
        }
        Ok(())
    }

    #[test]
    fn zeroed_slice_is_aligned() -> Result {
        for elems in [0, 1, 2, 3, 65] {
            let lines = KVBox::<[Line]>::new_zeroed_with_elems(elems, GFP_KERNEL)?;

            assert_eq!(lines.as_ptr().align_offset(64), 0);
            assert_eq!(lines.len(), elems);
        }
        Ok(())
    }

    #[test]
    fn zeroed_slice_is_aligned_beyond_a_page() -> Result {
        #[derive(FromZeros, KnownLayout)]
        #[repr(C, align(65536))]
        struct Block([u8; 65536]);

        #[derive(FromZeros, KnownLayout)]
        #[repr(C, align(65536))]
        struct Empty;

        // Allocates several blocks, because one may be aligned by chance.
        let mut all = KVec::new();
        for elems in [1, 2, 1, 3] {
            let blocks = VBox::<[Block]>::new_zeroed_with_elems(elems, GFP_KERNEL)?;

            assert_eq!(blocks.as_ptr().addr() % 65536, 0);
            assert!(blocks.iter().all(|block| block.0 == [0; 65536]));
            all.push(blocks, GFP_KERNEL)?;
        }
        let empty = VBox::<[Empty]>::new_zeroed_with_elems(3, GFP_KERNEL)?;
        assert_eq!(empty.as_ptr().addr() % 65536, 0);
        Ok(())
    }

    #[test]
    fn size_overflow_is_refused() {
        let huge = usize::MAX / 4;

        assert_eq!(
            KBox::<Message>::new_zeroed_with_elems(huge, GFP_KERNEL).err(),
            Some(EOVERFLOW)
        );
        assert_eq!(
            KVec::<u64>::new_zeroed(huge, GFP_KERNEL).err(),
            Some(ENOMEM)
        );
    }

    /// The allocation is aligned to 16 bytes, so its padded size overflows before the value's size.
    #[test]
    fn overflow_of_the_padded_size_is_refused() {
        #[derive(FromZeros, KnownLayout)]
        #[repr(C, align(8))]
        struct Odd {
            head: [u8; 16],
            tail: [[u8; 9]],
        }
        let elems = (isize::MAX as usize - 16) / 9 - 1;

        assert_eq!(Odd::size_for_metadata(elems), Some(isize::MAX as usize - 7));
        assert_eq!(
            KBox::<Odd>::new_zeroed_with_elems(elems, GFP_KERNEL).err(),
            Some(EOVERFLOW)
        );
    }

    #[test]
    fn zeroed_vectors() -> Result {
        let mut words = KVec::<u32>::new_zeroed(2, GFP_KERNEL)?;
        words[0] = 1;
        words[1] = 2;

        words.extend_zeroed(1, GFP_KERNEL)?;
        assert_eq!(&words, &[1, 2, 0]);

        words.insert_zeroed(1, 2, GFP_KERNEL)?;
        assert_eq!(&words, &[1, 0, 0, 2, 0]);

        words.insert_zeroed(5, 1, GFP_KERNEL)?;
        assert_eq!(&words, &[1, 0, 0, 2, 0, 0]);

        assert_eq!(words.insert_zeroed(7, 1, GFP_KERNEL), Err(EINVAL));
        assert_eq!(words.insert_zeroed(0, usize::MAX, GFP_KERNEL), Err(ENOMEM));
        assert_eq!(words.extend_zeroed(usize::MAX, GFP_KERNEL), Err(ENOMEM));
        assert_eq!(&words, &[1, 0, 0, 2, 0, 0]);
        Ok(())
    }

    /// Each element is larger than a kernel stack.
    #[test]
    fn large_elements_are_inserted_in_place() -> Result {
        let mut all = KVVec::<Zeros>::new_zeroed(3, GFP_KERNEL)?;
        for (index, zeros) in all.iter_mut().enumerate() {
            zeros._words.fill(index as u64 + 1);
        }

        all.insert_zeroed(1, 2, GFP_KERNEL)?;
        all.extend_zeroed(1, GFP_KERNEL)?;
        for (zeros, wanted) in all.iter().zip([1, 0, 0, 2, 3, 0]) {
            assert!(zeros._words.iter().all(|word| *word == wanted));
        }
        assert_eq!(all.len(), 6);
        Ok(())
    }

    #[test]
    fn elements_without_size_are_inserted() -> Result {
        let mut units = KVec::<()>::new_zeroed(2, GFP_KERNEL)?;

        units.insert_zeroed(1, 3, GFP_KERNEL)?;
        assert_eq!(units.len(), 5);
        assert_eq!(units.insert_zeroed(0, usize::MAX, GFP_KERNEL), Err(ENOMEM));
        assert_eq!(units.len(), 5);
        Ok(())
    }

    /// Tests reused memory, because fresh memory may be zero by chance.
    #[test]
    fn used_memory_is_zeroed() -> Result {
        for _ in 0..4 {
            drop(KVec::from_elem(u64::MAX, 25, GFP_KERNEL)?);
            let words = KVec::<u64>::new_zeroed(25, GFP_KERNEL)?;
            assert_eq!(&words, &[0; 25]);
            drop(words);

            drop(KVec::from_elem(u32::MAX, 50, GFP_KERNEL)?);
            let message = KBox::<Message>::new_zeroed_with_elems(49, GFP_KERNEL)?;
            assert_eq!(message.as_bytes(), &[0; 200]);
            drop(message);

            drop(KVec::from_elem(u64::MAX, 25, GFP_KERNEL)?);
            let words = KBox::<[u64; 25]>::new_zeroed(GFP_KERNEL)?;
            assert_eq!(*words, [0; 25]);
        }
        Ok(())
    }
}
