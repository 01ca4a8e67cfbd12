// SPDX-License-Identifier: GPL-2.0

//! Typed user addresses, as fields of UAPI structs.
//!
//! A UAPI struct stores a pointer as a `u64`, so that a 32-bit process and a 64-bit kernel agree on
//! the layout. The types in this module have the same layout, and also encode the type of the data
//! at the address:
//!
//! | field | type |
//! |---|---|
//! | `__u64 ptr;`, to one `T` | [`UserAddr<T>`] |
//! | `__u64 ptr;`, to an array of `T` with a separate count | [`UserAddr<[T]>`](UserAddr) |
//! | `__u64 ptr; __u64 count;`, to an array of `T` | [`UserArray<T>`] |
//! | `__u32 stride; __u32 count; __u64 ptr;`, to an array of versions of `T` | [`UserStrided<T>`] |
//!
//! Any bit pattern is a valid address. Bad addresses are only detected when the driver reads or
//! writes the memory. A driver may use these types as fields of its own definition of a struct, or
//! create them from the fields of the struct that bindgen generates.

use super::{
    cursor,
    MinSize,
    UserPtr,
    UserSlice,
    UserSliceReader,
    UserSliceWriter,
    UserWord, //
};
use crate::{
    alloc::Flags,
    prelude::*,
    zerocopy::by_value, //
};
use core::marker::PhantomData;

/// The address of a `T`, or of a `[T]`, in user space.
///
/// This type has the layout of `u64`. C counterpart: a `__u64` field that is passed to
/// `u64_to_user_ptr()`.
///
/// # Examples
///
/// ```
/// use kernel::uaccess::{
///     UserAddr,
///     UserSliceReader, //
/// };
///
/// #[derive(FromBytes)]
/// #[repr(C)]
/// struct Submit {
///     // `__u64 handles;` in C, the address of an array of `__u32`.
///     handles: UserAddr<[u32]>,
///     handle_count: u32,
///     flags: u32,
///     // `__u64 fence;` in C, the address of one `__u64`.
///     fence: UserAddr<u64>,
/// }
///
/// fn submit(reader: &mut UserSliceReader) -> Result {
///     let submit: Submit = reader.read()?;
///     let handles = submit
///         .handles
///         .read_vec(submit.handle_count as usize, 128, GFP_KERNEL)?;
///
///     submit.fence.write(&(handles.len() as u64))
/// }
/// ```
#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(transparent)]
pub struct UserAddr<T: ?Sized>(u64, PhantomData<T>);

impl<T: ?Sized> uapi::CompatLayout for UserAddr<T> {}

impl<T: ?Sized> Clone for UserAddr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for UserAddr<T> {}

impl<T: ?Sized> From<u64> for UserAddr<T> {
    fn from(addr: u64) -> Self {
        Self(addr, PhantomData)
    }
}

impl<T: ?Sized> UserAddr<T> {
    /// Returns the address as a number.
    pub const fn addr(self) -> u64 {
        self.0
    }

    /// Returns `true` if the address is 0, which often means "none" in UAPI structs.
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }

    /// Returns the address as a pointer. As in C, a 32-bit kernel ignores the upper half.
    ///
    /// C counterpart: `u64_to_user_ptr()`.
    pub fn ptr(self) -> UserPtr {
        UserPtr::from_addr(self.0 as usize)
    }
}

impl<T> UserAddr<T> {
    /// Returns the user memory of the `T`.
    pub fn slice(self) -> UserSlice {
        UserSlice::new(self.ptr(), size_of::<T>())
    }

    /// Reads a `T` of at most [`BY_VALUE_LIMIT`] bytes.
    ///
    /// [`BY_VALUE_LIMIT`]: crate::zerocopy::BY_VALUE_LIMIT
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad.
    pub fn read(self) -> Result<T>
    where
        T: FromBytes,
    {
        const { by_value::<T>() };
        self.slice().reader().read()
    }

    /// Reads and validates a `T` of at most [`BY_VALUE_LIMIT`] bytes.
    ///
    /// [`BY_VALUE_LIMIT`]: crate::zerocopy::BY_VALUE_LIMIT
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad.
    /// - [`EINVAL`]: the bytes are not a valid value of `T`.
    pub fn try_read(self) -> Result<T>
    where
        T: TryFromBytes,
    {
        const { by_value::<T>() };
        self.slice().reader().try_read()
    }

