// SPDX-License-Identifier: GPL-2.0

//! Locations in memory that user space may write, and copies from and to them.
//!
//! User space and the kernel may access the same memory concurrently. All kernel accesses are
//! volatile or atomic. The kernel's memory model (`tools/memory-model`) treats them as
//! `READ_ONCE()` and `WRITE_ONCE()`. They may race with accesses by user space, and each is made
//! exactly once. A racing read can return a mixture of old and new bytes, but has no other effect.

use crate::{
    copy::{
        self,
        ByteSource, //
    },
    prelude::*,
    sync::atomic::{
        ordering::{
            AcquireOrRelaxed,
            ReleaseOrRelaxed, //
        },
        Atomic,
        AtomicBasicOps,
        AtomicType, //
    },
    zerocopy::by_value, //
};
use core::{
    iter::FusedIterator,
    marker::PhantomData,
    mem::MaybeUninit,
    ptr::NonNull,
    slice, //
};

#[doc(inline)]
pub use crate::volatile_field;

/// The kernel's access to the memory: [`ReadOnly`] or [`ReadWrite`].
pub trait Mode: private::Sealed + 'static {
    /// True if the kernel may write.
    const WRITE: bool;
}

/// A [`Mode`] in which the kernel only reads.
pub enum ReadOnly {}

/// A [`Mode`] in which the kernel reads and writes.
pub enum ReadWrite {}

impl Mode for ReadOnly {
    const WRITE: bool = false;
}

impl Mode for ReadWrite {
    const WRITE: bool = true;
}

mod private {
    pub trait Sealed {}

    impl Sealed for super::ReadOnly {}
    impl Sealed for super::ReadWrite {}
}

/// A location of a `T` in memory that user space may write at any time.
///
/// This is a pointer and not a reference, because user space may change the bytes between two
/// reads. A driver copies a value out, and then checks and uses the copy.
///
/// The memory need not contain a valid `T`. [`Self::read_once`] therefore requires a type without
/// invalid bit patterns, and [`Self::try_read_once`] validates the copy.
///
/// A [`ReadOnly`] location has no methods that write.
///
/// # Invariants
///
/// `at` is aligned for a `T`. For the duration of `'a`, it points to `size_of::<T>()` bytes of
/// memory. The only references to this memory are to an [`Atomic`], and the kernel accesses it by
/// volatile and atomic operations only.
pub struct VolatileRef<'a, T, M = ReadWrite> {
    at: NonNull<T>,
    _memory: PhantomData<(&'a (), M)>,
}

/// A slice of consecutive values in memory that user space may write at any time.
///
/// # Invariants
///
/// `start` is aligned for a `T`. For the duration of `'a`, it points to memory for `len` values of
/// type `T`. The only references to this memory are to an [`Atomic`], and the kernel accesses it by
/// volatile and atomic operations only.
pub struct VolatileSlice<'a, T, M = ReadWrite> {
    start: NonNull<T>,
    len: usize,
    _memory: PhantomData<(&'a (), M)>,
}

impl<T, M> Clone for VolatileRef<'_, T, M> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, M> Copy for VolatileRef<'_, T, M> {}

impl<T, M> Clone for VolatileSlice<'_, T, M> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, M> Copy for VolatileSlice<'_, T, M> {}

// SAFETY: All accesses are volatile or atomic, so any threads may make them concurrently.
unsafe impl<T, M> Send for VolatileRef<'_, T, M> {}
// SAFETY: As for `Send`.
unsafe impl<T, M> Sync for VolatileRef<'_, T, M> {}
// SAFETY: All accesses are volatile or atomic, so any threads may make them concurrently.
unsafe impl<T, M> Send for VolatileSlice<'_, T, M> {}
// SAFETY: As for `Send`.
unsafe impl<T, M> Sync for VolatileSlice<'_, T, M> {}

impl<'a, T, M> VolatileRef<'a, T, M> {
    /// Creates a location from a pointer.
    ///
    /// # Safety
    ///
    /// `at` must satisfy the type invariants.
    #[inline]
    pub(in crate::mm) unsafe fn from_raw(at: NonNull<T>) -> Self {
        // INVARIANT: The caller guarantees the invariants.
        Self {
            at,
            _memory: PhantomData,
        }
    }

