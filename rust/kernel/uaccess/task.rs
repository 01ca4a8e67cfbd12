// SPDX-License-Identifier: GPL-2.0

//! Tasks with and without user memory.
//!
//! C header: [`include/linux/sched.h`](srctree/include/linux/sched.h)

use super::UserPtr;
use crate::bindings;
use core::mem::offset_of;

// If bindgen loses the alignment of an earlier field, `UserPtr::of_task()` reads the wrong field
// instead of `mm`.
const _: () = assert!(offset_of!(bindings::task_struct, mm) == bindings::TASK_STRUCT_MM);

impl UserPtr {
    /// Returns this address if the current task has user memory, and an address that faults
    /// otherwise.
    ///
    /// A kernel thread has no user memory unless it borrows some, and an exiting process has none
    /// when it releases its files. The CPU that runs such a task still uses the page tables of
    /// another process, which can free the memory without waiting for that CPU.
    #[inline]
    pub(super) fn of_task(self) -> Self {
        if crate::current!().mm().is_some() {
            self
        } else {
            Self::from_addr(usize::MAX)
        }
    }

    /// Returns `true` if the `len` bytes at this address wrap around to address 0.
    #[inline]
    pub(super) fn wraps(self, len: usize) -> bool {
        self.0.addr().checked_add(len).is_none()
    }

    /// Adds `len` to the address, up to the last address.
    ///
    /// The last address is never user memory, so each access that begins there faults.
    #[inline]
    pub(super) fn saturating_byte_add(self, len: usize) -> Self {
        Self::from_addr(self.0.addr().saturating_add(len))
    }
}

#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
#[macros::kunit_tests(rust_uaccess_task)]
mod tests {
    use super::super::{
        test_memory::{
            expect,
            UserMemory, //
        },
        MinSize,
        UserAddr,
        UserArray,
        UserSlice,
        UserStrided, //
    };
    use crate::{
        min_size,
        prelude::*,
        sync::{
            atomic::{
                Atomic,
                Relaxed, //
            },
            Arc,
            Completion, //
        },
        workqueue, //
    };

    #[derive(Clone, Copy, FromBytes, IntoBytes, Immutable)]
    #[repr(C)]
    struct Pair {
        first: u64,
        second: u64,
    }

    const MIN: MinSize<Pair> = min_size!(Pair, first);

    /// Fails unless each access to the pair at `addr` faults.
    fn faults(addr: u64) -> Result {
        let ptr = || UserAddr::<Pair>::from(addr).ptr();
        let slice = || UserSlice::new(ptr(), size_of::<Pair>());
        let refused = |case, got: Result| expect(case, got, Err(EFAULT));
        let mut bytes = [0; 16];

        let integer = UserAddr::<u64>::from(addr);
        refused(c"get", integer.get().map(drop))?;
        refused(c"put", integer.put(0))?;
        let word = UserAddr::<u32>::from(addr).atomic()?;
        refused(c"load", word.load().map(drop))?;
        refused(c"store", word.store(0))?;
        refused(c"cmpxchg", word.cmpxchg(0, 0).map(drop))?;
        let pair = UserAddr::<Pair>::from(addr);
        refused(c"read", pair.read().map(drop))?;
        refused(
            c"write",
            pair.write(&Pair {
                first: 0,
                second: 0,
            }),
        )?;
        let array = UserArray::<u16>::new(addr.into(), 8);
        refused(c"array", array.read_vec(8, GFP_KERNEL).map(drop))?;
        let strided = UserStrided::<Pair>::new(24, 2, addr.into());
        let vec = strided.read_vec(MIN, 2, GFP_KERNEL);
        refused(c"strided read", vec.map(drop))?;
        let pairs = [Pair {
            first: 0,
            second: 0,
        }; 2];
        refused(c"strided write", strided.write_slice(&pairs, MIN))?;

        refused(c"read_slice", slice().reader().read_slice(&mut bytes))?;
        refused(c"read_all", slice().read_all(&mut KVec::new(), GFP_KERNEL))?;
        refused(
            c"strcpy_into_buf",
            slice().reader().strcpy_into_buf(&mut bytes).map(drop),
        )?;
        refused(
            c"read_until_fault",
            slice().reader().read_until_fault(&mut bytes).map(drop),
        )?;
        refused(c"check_zeroed", slice().reader().check_zeroed(8))?;
        refused(
            c"read_versioned",
            slice().reader().read_versioned(MIN).map(drop),
        )?;
        refused(c"write_slice", slice().writer().write_slice(&bytes))?;
        refused(
            c"write_until_fault",
            slice().writer().write_until_fault(&bytes).map(drop),
        )?;
        refused(c"write_zeros", slice().writer().write_zeros(8))?;
        refused(
            c"write_versioned",
            slice().writer().write_versioned(&pairs[0], MIN).map(drop),
        )?;

        // An access past the last address continues at address 0.
        let len = addr as usize + size_of::<Pair>() + 1;
        let mut reader = UserSlice::new(ptr(), len).reader();
        reader.skip(len - size_of::<Pair>())?;
        refused(c"skip", reader.read::<Pair>().map(drop))
    }

    #[test]
    fn a_work_item_has_no_user_memory() -> Result {
        #[pin_data]
        struct Other {
            error: Atomic<i32>,
            #[pin]
            done: Completion,
        }
        let other = Arc::pin_init(
            pin_init!(Other { error: Atomic::new(0), done <- Completion::new() }),
            GFP_KERNEL,
        )?;
        let worker = other.clone();
        let user = UserMemory::new()?;
        let addr = user.addr(0);

        workqueue::system().try_spawn(GFP_KERNEL, move || {
            let error = faults(addr).err().map_or(0, Error::to_errno);

            worker.error.store(error, Relaxed);
            worker.done.complete_all();
        })?;
        other.done.wait_for_completion();
        expect(c"a work item", other.error.load(Relaxed), 0)
    }

    #[test]
    fn a_thread_without_its_user_memory_faults() -> Result {
        let user = UserMemory::new()?;
        user.set(0, &[0xa5; 48])?;

        user.without(|| faults(user.addr(0)))?;
        expect(c"memory", user.get(0), Ok([0xa5; 48]))
    }
}