    /// Writes a `T`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad. The contents of the user memory are then unspecified.
    pub fn write(self, value: &T) -> Result
    where
        T: IntoBytes + Immutable,
    {
        self.slice().writer().write(value)
    }
}

impl<T: UserWord> UserAddr<T> {
    /// Reads an integer with less overhead than [`Self::read`].
    ///
    /// C counterpart: `get_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserAddr;
    ///
    /// /// An ioctl that increments the integer at its argument.
    /// fn increment(arg: usize) -> Result {
    ///     let counter = UserAddr::<u64>::from(arg as u64);
    ///
    ///     counter.put(counter.get()?.wrapping_add(1))
    /// }
    /// ```
    #[doc(alias = "get_user")]
    #[inline]
    pub fn get(self) -> Result<T> {
        // SAFETY: `of_task()` checks that there is user memory.
        unsafe { T::get(self.ptr().of_task()) }
    }

    /// Writes an integer with less overhead than [`Self::write`].
    ///
    /// C counterpart: `put_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad. The contents of the user memory are then unspecified.
    #[doc(alias = "put_user")]
    #[inline]
    pub fn put(self, value: T) -> Result {
        // SAFETY: `of_task()` checks that there is user memory.
        unsafe { value.put(self.ptr().of_task()) }
    }
}

impl<T> UserAddr<[T]> {
    /// Returns the user memory of the first `count` elements.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: the size of the elements overflows.
    #[inline]
    pub fn slice(self, count: usize) -> Result<UserSlice> {
        let size = count.checked_mul(size_of::<T>()).ok_or(EOVERFLOW)?;

        Ok(UserSlice::new(self.ptr(), size))
    }

    /// Reads the first `count` elements. `count` must not exceed `limit`.
    ///
    /// # Errors
    ///
    /// - [`E2BIG`]: `count` exceeds `limit`.
    /// - [`EOVERFLOW`]: the size of the elements overflows.
    /// - [`EFAULT`]: the address is bad.
    /// - [`ENOMEM`]: the allocation failed.
    pub fn read_vec(self, count: usize, limit: usize, flags: Flags) -> Result<UVec<T>>
    where
        T: FromBytes,
    {
        if count > limit {
            return Err(E2BIG);
        }
        self.slice(count)?.reader().read_vec(count, limit, flags)
    }
}

/// An array of `T` in user space: its address and its count.
///
/// It has the layout of `struct { __u64 ptr; __u64 count; }`.
///
/// C counterpart: a `struct` with these two fields, and `memdup_array_user()`.
///
/// # Examples
///
/// ```
/// use kernel::uaccess::{
///     UserAddr,
///     UserArray, //
/// };
///
/// /// Reads the regions of a request, at most 16.
/// fn regions(array: UserArray<[u64; 2]>) -> Result<UVec<[u64; 2]>> {
///     array.read_vec(16, GFP_KERNEL)
/// }
///
/// let array = UserArray::new(UserAddr::from(0x1000), 17);
/// assert_eq!(regions(array).err(), Some(E2BIG));
/// ```
#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(transparent)]
pub struct UserArray<T>(Array, PhantomData<T>);

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
struct Array {
    ptr: u64,
    count: u64,
}

impl<T> uapi::CompatLayout for UserArray<T> {}

impl<T> Clone for UserArray<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for UserArray<T> {}

impl<T> UserArray<T> {
    /// Creates an array of `count` elements at `addr`.
    pub const fn new(addr: UserAddr<[T]>, count: u64) -> Self {
        let array = Array { ptr: addr.0, count };

        Self(array, PhantomData)
    }

    /// Returns the address of the first element.
    pub const fn addr(self) -> UserAddr<[T]> {
        UserAddr(self.0.ptr, PhantomData)
    }

    /// Returns the number of elements, as specified by user space.
    pub const fn count(self) -> u64 {
        self.0.count
    }

    /// Returns the user memory of the elements.
    ///
    /// # Errors
    ///
    /// - [`EOVERFLOW`]: the size of the elements overflows.
    pub fn slice(self) -> Result<UserSlice> {
        let count = usize::try_from(self.0.count).map_err(|_| EOVERFLOW)?;

        self.addr().slice(count)
    }

    /// Returns a reader of the elements.
    ///
    /// # Errors
    ///
    /// Same as for [`Self::slice`].
    pub fn reader(self) -> Result<UserSliceReader> {
        Ok(self.slice()?.reader())
    }