    /// Copies a value out.
    ///
    /// Each byte is loaded once, in words of up to 8 bytes, depending on the alignment and the CPU.
    /// The words are loaded in no particular order. If user space writes concurrently, the copy may
    /// be a mixture of old and new bytes.
    #[inline(always)]
    pub fn read_once(self) -> T
    where
        T: FromBytes,
    {
        const { by_value::<T>() };
        let mut value = MaybeUninit::uninit();
        // SAFETY: By the type invariants, `at` is aligned and points to `size_of::<T>()` bytes.
        unsafe { load(self.at, copy::bytes_mut(slice::from_mut(&mut value))) };

        // SAFETY: All bytes have been written, and every bit pattern is a valid `T: FromBytes`.
        unsafe { value.assume_init() }
    }

    /// Copies a value out like [`Self::read_once`], and validates the copy.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The bytes are not a valid `T`.
    #[inline(always)]
    pub fn try_read_once(self) -> Result<T>
    where
        T: TryFromBytes,
    {
        const { by_value::<T>() };
        copy::try_read(&mut Value(self))
    }

    /// Returns the location of the field at `OFFSET`.
    ///
    /// Use [`volatile_field!`], which computes the offset. `_field` only determines the type of the
    /// field. A field that is out of bounds or not aligned does not compile.
    ///
    /// [`volatile_field!`]: crate::volatile_field
    #[inline(always)]
    pub fn field<F, const OFFSET: usize>(self, _field: fn(&T) -> &F) -> VolatileRef<'a, F, M> {
        const {
            assert!(
                OFFSET <= size_of::<T>() && size_of::<F>() <= size_of::<T>() - OFFSET,
                "expected a field inside the struct, found one past its end: use `volatile_field!`"
            );
            assert!(
                align_of::<F>() <= align_of::<T>() && OFFSET % align_of::<F>() == 0,
                "expected an aligned field, found an unaligned one: use a struct that is not packed"
            );
        }
        // INVARIANT: The checks above ensure that the field is aligned and within the `T` of
        // `self`.
        VolatileRef {
            // SAFETY: The field is within the `T` of `self`, as checked above.
            at: unsafe { self.at.byte_add(OFFSET) }.cast(),
            _memory: PhantomData,
        }
    }
}

impl<T> VolatileRef<'_, T> {
    /// Copies a value in.
    ///
    /// Each byte is stored once, in words of up to 8 bytes, depending on the alignment and the CPU.
    /// User space may see the words change in any order.
    #[inline(always)]
    pub fn write_once(self, value: &T)
    where
        T: IntoBytes + Immutable,
    {
        // SAFETY: By the type invariants, `at` is aligned and points to `size_of::<T>()` bytes.
        unsafe { store(self.at, value.as_bytes()) };
    }
}

impl<'a, T, M, const N: usize> VolatileRef<'a, [T; N], M> {
    /// Returns the elements as a slice.
    #[inline]
    pub fn as_slice(self) -> VolatileSlice<'a, T, M> {
        // INVARIANT: An array has the alignment of its elements, and contains `N` of them.
        VolatileSlice {
            start: self.at.cast(),
            len: N,
            _memory: PhantomData,
        }
    }
}

/// Words that are loaded and stored atomically.
///
/// A word can be at most as large as a `usize`, so 64-bit accesses do not compile on 32-bit
/// kernels.
///
/// Atomic read-modify-write operations are not provided. On CPUs that implement them as a loop of
/// load-linked and store-conditional, user space could keep the loop from ending.
impl<T, M> VolatileRef<'_, T, M>
where
    T: AtomicType<Repr: AtomicBasicOps> + FromBytes + IntoBytes,
{
    /// Loads a word.
    ///
    /// C counterparts: `smp_load_acquire()`, `READ_ONCE()`.
    #[inline(always)]
    pub fn load<O: AcquireOrRelaxed>(self, order: O) -> T {
        self.word().load(order)
    }

    #[inline(always)]
    fn word(&self) -> &Atomic<T> {
        const { assert!(size_of::<T>() <= size_of::<usize>()) };

        // SAFETY: By the type invariants, `at` is aligned and the kernel accesses the memory by
        // volatile and atomic operations only. Every bit pattern is a valid `T: FromBytes`, so a
        // racing access by user space, atomic or not, still yields a valid `T`.
        unsafe { Atomic::from_ptr(self.at.as_ptr()) }
    }
}

