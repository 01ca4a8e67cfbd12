// SPDX-License-Identifier: GPL-2.0

//! Typed writes to user space.
//!
//! C header: [`include/linux/uaccess.h`](srctree/include/linux/uaccess.h)
//!
//! A method that fails does not move the writer, even if it has overwritten part of the user
//! memory.

use super::{
    cursor,
    read::is_word,
    UserPtr,
    UserSliceWriter,
    UserWord, //
};
use crate::{
    bindings,
    prelude::*, //
};

/// Copies to user space, and returns the number of bytes at the end of `data` that it did not copy.
///
/// If `checked` is set, hardened usercopy checks `data`.
#[inline(always)]
fn copy_out(to: UserPtr, data: &[u8], checked: bool) -> usize {
    let (to, from, len) = (to.as_mut_ptr(), data.as_ptr().cast(), data.len());

    // SAFETY: `from` is valid for reads of `len` bytes. Any user address may be passed.
    unsafe {
        if checked {
            bindings::copy_to_user(to, from, len)
        } else {
            bindings::_copy_to_user(to, from, len)
        }
    }
}

/// Copies an integer to user space. Returns 0 on success.
#[inline(always)]
fn put_word(to: UserPtr, data: &[u8]) -> usize {
    macro_rules! put {
        ($word:ty) => {
            // SAFETY: `to` is the address of a writer. By the type invariants of the writer, this
            // address may be written.
            <$word>::read_from_bytes(data).is_ok_and(|word| unsafe { word.put(to) }.is_ok())
        };
    }
    let copied = match data.len() {
        1 => put!(u8),
        2 => put!(u16),
        4 => put!(u32),
        _ => put!(u64),
    };
    usize::from(!copied)
}

impl UserSliceWriter {
    /// Writes a value, a slice, or a value with a slice tail.
    ///
    /// The type has no padding, so no uninitialized kernel memory reaches user space. A `struct`
    /// must declare its padding as a field, which is also written.
    ///
    /// C counterpart: `copy_to_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or the value does not fit. The contents of the user
    ///   memory for the value are then unspecified. No other memory has changed.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserSliceWriter;
    ///
    /// #[derive(IntoBytes, Immutable)]
    /// #[repr(C)]
    /// struct Status {
    ///     errors: u64,
    ///     speed: u32,
    ///     reserved: u32,
    /// }
    ///
    /// fn report(writer: &mut UserSliceWriter, status: &Status, log: &[u16]) -> Result {
    ///     writer.write(status)?;
    ///     writer.write(log)
    /// }
    /// ```
    ///
    /// Without `reserved`, the derive fails: "`Status` has 4 total byte(s) of padding".
    ///
    /// ```ignore,compile_fail
    /// #[derive(IntoBytes, Immutable)]
    /// #[repr(C)]
    /// struct Status {
    ///     errors: u64,
    ///     speed: u32,
    /// }
    /// ```
    #[inline]
    pub fn write<T: IntoBytes + Immutable + ?Sized>(&mut self, value: &T) -> Result {
        // As in C, hardened usercopy does not check sizes that are known at compile time. A pointer
        // to a sized type is one word.
        let sized = size_of::<*const T>() == size_of::<usize>();
        let data = value.as_bytes();

        cursor::advance(&mut self.ptr, &mut self.length, data.len(), |to| {
            if sized && is_word(data.len()) {
                put_word(to, data)
            } else {
                copy_out(to, data, !sized)
            }
        })
    }

    /// Writes elements until all of `data` is written, the next element does not fit, or an access
    /// faults. Returns the number of elements written.
    ///
    /// The writer has moved past the written elements. There may be fewer elements than would fit
    /// in the mapped memory, because a copy may stop early at a fault on some architectures. The
    /// contents of user memory past the written elements, up to the size of `data`, are
    /// unspecified.
    ///
    /// C counterpart: the return value of `copy_to_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: an element fits, but no complete element was written before the fault.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::uaccess::UserSliceWriter;
    ///
    /// /// Writes events as `read(2)` does: removes the events that user space has received.
    /// fn give(writer: &mut UserSliceWriter, events: &mut KVec<u64>) -> Result<usize> {
    ///     let given = writer.write_until_fault(events.as_slice())?;
    ///
    ///     for _ in 0..given {
    ///         events.remove(0).map_err(|_| EINVAL)?;
    ///     }
    ///     Ok(given)
    /// }
    /// ```
    pub fn write_until_fault<T: IntoBytes + Immutable>(&mut self, data: &[T]) -> Result<usize> {
        let size = size_of::<T>();
        let (ptr, left) = (&mut self.ptr, &mut self.length);

        cursor::advance_until_fault(ptr, left, data.len(), size, |to, count| {
            copy_out(to, data[..count].as_bytes(), true)
        })
    }