    /// Returns a writer to the elements.
    ///
    /// # Errors
    ///
    /// Same as for [`Self::slice`].
    pub fn writer(self) -> Result<UserSliceWriter> {
        Ok(self.slice()?.writer())
    }

    /// Reads all elements into a new vector. There must not be more than `limit` elements.
    ///
    /// # Errors
    ///
    /// - [`E2BIG`]: there are more than `limit` elements.
    /// - [`EOVERFLOW`]: the size of the elements overflows.
    /// - [`EFAULT`]: the address is bad.
    /// - [`ENOMEM`]: the allocation failed.
    pub fn read_vec(self, limit: usize, flags: Flags) -> Result<UVec<T>>
    where
        T: FromBytes,
    {
        let count = usize::try_from(self.0.count).map_err(|_| E2BIG)?;

        self.addr().read_vec(count, limit, flags)
    }
}

/// An array of versioned structs in user space, with a stride that user space specifies.
///
/// User space and the kernel may use different versions of the struct. User space therefore
/// specifies the size of its version as the stride. Each element follows the rules of a versioned
/// struct.
///
/// It has the layout of `struct drm_panthor_obj_array`. C counterpart: `panthor_get_uobj_array()`
/// and `panthor_set_uobj()`.
///
/// # Examples
///
/// ```
/// use kernel::{
///     min_size,
///     uaccess::UserStrided, //
/// };
///
/// #[derive(FromBytes)]
/// #[repr(C)]
/// struct SyncOp {
///     handle: u32,
///     flags: u32,
///     // Since the second version.
///     timeline: u64,
/// }
///
/// fn syncs(array: UserStrided<SyncOp>) -> Result<UVec<SyncOp>> {
///     array.read_vec(min_size!(SyncOp, flags), 64, GFP_KERNEL)
/// }
///
/// // The stride is smaller than the first version.
/// let array = UserStrided::new(4, 1, 0x1000.into());
/// assert_eq!(syncs(array).err(), Some(EINVAL));
/// ```
#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(transparent)]
pub struct UserStrided<T>(Strided, PhantomData<T>);

#[derive(Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
struct Strided {
    stride: u32,
    count: u32,
    ptr: u64,
}

impl<T> uapi::CompatLayout for UserStrided<T> {}

impl<T> Clone for UserStrided<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for UserStrided<T> {}

impl<T> UserStrided<T> {
    /// Creates an array of `count` structs at `addr`, with a stride of `stride` bytes.
    pub const fn new(stride: u32, count: u32, addr: UserAddr<[T]>) -> Self {
        let strided = Strided {
            stride,
            count,
            ptr: addr.0,
        };

        Self(strided, PhantomData)
    }

    /// Returns the address of the first element.
    pub const fn addr(self) -> UserAddr<[T]> {
        UserAddr(self.0.ptr, PhantomData)
    }

    /// Returns the number of elements, as specified by user space.
    pub const fn count(self) -> u32 {
        self.0.count
    }

    /// Returns the size of each element in bytes, as specified by user space.
    pub const fn stride(self) -> u32 {
        self.0.stride
    }

    /// Returns the user memory of each element, in order. There must not be more than `limit`
    /// elements.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the stride is smaller than `min`.
    /// - [`E2BIG`]: the stride is larger than [`MinSize::max_bytes`], a page by default; or there
    ///   are more than `limit` elements.
    /// - [`EOVERFLOW`]: the size of the array overflows.
    pub fn slices(
        self,
        min: MinSize<T>,
        limit: usize,
    ) -> Result<impl ExactSizeIterator<Item = UserSlice>> {
        let (stride, count) = (self.0.stride as usize, self.0.count as usize);
        min.check(stride)?;
        if count > limit {
            return Err(E2BIG);
        }
        stride.checked_mul(count).ok_or(EOVERFLOW)?;

        let first = self.addr().ptr();
        // OVERFLOW: `i * stride` is less than the size of the array, which has just been checked.
        Ok((0..count).map(move |i| UserSlice::new(first.wrapping_byte_add(i * stride), stride)))
    }