impl<T> VolatileRef<'_, T>
where
    T: AtomicType<Repr: AtomicBasicOps> + FromBytes + IntoBytes,
{
    /// Stores a word.
    ///
    /// C counterparts: `smp_store_release()`, `WRITE_ONCE()`.
    #[inline(always)]
    pub fn store<O: ReleaseOrRelaxed>(self, value: T, order: O) {
        self.word().store(value, order);
    }
}

impl<'a, T, M> VolatileSlice<'a, T, M> {
    /// Creates a slice from a pointer and a length.
    ///
    /// # Safety
    ///
    /// `start` and `len` must satisfy the type invariants.
    #[inline]
    pub(in crate::mm) unsafe fn from_raw(start: NonNull<T>, len: usize) -> Self {
        // INVARIANT: The caller guarantees the invariants.
        Self {
            start,
            len,
            _memory: PhantomData,
        }
    }

    /// Returns the number of values.
    #[inline]
    pub fn len(self) -> usize {
        self.len
    }

    /// Returns `true` if the slice contains no values.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Returns the location at `index`, or [`None`] if `index` is out of bounds.
    ///
    /// `index` may come from user space. It is clamped, so even a speculating CPU does not access
    /// memory past the slice.
    #[inline]
    pub fn get(self, index: usize) -> Option<VolatileRef<'a, T, M>> {
        if index >= self.len {
            return None;
        }
        // SAFETY: `index` is less than `len`, so `clamp()` returns it unchanged.
        Some(unsafe { self.nth(clamp(index, self.len)) })
    }

    /// Returns the location at `index` modulo [`Self::len`], which should be a power of two.
    ///
    /// For other lengths, this returns some location in the slice. For an empty slice, it returns
    /// [`None`].
    ///
    /// The code does not branch on `index`, so a CPU cannot speculate past the slice.
    #[inline(always)]
    pub fn get_wrapped(self, index: usize) -> Option<VolatileRef<'a, T, M>> {
        let mask = self.len.checked_sub(1)?;

        // SAFETY: The masked index is at most `mask`, which is less than `len`.
        Some(unsafe { self.nth(index & mask) })
    }

    /// Returns the subslice of `count` values at index `start`, or [`None`] if it is out of bounds.
    ///
    /// Both arguments may come from user space, like the index of [`Self::get`].
    #[inline]
    pub fn get_range(self, start: usize, count: usize) -> Option<Self> {
        // Ensures that no length is `usize::MAX`.
        const {
            assert!(
                size_of::<T>() > 0,
                "expected a type with a nonzero size, found size 0: use another type"
            )
        };

        if count > self.len || start > self.len - count {
            return None;
        }
        // OVERFLOW: A slice of values with nonzero size has fewer than `usize::MAX` values.
        // Clamping can only reduce `count` to 0.
        let count = clamp(count, self.len.wrapping_add(1));
        let start = clamp(start, self.len.wrapping_sub(count).wrapping_add(1));

        // INVARIANT: The bounds check and the clamps keep the `count` values at `start` in the
        // slice.
        Some(Self {
            // SAFETY: `start` is at most `len`, as checked above.
            start: unsafe { self.start.add(start) },
            len: count,
            _memory: PhantomData,
        })
    }

    /// Returns an iterator over the locations.
    #[inline]
    pub fn iter(self) -> Iter<'a, T, M> {
        Iter { rest: self }
    }

    /// Returns the location at `index`.
    ///
    /// # Safety
    ///
    /// `index` must be less than `len`.
    #[inline(always)]
    unsafe fn nth(self, index: usize) -> VolatileRef<'a, T, M> {
        // INVARIANT: `index` is less than `len`, so the type invariants cover the `T` at `index`.
        VolatileRef {
            // SAFETY: The caller guarantees that `index` is less than `len`.
            at: unsafe { self.start.add(index) },
            _memory: PhantomData,
        }
    }

    /// Copies the values out.
    ///
    /// Each byte is loaded once, in words of 8 bytes where the alignment and the CPU allow it.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The length of `out` differs from [`Self::len`].
    #[inline]
    pub fn read_once_into(self, out: &mut [T]) -> Result
    where
        T: FromBytes,
    {
        if out.len() != self.len {
            return Err(EINVAL);
        }
        copy::read_into(&mut Values(self), out)
    }
}