    /// Writes `len` zero bytes.
    ///
    /// C counterpart: `clear_user()`.
    ///
    /// # Errors
    ///
    /// - [`EFAULT`]: the address is bad, or `len` bytes do not fit.
    /// - [`EINTR`]: the process was killed during a long write.
    pub fn write_zeros(&mut self, len: usize) -> Result {
        let mut cleared = Ok(());

        let moved = cursor::advance(&mut self.ptr, &mut self.length, len, |to| {
            cleared = cursor::in_chunks(to, len, |to, len| {
                // SAFETY: Any user address may be passed.
                match unsafe { bindings::clear_user(to.as_mut_ptr(), len) } {
                    0 => Ok(()),
                    _ => Err(EFAULT),
                }
            });
            usize::from(cleared.is_err())
        });
        cleared.and(moved)
    }
}

#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
#[macros::kunit_tests(rust_uaccess_write)]
mod tests {
    use super::super::{
        test_memory::{
            expect,
            with_signal,
            UserMemory,
            SIGKILL,
            SIGUSR1, //
        },
        UserSlice, //
    };
    use super::*;
    use crate::page::PAGE_SIZE;

    const BYTES: [u8; 8] = [1, 0, 0, 0, 2, 0, 0, 0];

    #[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
    #[repr(C)]
    struct Message {
        count: u32,
        words: [u32],
    }

    type Write = fn(&mut UserSliceWriter) -> Result;

    /// The methods that write 8 bytes.
    const WRITES: [(&CStr, Write); 6] = [
        (c"write_slice", |writer| writer.write_slice(&BYTES)),
        (c"write", |writer| writer.write(&BYTES)),
        (c"write of a slice", |writer| {
            writer.write(&[1_u32, 2].map(u32::to_le)[..])
        }),
        (c"write of a slice tail", |writer| {
            let mut message = KBox::<Message>::new_zeroed_with_elems(1, GFP_KERNEL)?;
            message.count = u32::to_le(1);
            message.words[0] = u32::to_le(2);
            writer.write(&*message)
        }),
        (c"write_until_fault", |writer| {
            match writer.write_until_fault(&[BYTES])? {
                1 => Ok(()),
                _ => Err(EFAULT),
            }
        }),
        (c"write_zeros", |writer| {
            // Writes the bytes that the tests compare with.
            let mut same = UserSlice::new(writer.ptr, 8).writer();
            writer.write_zeros(8)?;
            same.write(&BYTES)
        }),
    ];

    #[test]
    fn each_write_succeeds() -> Result {
        let user = UserMemory::new()?;

        for (name, write) in WRITES {
            // In the middle, across two pages, up to the last byte, and misaligned.
            for offset in [16, PAGE_SIZE - 4, UserMemory::END - 8, 17] {
                user.set(offset - 8, &[0xa5; 16])?;
                let mut exact = user.writer(offset, 8);
                expect(name, write(&mut exact), Ok(()))?;
                assert!(exact.is_empty());
                assert_eq!(user.get(offset - 8), Ok([0xa5; 8]));
                assert_eq!(user.get(offset), Ok(BYTES));
            }

            user.set(0, &[0xa5; 16])?;
            let mut longer = user.writer(0, 9);
            expect(name, write(&mut longer), Ok(()))?;
            assert_eq!(longer.len(), 1);
            assert_eq!(user.get(8), Ok([0xa5; 8]));
        }
        Ok(())
    }

    #[test]
    fn each_write_refuses_too_little_room() -> Result {
        let user = UserMemory::new()?;
        user.set(0, &[0xa5; 8])?;

        for (name, write) in WRITES {
            for len in [0, 1, 7] {
                let mut writer = user.writer(0, len);

                expect(name, write(&mut writer), Err(EFAULT))?;
                assert_eq!(writer.len(), len);
                assert_eq!(user.get(0), Ok([0xa5; 8]));
            }
        }
        Ok(())
    }

    #[test]
    fn each_write_refuses_bad_addresses() -> Result {
        let user = UserMemory::new()?;
        let [null, hole, kernel, wrapping] = user.bad();

        for (name, write) in WRITES {
            for addr in [null, hole, kernel, wrapping, user.read_only()] {
                let mut writer = UserSlice::new(addr, 8).writer();

                expect(name, write(&mut writer), Err(EFAULT))?;
                assert_eq!(writer.len(), 8);
            }
        }
        Ok(())
    }