    /// Reads all elements into a new vector. There must not be more than `limit` elements.
    ///
    /// If user space has an older version, the fields that it lacks are set to 0. If it has a newer
    /// version, the fields that the kernel lacks must be 0.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the stride is smaller than `min`.
    /// - [`E2BIG`]: the stride is larger than [`MinSize::max_bytes`], a page by default; there are
    ///   more than `limit` elements; or a field that the kernel lacks is not 0.
    /// - [`EOVERFLOW`]: the size of the array overflows.
    /// - [`EFAULT`]: the address is bad.
    /// - [`ENOMEM`]: the allocation failed.
    /// - [`EINTR`]: the process is being killed.
    pub fn read_vec(self, min: MinSize<T>, limit: usize, flags: Flags) -> Result<UVec<T>>
    where
        T: FromBytes,
    {
        let slices = self.slices(min, limit)?;
        if self.0.stride as usize == size_of::<T>() {
            return self.addr().read_vec(slices.len(), limit, flags);
        }

        let mut vec = UVec::new_zeroed(slices.len(), flags)?;
        for (element, slice) in vec.iter_mut().zip(slices) {
            cursor::next_in_loop()?;
            let _tail = slice.reader().read_versioned_into(element, min)?;
        }
        Ok(vec)
    }

    /// Writes `values` to the first elements.
    ///
    /// If user space has an older version, only the fields of that version are written. If it has a
    /// newer version, the fields that the kernel lacks are set to 0.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the stride is smaller than `min`.
    /// - [`E2BIG`]: the stride is larger than [`MinSize::max_bytes`], a page by default.
    /// - [`ENOSPC`]: there are fewer elements than `values`. Nothing has been written.
    /// - [`EOVERFLOW`]: the size of the array overflows.
    /// - [`EFAULT`]: the address is bad. The contents of the array are then unspecified.
    /// - [`EINTR`]: the process is being killed. The contents of the array are then unspecified.
    pub fn write_slice(self, values: &[T], min: MinSize<T>) -> Result
    where
        T: IntoBytes + Immutable,
    {
        let slices = self.slices(min, usize::MAX)?;
        if values.len() > slices.len() {
            return Err(ENOSPC);
        }
        for (value, slice) in values.iter().zip(slices) {
            cursor::next_in_loop()?;
            let _tail = slice.writer().write_versioned(value, min)?;
        }
        Ok(())
    }
}

#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
#[macros::kunit_tests(rust_uaccess_addr)]
mod tests {
    use super::super::test_memory::{
        with_signal,
        UserMemory,
        SIGKILL,
        SIGUSR1, //
    };
    use super::*;
    use crate::{
        min_size,
        page::PAGE_SIZE, //
    };
    use core::mem::offset_of;

    #[derive(Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable)]
    #[repr(C)]
    struct SyncOp {
        handle: u32,
        flags: u32,
        since_2: u64,
    }

    const MIN: MinSize<SyncOp> = min_size!(SyncOp, flags);

    /// A UAPI struct whose layout does not depend on the size of a pointer.
    #[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
    #[repr(C)]
    struct Request {
        one: UserAddr<SyncOp>,
        many: UserArray<u16>,
        strided: UserStrided<SyncOp>,
    }

    static_assert!(offset_of!(Request, many) == 8);
    static_assert!(offset_of!(Request, strided) == 24);
    static_assert!(size_of::<Request>() == 40);

    fn sync(handle: u32, since_2: u64) -> SyncOp {
        SyncOp {
            handle,
            flags: 0,
            since_2,
        }
    }

    #[test]
    fn a_request_is_read_with_its_pointers() -> Result {
        let user = UserMemory::new()?;
        user.set(100, sync(1, 2).as_bytes())?;
        user.set(200, [3_u16, 4].as_bytes())?;
        user.set(300, [sync(5, 6), sync(7, 8)].as_bytes())?;
        user.set(
            0,
            Request {
                one: user.addr(100).into(),
                many: UserArray::new(user.addr(200).into(), 2),
                strided: UserStrided::new(16, 2, user.addr(300).into()),
            }
            .as_bytes(),
        )?;

        let request: Request = user.reader(0, 40).read()?;
        assert_eq!(request.one.read(), Ok(sync(1, 2)));
        assert_eq!(request.many.count(), 2);
        let many: UVec<u16> = request.many.read_vec(2, GFP_KERNEL)?;
        assert_eq!(&many, &[3, 4]);
        assert_eq!(request.many.reader()?.read(), Ok([3_u16, 4]));
        assert_eq!(request.strided.count(), 2);
        let strided: UVec<SyncOp> = request.strided.read_vec(MIN, 2, GFP_KERNEL)?;
        assert_eq!(&strided, &[sync(5, 6), sync(7, 8)]);

        request.one.write(&sync(9, 9))?;
        assert_eq!(request.one.read(), Ok(sync(9, 9)));
        request.many.writer()?.write(&[8_u16, 9][..])?;
        assert_eq!(user.reader(200, 4).read(), Ok([8_u16, 9]));
        Ok(())
    }