impl<'a, M> VolatileSlice<'a, u8, M> {
    /// Returns the location of a `T` at the start of the slice.
    ///
    /// Returns [`None`] if the slice is too short or not aligned for a `T`.
    #[inline]
    pub fn ref_from_prefix<T>(self) -> Option<VolatileRef<'a, T, M>> {
        let at = self.start.cast::<T>();
        if self.len < size_of::<T>() || !at.is_aligned() {
            return None;
        }
        // INVARIANT: The alignment and length have been checked. The type invariants cover the
        // memory.
        Some(VolatileRef {
            at,
            _memory: PhantomData,
        })
    }
}

impl<T> VolatileSlice<'_, T> {
    /// Copies values in.
    ///
    /// Each byte is stored once, in words of 8 bytes where the alignment and the CPU allow it.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: The length of `values` differs from [`Self::len`].
    #[inline]
    pub fn write_once_from(self, values: &[T]) -> Result
    where
        T: IntoBytes + Immutable,
    {
        if values.len() != self.len {
            return Err(EINVAL);
        }
        let bytes = values.as_bytes();
        let (head, body) = split::<T>(self.start, bytes.len());
        let (head, rest) = bytes.split_at(head);
        let (body, tail) = rest.split_at(body);

        // SAFETY: By the type invariants, the slice has `bytes.len()` bytes. `split()` returns a
        // head that ends at an 8-byte boundary, and a body that is a multiple of 8 bytes.
        unsafe {
            store(self.start, head);
            store(self.start.byte_add(head.len()).cast::<u64>(), body);
            store(self.start.byte_add(head.len() + body.len()), tail);
        }
        Ok(())
    }
}

/// An iterator over the locations of a [`VolatileSlice`].
pub struct Iter<'a, T, M = ReadWrite> {
    rest: VolatileSlice<'a, T, M>,
}

impl<'a, T, M> Iterator for Iter<'a, T, M> {
    type Item = VolatileRef<'a, T, M>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let len = self.rest.len.checked_sub(1)?;
        // SAFETY: `len` did not underflow, so there is a first value.
        let first = unsafe { self.rest.nth(0) };

        // INVARIANT: `len` values follow the first one.
        self.rest.len = len;
        // SAFETY: The slice has at least one value, so the result is at most one past its end.
        self.rest.start = unsafe { self.rest.start.add(1) };
        Some(first)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len, Some(self.rest.len))
    }
}

impl<T, M> ExactSizeIterator for Iter<'_, T, M> {}

impl<T, M> FusedIterator for Iter<'_, T, M> {}

/// Returns `index` if it is less than `len`, and 0 otherwise, even under speculation.
#[inline(always)]
pub(in crate::mm) fn clamp(index: usize, len: usize) -> usize {
    // SAFETY: The function only computes a mask.
    index & unsafe { crate::bindings::array_index_mask_nospec(index, len) }
}

/// The size of the largest word.
const WORD: usize = size_of::<u64>();

/// Splits the `len` bytes at `start` into an unaligned head, a body of 8-byte words and a tail.
/// Returns the sizes of the head and the body.
#[inline(always)]
fn split<T>(start: NonNull<T>, len: usize) -> (usize, usize) {
    let head = (start.addr().get().wrapping_neg() % WORD).min(len);

    (head, (len - head) / WORD * WORD)
}

/// A source that copies one value out.
struct Value<'a, T, M>(VolatileRef<'a, T, M>);