    /// A fault within a value does not move the writer, and no memory before the value changes.
    #[test]
    fn each_write_stays_at_a_fault() -> Result {
        let user = UserMemory::new()?;

        for (name, write) in WRITES {
            user.set(UserMemory::END - 8, &[0xa5; 8])?;
            let mut writer = user.writer(UserMemory::END - 4, 8);

            expect(name, write(&mut writer), Err(EFAULT))?;
            assert_eq!(writer.len(), 8);
            assert_eq!(user.get(UserMemory::END - 8), Ok([0xa5; 4]));
            writer.write(&[1_u8; 4])?;
            assert_eq!(user.get(UserMemory::END - 4), Ok([1; 4]));
        }
        Ok(())
    }

    #[cfg(CONFIG_FAULT_INJECTION_USERCOPY)]
    #[test]
    fn each_write_survives_fault_injection() -> Result {
        let user = UserMemory::new()?;

        for (name, write) in WRITES {
            user.set(0, &[0xa5; 16])?;
            let failed =
                super::super::test_memory::fail_each_copy(|| write(&mut user.writer(0, 8)));

            expect(name, failed.map(|count| count > 0), Ok(true))?;
            assert_eq!(user.get(8), Ok([0xa5; 8]));
        }
        Ok(())
    }

    #[test]
    fn zero_bytes_are_written_anywhere() -> Result {
        let user = UserMemory::new()?;
        let mut writer = user.writer(UserMemory::END, 0);

        writer.write::<[u32]>(&[])?;
        writer.write(&())?;
        writer.write_zeros(0)?;
        assert_eq!(writer.write_until_fault::<u32>(&[]), Ok(0));
        Ok(())
    }

    #[test]
    fn partial_writes_count_whole_elements() -> Result {
        let user = UserMemory::new()?;
        let words = [0x0707_0707_u32; 128];

        // 64 words and 3 bytes are mapped. On some architectures, the copy stops earlier.
        let mut writer = user.writer(UserMemory::END - 259, 512);
        let count = writer.write_until_fault(&words)?;
        assert!((1..=64).contains(&count));
        assert_eq!(writer.len(), 512 - 4 * count);
        assert_eq!(user.get(UserMemory::END - 259), Ok([7; 4]));
        let mut rest = user.writer(UserMemory::END - 3, 4);
        assert_eq!(rest.write_until_fault(&words), Err(EFAULT));
        assert_eq!(rest.len(), 4);

        // The slice ends within an element.
        let mut writer = user.writer(0, 11);
        assert_eq!(writer.write_until_fault(&words), Ok(2));
        assert_eq!(writer.len(), 3);
        assert_eq!(writer.write_until_fault(&words), Ok(0));
        assert_eq!(user.get(8), Ok([0; 3]));
        Ok(())
    }

    #[test]
    fn zeros_are_written() -> Result {
        let user = UserMemory::new()?;
        user.set(0, &[0xa5; 8])?;

        user.writer(2, 4).write_zeros(4)?;
        assert_eq!(user.get(0), Ok([0xa5, 0xa5, 0, 0, 0, 0, 0xa5, 0xa5]));
        Ok(())
    }

    /// Writes several chunks, with a check for signals after each.
    #[test]
    fn many_zeros_are_written() -> Result {
        let user = UserMemory::new()?;
        let size = 1 << 18;
        let start = user.large(size)?;
        let all = || UserSlice::new(start, size);
        for at in [0, size / 2, size - 2, size - 1] {
            UserSlice::new(start.wrapping_byte_add(at), 1)
                .writer()
                .write(&1_u8)?;
        }

        let mut writer = all().writer();
        let written = with_signal(SIGKILL, || writer.write_zeros(size));
        assert_eq!(written, Err(EINTR));
        assert_eq!(writer.len(), size);
        // Other signals do not interrupt the write.
        with_signal(SIGUSR1, || writer.write_zeros(size - 1))?;
        assert_eq!(writer.len(), 1);

        let mut reader = all().reader();
        reader.check_zeroed(size - 1)?;
        assert_eq!(reader.read(), Ok(1_u8));
        assert_eq!(all().writer().write_zeros(size + 1), Err(EFAULT));
        assert_eq!(user.writer(0, size).write_zeros(size), Err(EFAULT));
        Ok(())
    }
}