    #[test]
    fn bad_addresses_fault() -> Result {
        let user = UserMemory::new()?;

        for bad in user.bad() {
            let addr = bad.as_const_ptr() as usize as u64;
            let one = UserAddr::<SyncOp>::from(addr);
            let many = UserAddr::<[u16]>::from(addr);

            assert_eq!(one.addr(), addr);
            assert_eq!(one.is_null(), addr == 0);
            assert_eq!(one.read(), Err(EFAULT));
            assert_eq!(one.write(&sync(0, 0)), Err(EFAULT));
            assert_eq!(UserAddr::<bool>::from(addr).try_read(), Err(EFAULT));
            let read: Result<UVec<u16>> = many.read_vec(4, 4, GFP_KERNEL);
            assert_eq!(read.err(), Some(EFAULT));
            for stride in [8, 16, 24] {
                let read: Result<UVec<SyncOp>> =
                    UserStrided::new(stride, 1, addr.into()).read_vec(MIN, 1, GFP_KERNEL);
                assert_eq!(read.err(), Some(EFAULT));
            }
        }
        user.set(0, &[2])?;
        assert_eq!(UserAddr::<bool>::from(user.addr(0)).try_read(), Err(EINVAL));
        Ok(())
    }

    #[test]
    fn counts_are_checked() -> Result {
        let user = UserMemory::new()?;
        let read = |count, limit| -> Result<UVec<u64>> {
            UserArray::new(user.addr(0).into(), count).read_vec(limit, GFP_KERNEL)
        };

        assert!(read(0, 0)?.is_empty());
        assert_eq!(read(3, 3)?.len(), 3);
        assert_eq!(read(3, 2).err(), Some(E2BIG));
        assert_eq!(read(u64::MAX, 3).err(), Some(E2BIG));
        // On 32-bit machines the count exceeds any limit.
        let error = if cfg!(CONFIG_64BIT) { EOVERFLOW } else { E2BIG };
        assert_eq!(read(u64::MAX, usize::MAX).err(), Some(error));
        let huge = UserArray::<u64>::new(user.addr(0).into(), u64::MAX);
        assert_eq!(huge.slice().err(), Some(EOVERFLOW));

        // Up to the end of the mapping, and past it.
        let count = UserMemory::END as u64 / 8;
        assert_eq!(read(count, 1 << 20)?.len() as u64, count);
        assert_eq!(read(count + 1, 1 << 20).err(), Some(EFAULT));
        Ok(())
    }

    #[test]
    fn strides_give_each_element_its_version() -> Result {
        let user = UserMemory::new()?;
        let array = |stride, count| UserStrided::new(stride, count, user.addr(0).into());
        let read = |stride, limit| -> Result<UVec<SyncOp>> {
            array(stride, 2).read_vec(MIN, limit, GFP_KERNEL)
        };
        user.set(0, &[0; 64])?;
        user.set(0, [1_u32, 0, 2, 0].as_bytes())?;

        // Older version: 8 bytes each.
        assert_eq!(&read(8, 2)?, &[sync(1, 0), sync(2, 0)]);
        // Version of the kernel: 16 bytes each.
        assert_eq!(&read(16, 2)?, &[sync(1, 2), sync(0, 0)]);
        // Newer version: 24 bytes each. The last 8 bytes must be 0.
        assert_eq!(&read(24, 2)?, &[sync(1, 2), sync(0, 0)]);
        user.set(47, &[1])?;
        assert_eq!(read(24, 2).err(), Some(E2BIG));

        assert_eq!(read(7, 2).err(), Some(EINVAL));
        assert_eq!(read(0, 2).err(), Some(EINVAL));
        for stride in [8, 16, 24] {
            assert_eq!(read(stride, 1).err(), Some(E2BIG));
        }
        assert!(array(8, 0).read_vec(MIN, 0, GFP_KERNEL)?.is_empty());
        Ok(())
    }