// SAFETY: `fill` writes only loaded bytes, and returns `Ok` only if it has written all of them.
unsafe impl<T, M> ByteSource for Value<'_, T, M> {
    #[inline(always)]
    fn remaining(&self) -> usize {
        size_of::<T>()
    }

    #[inline(always)]
    fn fill(&mut self, out: &mut [MaybeUninit<u8>]) -> Result {
        if out.len() != size_of::<T>() {
            return Err(EFAULT);
        }
        // SAFETY: By the invariants of `VolatileRef`, `at` is aligned and points to
        // `size_of::<T>()` bytes.
        unsafe { load(self.0.at, out) };
        Ok(())
    }
}

/// A source that copies a slice out.
pub(in crate::mm) struct Values<'a, T, M>(pub(in crate::mm) VolatileSlice<'a, T, M>);

// SAFETY: `fill` writes only loaded bytes, and returns `Ok` only if it has written all of them.
unsafe impl<T, M> ByteSource for Values<'_, T, M> {
    fn remaining(&self) -> usize {
        self.0.len * size_of::<T>()
    }

    fn fill(&mut self, out: &mut [MaybeUninit<u8>]) -> Result {
        if out.len() != self.remaining() {
            return Err(EFAULT);
        }
        let start = self.0.start;
        let (head, body) = split(start, out.len());
        let (head, rest) = out.split_at_mut(head);
        let (body, tail) = rest.split_at_mut(body);

        // SAFETY: By the invariants of `VolatileSlice`, the slice has `out.len()` bytes. `split()`
        // returns a head that ends at an 8-byte boundary, and a body that is a multiple of 8 bytes.
        unsafe {
            load(start, head);
            load(start.byte_add(head.len()).cast::<u64>(), body);
            load(start.byte_add(head.len() + body.len()), tail);
        }
        Ok(())
    }
}

/// Loads `to.len()` bytes, each once, in words as large as the alignment of `T` allows.
///
/// # Safety
///
/// - `from` must be aligned for a `T`, and point to `to.len()` bytes of shared memory.
/// - `to.len()` must be a multiple of the word size.
#[inline(always)]
unsafe fn load<T>(from: NonNull<T>, to: &mut [MaybeUninit<u8>]) {
    // SAFETY: `from` is aligned for words of this size. The caller guarantees the rest.
    unsafe {
        match align_of::<T>() {
            1 => load_words::<u8>(from.cast(), to),
            2 => load_words::<u16>(from.cast(), to),
            4 => load_words::<u32>(from.cast(), to),
            _ => load_words::<u64>(from.cast(), to),
        }
    }
}

/// Implements [`load`] in words of type `W`.
///
/// # Safety
///
/// As for [`load`].
#[inline(always)]
unsafe fn load_words<W>(from: NonNull<W>, to: &mut [MaybeUninit<u8>]) {
    let words = to.len() / size_of::<W>();
    let to = to.as_mut_ptr().cast::<W>();

    for index in 0..words {
        // SAFETY: The caller guarantees that `from` is aligned and points to `words` words. `to`
        // has space for them.
        unsafe {
            to.add(index)
                .write_unaligned(from.add(index).read_volatile())
        };
    }
}

/// Stores all bytes of `from`, each once, in words as large as the alignment of `T` allows.
///
/// # Safety
///
/// - `to` must be aligned for a `T`, and point to `from.len()` bytes of shared memory.
/// - `from.len()` must be a multiple of the word size.
#[inline(always)]
unsafe fn store<T>(to: NonNull<T>, from: &[u8]) {
    // SAFETY: `to` is aligned for words of this size. The caller guarantees the rest.
    unsafe {
        match align_of::<T>() {
            1 => store_words::<u8>(to.cast(), from),
            2 => store_words::<u16>(to.cast(), from),
            4 => store_words::<u32>(to.cast(), from),
            _ => store_words::<u64>(to.cast(), from),
        }
    }
}

/// Implements [`store`] in words of type `W`.
///
/// # Safety
///
/// As for [`store`].
#[inline(always)]
unsafe fn store_words<W: FromBytes>(to: NonNull<W>, from: &[u8]) {
    for (index, bytes) in from.chunks_exact(size_of::<W>()).enumerate() {
        let Ok(word) = W::read_from_bytes(bytes) else {
            return;
        };
        // SAFETY: The caller guarantees that `to` is aligned and has space for all words of `from`.
        unsafe { to.add(index).write_volatile(word) };
    }
}

/// Returns the location of a struct field.
///
/// `volatile_field!(location, Type, field)` takes a [`VolatileRef`] of `Type`, and returns a
/// [`VolatileRef`] of the field's type. `field` may be a nested field such as `head.index`. The
/// memory is not read.
///
/// # Examples
///
/// ```
/// use kernel::{
///     mm::{
///         mapped::UserMappedPages,
///         volatile::volatile_field, //
///     },
///     sync::atomic::{
///         Acquire,
///         Release, //
///     }, //
/// };
///
/// #[repr(C)]
/// struct Indices {
///     head: u32,
///     tail: u32,
/// }
///
/// #[repr(C)]
/// struct Control {
///     flags: u64,
///     indices: Indices,
/// }
///
/// let pages = UserMappedPages::new(size_of::<Control>())?;
/// let control = pages.at::<Control>(0)?;
///
/// volatile_field!(control, Control, indices.tail).store(7, Release);
/// assert_eq!(pages.at::<u32>(12)?.load(Acquire), 7);
/// # Ok::<(), Error>(())
/// ```
#[macro_export]
macro_rules! volatile_field {
    ($location:expr, $type:ty, $($field:tt)+) => {
        $location.field::<_, { ::core::mem::offset_of!($type, $($field)+) }>(
            |value: &$type| &value.$($field)+,
        )
    };
}

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_mm_volatile)]
mod tests {
    use super::{
        super::mapped::UserMappedPages,
        *, //
    };
    use crate::{
        page::PAGE_SIZE,
        sync::atomic::{
            Acquire,
            Relaxed,
            Release, //
        },
    };

    #[derive(Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable, KnownLayout)]
    #[repr(C)]
    struct Inner {
        first: u16,
        second: u16,
        array: [u32; 3],
    }

    #[derive(Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable, KnownLayout)]
    #[repr(C)]
    struct Outer {
        word: u64,
        inner: Inner,
    }

    #[derive(Clone, Copy, Debug, PartialEq, TryFromBytes, IntoBytes, Immutable, KnownLayout)]
    #[repr(u32)]
    enum Kind {
        None,
        Some,
    }

    const OUTER: Outer = Outer {
        word: 0x0102_0304_0506_0708,
        inner: Inner {
            first: 0x1112,
            second: 0x1314,
            array: [0x2122_2324, 0x3132_3334, 0x4142_4344],
        },
    };

    /// Returns `N` different bytes.
    fn pattern<const N: usize>() -> [u8; N] {
        core::array::from_fn(|index| index as u8 + 1)
    }

    /// Tests values with words of each size, at all aligned offsets.
    #[test]
    fn written_values_are_read() -> Result {
        fn check<T>(pages: &UserMappedPages, value: T) -> Result
        where
            T: FromBytes + IntoBytes + Immutable + PartialEq + core::fmt::Debug,
        {
            for offset in (0..32).step_by(align_of::<T>()) {
                let all = pages.slice::<u8>(0, 128)?;
                all.write_once_from(&[0xa5; 128])?;
                pages.at::<T>(64 + offset)?.write_once(&value);

                let mut bytes = [0; 128];
                all.read_once_into(&mut bytes)?;
                let (before, rest) = bytes.split_at(64 + offset);
                let (written, behind) = rest.split_at(size_of::<T>());
                assert!(before.iter().all(|byte| *byte == 0xa5));
                assert!(behind.iter().all(|byte| *byte == 0xa5));
                assert_eq!(written, value.as_bytes());
                assert_eq!(pages.at::<T>(64 + offset)?.read_once(), value);
            }
            Ok(())
        }
        let pages = UserMappedPages::new(PAGE_SIZE)?;

        check(&pages, 0x12u8)?;
        check(&pages, 0x1234u16)?;
        check(&pages, 0x1234_5678u32)?;
        check(&pages, 0x1234_5678_9abc_def0u64)?;
        check(&pages, 0x1234_5678_9abc_def0_1234_5678_9abc_def1u128)?;
        check(&pages, pattern::<7>())?;
        check(&pages, [0x1234u16, 0x5678, 0x9abc])?;
        check(&pages, OUTER.inner)?;
        check(&pages, OUTER)?;
        check(&pages, ())
    }