    #[test]
    fn strides_are_limited() -> Result {
        let user = UserMemory::new()?;
        let array = |stride, count| UserStrided::new(stride, count, user.addr(0).into());
        let read =
            |stride, min| -> Result<UVec<SyncOp>> { array(stride, 2).read_vec(min, 2, GFP_KERNEL) };
        let (page, larger) = (PAGE_SIZE as u32, MIN.at_most(PAGE_SIZE + 1));

        assert_eq!(array(page, 2).stride(), page);
        assert_eq!(read(page, MIN)?.len(), 2);
        assert_eq!(read(page + 1, larger)?.len(), 2);
        array(page, 2).write_slice(&[sync(1, 2); 2], MIN)?;
        array(page + 1, 2).write_slice(&[sync(1, 2); 2], larger)?;
        for (stride, min) in [(page + 1, MIN), (u32::MAX, MIN), (page + 2, larger)] {
            assert_eq!(read(stride, min).err(), Some(E2BIG));
            assert_eq!(array(stride, 2).slices(min, 2).err(), Some(E2BIG));
            let written = array(stride, 2).write_slice(&[sync(1, 2); 2], min);
            assert_eq!(written, Err(E2BIG));
        }

        assert_eq!(array(16, 2).slices(MIN, 2)?.len(), 2);
        assert_eq!(array(16, 3).slices(MIN, 2).err(), Some(E2BIG));
        assert_eq!(array(16, u32::MAX).slices(MIN, 2).err(), Some(E2BIG));
        Ok(())
    }

    #[test]
    fn a_killed_process_stops_in_an_array() -> Result {
        let user = UserMemory::new()?;
        let values = [sync(1, 2), sync(3, 4)];

        for stride in [8, 24] {
            let array = UserStrided::new(stride, 2, user.addr(0).into());
            let read = || array.read_vec(MIN, 2, GFP_KERNEL).map(drop);
            let write = || array.write_slice(&values, MIN);

            assert_eq!(with_signal(SIGKILL, read), Err(EINTR));
            assert_eq!(with_signal(SIGKILL, write), Err(EINTR));
            // Other signals do not interrupt the copy.
            with_signal(SIGUSR1, write)?;
            with_signal(SIGUSR1, read)?;
        }
        Ok(())
    }

    /// As in C, a 32-bit kernel uses the lower half, and a 64-bit kernel the whole address.
    #[test]
    fn the_upper_half_of_an_address_counts_on_64_bits() -> Result {
        let user = UserMemory::new()?;
        let high = user.addr(8) | 1 << 63;
        let wanted = |value| {
            if cfg!(CONFIG_64BIT) {
                Err(EFAULT)
            } else {
                Ok(value)
            }
        };
        user.set(8, &[1, 0, 0, 0])?;

        assert_eq!(UserAddr::<u32>::from(high).addr(), high);
        assert_eq!(UserAddr::<u8>::from(high).get(), wanted(1));
        assert_eq!(
            UserAddr::<[u8; 1]>::from(high).read().map(|[byte]| byte),
            wanted(1)
        );
        let word = UserAddr::<u32>::from(high).atomic()?;
        assert_eq!(word.load().map(|word| word.to_ne_bytes()[0]), wanted(1));
        Ok(())
    }

    #[test]
    fn strided_writes_fit_each_element() -> Result {
        let user = UserMemory::new()?;
        let array = |stride, count| UserStrided::new(stride, count, user.addr(0).into());
        let values = [sync(1, 2), sync(3, 4)];

        user.set(0, &[0xa5; 56])?;
        array(24, 2).write_slice(&values, MIN)?;
        assert_eq!(user.reader(0, 16).read(), Ok(sync(1, 2)));
        assert_eq!(user.get(16), Ok([0; 8]));
        assert_eq!(user.reader(24, 16).read(), Ok(sync(3, 4)));
        assert_eq!(user.get(40), Ok([0; 8]));
        assert_eq!(user.get(48), Ok([0xa5; 8]));

        user.set(0, &[0xa5; 24])?;
        array(8, 3).write_slice(&values, MIN)?;
        assert_eq!(user.reader(0, 16).read(), Ok([1_u32, 0, 3, 0]));
        assert_eq!(user.get(16), Ok([0xa5; 8]));

        assert_eq!(array(8, 1).write_slice(&values, MIN), Err(ENOSPC));
        assert_eq!(array(7, 2).write_slice(&values, MIN), Err(EINVAL));
        let end = UserStrided::new(16, 2, user.addr(UserMemory::END - 16).into());
        assert_eq!(end.write_slice(&values, MIN), Err(EFAULT));
        Ok(())
    }