    /// Tests slices of all lengths, at all offsets.
    #[test]
    fn slices_are_copied() -> Result {
        fn check<T>(pages: &UserMappedPages, values: &[T; 24]) -> Result
        where
            T: FromBytes + IntoBytes + Immutable + PartialEq + Copy + core::fmt::Debug,
        {
            for end in 0..=24 {
                for start in 0..=end {
                    let all = pages.slice::<T>(0, 24)?;
                    let part = all.get_range(start, end - start).ok_or(EINVAL)?;
                    let mut wanted = [T::new_zeroed(); 24];
                    let mut got = *values;

                    all.write_once_from(&wanted)?;
                    part.write_once_from(&values[start..end])?;
                    wanted[start..end].copy_from_slice(&values[start..end]);
                    all.read_once_into(&mut got)?;
                    assert_eq!(got, wanted);
                    part.read_once_into(&mut got[..end - start])?;
                    assert_eq!(got[..end - start], values[start..end]);
                }
            }
            Ok(())
        }
        let pages = UserMappedPages::new(PAGE_SIZE)?;
        let bytes = pattern::<24>();

        check(&pages, &bytes)?;
        check(&pages, &bytes.map(|byte| u16::from(byte) * 0x101))?;
        check(&pages, &bytes.map(|byte| u32::from(byte) * 0x101_0101))?;
        check(
            &pages,
            &bytes.map(|byte| u64::from(byte) * 0x0101_0101_0101_0101),
        )?;
        check(&pages, &bytes.map(|byte| [byte; 3]))
    }

    #[test]
    fn slices_of_another_length_are_refused() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;
        let slice = pages.slice::<u32>(0, 4)?;
        let mut out = [1; 5];