    #[cfg(CONFIG_FAULT_INJECTION_USERCOPY)]
    #[test]
    fn fault_injection_is_survived() -> Result {
        use super::super::test_memory::fail_each_copy;

        let user = UserMemory::new()?;
        let one = UserAddr::<SyncOp>::from(user.addr(0));
        let many = UserArray::<u16>::new(user.addr(0).into(), 4);

        assert_eq!(fail_each_copy(|| one.read()), Ok(1));
        assert_eq!(fail_each_copy(|| one.write(&sync(0, 0))), Ok(1));
        assert_eq!(fail_each_copy(|| many.read_vec(4, GFP_KERNEL)), Ok(1));
        for stride in [8, 24] {
            let array = UserStrided::new(stride, 2, user.addr(0).into());
            let read = fail_each_copy(|| array.read_vec(MIN, 2, GFP_KERNEL));
            let write = fail_each_copy(|| array.write_slice(&[sync(0, 0); 2], MIN));

            assert_eq!(read, Ok(2));
            assert_eq!(write, Ok(2));
        }
        Ok(())
    }

    #[test]
    fn integers_are_read_and_written() -> Result {
        let user = UserMemory::new()?;
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        user.set(16, &bytes)?;

        assert_eq!(UserAddr::<u8>::from(user.addr(16)).get(), Ok(1));
        assert_eq!(
            UserAddr::<u16>::from(user.addr(16)).get(),
            Ok(u16::from_ne_bytes([1, 2]))
        );
        assert_eq!(
            UserAddr::<u32>::from(user.addr(16)).get(),
            Ok(u32::from_ne_bytes([1, 2, 3, 4]))
        );
        assert_eq!(
            UserAddr::<u64>::from(user.addr(16)).get(),
            Ok(u64::from_ne_bytes(bytes))
        );

        user.set(0, &[0xa5; 16])?;
        UserAddr::<u8>::from(user.addr(1)).put(1)?;
        assert_eq!(user.get(0), Ok([0xa5, 1, 0xa5]));
        UserAddr::<u16>::from(user.addr(2)).put(0)?;
        assert_eq!(user.get(0), Ok([0xa5, 1, 0, 0, 0xa5]));
        UserAddr::<u32>::from(user.addr(4)).put(0)?;
        assert_eq!(user.get(0), Ok([0xa5, 1, 0, 0, 0, 0, 0, 0, 0xa5]));
        UserAddr::<u64>::from(user.addr(8)).put(0)?;
        assert_eq!(user.get(8), Ok([0; 8]));
        assert_eq!(user.get(16), Ok(bytes));
        Ok(())
    }

    #[test]
    fn integers_at_bad_addresses_fault() -> Result {
        let user = UserMemory::new()?;

        for bad in user.bad() {
            let addr = bad.as_const_ptr() as usize as u64;

            assert_eq!(UserAddr::<u8>::from(addr).get(), Err(EFAULT));
            assert_eq!(UserAddr::<u16>::from(addr).get(), Err(EFAULT));
            assert_eq!(UserAddr::<u32>::from(addr).get(), Err(EFAULT));
            assert_eq!(UserAddr::<u64>::from(addr).get(), Err(EFAULT));
            assert_eq!(UserAddr::<u8>::from(addr).put(0), Err(EFAULT));
            assert_eq!(UserAddr::<u16>::from(addr).put(0), Err(EFAULT));
            assert_eq!(UserAddr::<u32>::from(addr).put(0), Err(EFAULT));
            assert_eq!(UserAddr::<u64>::from(addr).put(0), Err(EFAULT));
        }

        let read_only = user.read_only().as_const_ptr() as usize as u64;
        assert_eq!(UserAddr::<u64>::from(read_only).get(), Ok(0));
        assert_eq!(UserAddr::<u64>::from(read_only).put(1), Err(EFAULT));

        // Across the end of the mapping.
        let end = UserAddr::<u64>::from(user.addr(UserMemory::END - 4));
        assert_eq!(end.get(), Err(EFAULT));
        assert_eq!(end.put(0), Err(EFAULT));
        Ok(())
    }
}