        assert_eq!(slice.read_once_into(&mut out), Err(EINVAL));
        assert_eq!(slice.read_once_into(&mut out[..3]), Err(EINVAL));
        assert_eq!(out, [1; 5]);
        assert_eq!(slice.write_once_from(&out), Err(EINVAL));
        assert_eq!(slice.write_once_from(&out[..3]), Err(EINVAL));
        assert!(pages
            .slice::<u8>(0, 32)?
            .iter()
            .all(|byte| byte.read_once() == 0));
        Ok(())
    }

    #[test]
    fn indices_are_bounded() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;
        let slice = pages.slice::<u32>(16, 8)?;

        for index in 0..8 {
            slice
                .get(index)
                .ok_or(EINVAL)?
                .write_once(&(index as u32 + 1));
        }
        for index in [8, 9, 1 << 20, 1 << 31, usize::MAX / 2 + 1, usize::MAX] {
            assert!(slice.get(index).is_none());
            let wrapped = slice.get_wrapped(index).ok_or(EINVAL)?;
            assert_eq!(wrapped.read_once(), (index % 8) as u32 + 1);
        }
        assert_eq!(slice.iter().len(), 8);
        for (index, location) in slice.iter().enumerate() {
            assert_eq!(location.read_once(), index as u32 + 1);
        }
        assert_eq!(pages.at::<u32>(12)?.read_once(), 0);
        assert_eq!(pages.at::<u32>(48)?.read_once(), 0);

        let empty = pages.slice::<u32>(PAGE_SIZE, 0)?;
        assert!(empty.get(0).is_none() && empty.get_wrapped(0).is_none());
        assert!(empty.get_wrapped(usize::MAX).is_none());

        let odd = pages.slice::<u32>(0, 7)?;
        assert!((0..64).all(|index| odd.get_wrapped(index).is_some()));
        Ok(())
    }

    #[test]
    fn prefixes_are_bounded() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;
        let bytes = pages.slice::<u8>(4, 15)?;

        assert!(bytes.ref_from_prefix::<[u8; 15]>().is_some());
        assert!(bytes.ref_from_prefix::<[u8; 16]>().is_none());
        assert!(bytes.ref_from_prefix::<u64>().is_none());
        Ok(())
    }

    #[test]
    fn ranges_are_bounded() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;
        let slice = pages.slice::<u32>(16, 8)?;

        for (start, count) in [(0, 8), (0, 0), (8, 0), (7, 1), (3, 5)] {
            let range = slice.get_range(start, count).ok_or(EINVAL)?;
            assert_eq!(range.len(), count);
            assert_eq!(
                range.start.addr(),
                pages.at::<u32>(16 + 4 * start)?.at.addr()
            );
        }
        for (start, count) in [
            (0, 9),
            (8, 1),
            (9, 0),
            (1, 8),
            (1, usize::MAX),
            (usize::MAX, 1),
            (usize::MAX, 2),
            (usize::MAX, usize::MAX),
            (usize::MAX / 2 + 1, usize::MAX / 2 + 1),
        ] {
            assert!(slice.get_range(start, count).is_none());
        }
        Ok(())
    }

    #[test]
    fn fields_are_at_their_offsets() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;
        let outer = pages.at::<Outer>(32)?;
        let inner = volatile_field!(outer, Outer, inner);

        outer.write_once(&OUTER);
        assert_eq!(volatile_field!(outer, Outer, word).read_once(), OUTER.word);
        assert_eq!(inner.read_once(), OUTER.inner);
        assert_eq!(
            volatile_field!(inner, Inner, second).read_once(),
            OUTER.inner.second
        );
        assert_eq!(
            volatile_field!(outer, Outer, inner.second).read_once(),
            OUTER.inner.second
        );

        let array = volatile_field!(outer, Outer, inner.array).as_slice();
        array.get(1).ok_or(EINVAL)?.store(7, Relaxed);
        assert_eq!(outer.read_once().inner.array, [0x2122_2324, 7, 0x4142_4344]);
        assert!(array.get(3).is_none());
        Ok(())
    }

    #[test]
    fn words_are_loaded_and_stored() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;

        pages.at::<u32>(4)?.store(u32::MAX, Release);
        assert_eq!(pages.at::<i32>(4)?.load(Acquire), -1);
        assert_eq!(pages.at::<u32>(0)?.load(Relaxed), 0);
        assert_eq!(pages.at::<u32>(8)?.load(Relaxed), 0);
        pages.at::<u32>(4)?.store(3, Relaxed);
        assert_eq!(pages.at::<[u32; 3]>(0)?.read_once(), [0, 3, 0]);
        #[cfg(CONFIG_64BIT)]
        {
            pages.at::<u64>(16)?.store(u64::MAX - 1, Relaxed);
            assert_eq!(pages.at::<i64>(16)?.load(Acquire), -2);
        }
        Ok(())
    }

    #[test]
    fn an_invalid_enum_is_refused() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;
        let kind = pages.at::<Kind>(0)?;

        assert_eq!(kind.try_read_once(), Ok(Kind::None));
        kind.write_once(&Kind::Some);
        assert_eq!(kind.try_read_once(), Ok(Kind::Some));
        for invalid in [2, 0x100, u32::MAX] {
            pages.at::<u32>(0)?.store(invalid, Relaxed);
            assert_eq!(kind.try_read_once(), Err(EINVAL));
        }
        Ok(())
    }

    /// Checks that later writes do not change a copy.
    #[test]
    fn a_copy_does_not_change() -> Result {
        let pages = UserMappedPages::new(PAGE_SIZE)?;
        let location = pages.at::<Outer>(0)?;

        location.write_once(&OUTER);
        let copy = location.read_once();
        pages
            .slice::<u8>(0, PAGE_SIZE)?
            .get_range(0, 64)
            .ok_or(EINVAL)?
            .write_once_from(&[0xff; 64])?;
        assert_eq!(copy, OUTER);
        assert_eq!(location.read_once().word, u64::MAX);
        Ok(())
    }
}
