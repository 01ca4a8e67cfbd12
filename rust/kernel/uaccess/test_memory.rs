// SPDX-License-Identifier: GPL-2.0

//! User memory for KUnit tests: mapped as a process has it, with its boundaries.
//!
//! C header: [`include/kunit/test.h`](srctree/include/kunit/test.h)

use super::{
    UserPtr,
    UserSlice,
    UserSliceReader,
    UserSliceWriter, //
};
use crate::{
    bindings,
    error::to_result,
    fmt,
    page::PAGE_SIZE,
    prelude::*, //
};

// `include/uapi/asm-generic/mman-common.h`, which all architectures with Rust share.
const PROT_READ: usize = 1;
const PROT_WRITE: usize = 2;
const MAP_PRIVATE: usize = 0x02;
const MAP_ANONYMOUS: usize = 0x20;
const MAP_FIXED_NOREPLACE: usize = 0x10_0000;

/// Where the memory of tests begins, and the distance of mappings: a 32-bit process has these
/// addresses, too.
const LOW: usize = 0x1000_0000;
const STEP: usize = 0x10_0000;

/// User memory of the running test: four pages that can be written, in which the argument of any
/// ioctl has room, and then one that is not mapped.
pub(crate) struct UserMemory {
    start: usize,
    read_only: usize,
}

impl UserMemory {
    /// The offset of the first byte that is not mapped.
    pub(crate) const END: usize = 4 * PAGE_SIZE;

    /// Maps the memory; its bytes are 0.
    pub(crate) fn new() -> Result<Self> {
        let start = map(Self::END + PAGE_SIZE, PROT_READ | PROT_WRITE)?;
        let read_only = map(Self::END, PROT_READ)?;

        // Last, or another mapping would take its place.
        // SAFETY: Only the test uses the memory of its task.
        to_result(unsafe { bindings::vm_munmap(start + Self::END, PAGE_SIZE) })?;
        Ok(Self { start, read_only })
    }

    /// Unmaps `len` bytes from `start` on, as the program could.
    #[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
    pub(crate) fn unmap(&self, start: UserPtr, len: usize) -> Result {
        // SAFETY: As above.
        to_result(unsafe { bindings::vm_munmap(start.as_const_ptr().addr(), len) })
    }

    /// What `work` returns if the test runs without user memory, while the CPU still has this.
    #[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
    pub(crate) fn without<T>(&self, work: impl FnOnce() -> T) -> T {
        let mm = crate::current!().mm().map(|mm| mm.as_raw());

        // SAFETY: `map()` has made the task use this memory, which lives as long as the test.
        mm.inspect(|mm| unsafe { bindings::kthread_unuse_mm(*mm) });
        let result = work();
        // SAFETY: As above; the task uses none now.
        mm.inspect(|mm| unsafe { bindings::kthread_use_mm(*mm) });
        result
    }

    /// The address of the byte at `offset`.
    pub(crate) fn at(&self, offset: usize) -> UserPtr {
        UserPtr::from_addr(self.start + offset)
    }

    /// [`Self::at`] as a UAPI struct holds it.
    pub(crate) fn addr(&self, offset: usize) -> u64 {
        (self.start + offset) as u64
    }

    /// A reader of `len` bytes from `offset` on.
    pub(crate) fn reader(&self, offset: usize, len: usize) -> UserSliceReader {
        UserSlice::new(self.at(offset), len).reader()
    }

    /// A writer to `len` bytes from `offset` on.
    pub(crate) fn writer(&self, offset: usize, len: usize) -> UserSliceWriter {
        UserSlice::new(self.at(offset), len).writer()
    }

    /// Other memory of `len` bytes, which are 0.
    pub(crate) fn large(&self, len: usize) -> Result<UserPtr> {
        Ok(UserPtr::from_addr(map(len, PROT_READ | PROT_WRITE)?))
    }

    /// Memory that can be read, but not written.
    pub(crate) fn read_only(&self) -> UserPtr {
        UserPtr::from_addr(self.read_only)
    }

    /// The address of memory with these bytes, which can be read, but not written.
    #[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
    pub(crate) fn read_only_copy(&self, bytes: &[u8]) -> Result<usize> {
        // SAFETY: `bytes` is valid for reading. Any user address may be given, and only the test
        // uses the memory of its task.
        let copied = unsafe {
            bindings::force_to_user(self.read_only, bytes.as_ptr().cast(), bytes.len() as c_int)
        };
        if copied == bytes.len() as c_int {
            Ok(self.read_only)
        } else {
            Err(EFAULT)
        }
    }

    /// Addresses that no access may reach: NULL, a hole, the kernel's memory, and one from which 8
    /// bytes wrap around.
    pub(crate) fn bad(&self) -> [UserPtr; 4] {
        let kernel = core::ptr::from_ref(self).cast_mut().cast();

        [
            UserPtr::from_addr(0),
            self.at(Self::END),
            UserPtr::from_ptr(kernel),
            UserPtr::from_addr(usize::MAX - 3),
        ]
    }

    /// Sets the bytes from `offset` on.
    pub(crate) fn set(&self, offset: usize, bytes: &[u8]) -> Result {
        // SAFETY: `bytes` is valid for reading. Any user address may be given.
        let left = unsafe {
            bindings::copy_to_user(
                self.at(offset).as_mut_ptr(),
                bytes.as_ptr().cast(),
                bytes.len(),
            )
        };
        if left == 0 {
            Ok(())
        } else {
            Err(EFAULT)
        }
    }

    /// The `N` bytes from `offset` on.
    pub(crate) fn get<const N: usize>(&self, offset: usize) -> Result<[u8; N]> {
        let mut bytes = [0; N];

        // SAFETY: `bytes` is valid for writing. Any user address may be given.
        let left = unsafe {
            bindings::copy_from_user(bytes.as_mut_ptr().cast(), self.at(offset).as_const_ptr(), N)
        };
        if left == 0 {
            Ok(bytes)
        } else {
            Err(EFAULT)
        }
    }
}

/// Maps `len` bytes into the memory of the running test, which ends with it.
///
/// # Errors
///
/// - [`ESRCH`]: the calling thread runs no test. Its memory is then as it was.
/// - [`ENOMEM`]: there is no memory to map, or no free addresses.
fn map(len: usize, prot: usize) -> Result<usize> {
    // SAFETY: This only looks at the calling thread.
    let test = unsafe { bindings::kunit_get_current_test() };
    if test.is_null() {
        return Err(ESRCH);
    }
    // Without its own memory a kernel thread has none to map into.
    // SAFETY: The thread runs a test, which may be given memory of its own.
    to_result(unsafe { bindings::kunit_attach_mm() })?;

    for start in (LOW..4 * LOW).step_by(STEP) {
        // SAFETY: `test` is the running test of this thread.
        let addr = unsafe {
            bindings::kunit_vm_mmap(
                test,
                core::ptr::null_mut(),
                start,
                len,
                prot,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
                0,
            )
        };
        // Or else it is a negative errno, as where another mapping is.
        if addr == start {
            return Ok(addr);
        }
    }
    Err(ENOMEM)
}

/// Fails the test that returns its result, unless `got` is `wanted`; the log then says for which
/// `case` of a table.
pub(crate) fn expect<T: PartialEq + fmt::Debug>(case: &CStr, got: T, wanted: T) -> Result {
    if got == wanted {
        return Ok(());
    }
    pr_err!("{case:?}: {got:?}, not {wanted:?}\n");
    Err(EINVAL)
}

/// Returns whether there has been a warning since the kernel was booted.
#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
pub(crate) fn warned() -> bool {
    // SAFETY: This reads a flag.
    unsafe { bindings::test_taint(bindings::TAINT_WARN) != 0 }
}

/// A signal that a process can wait with, and one that ends it.
#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
pub(crate) const SIGUSR1: c_int = 10;
#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
pub(crate) const SIGKILL: c_int = 9;

/// Returns what `work` returns while a signal of the running test is pending.
#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
pub(crate) fn with_signal<T>(signal: c_int, work: impl FnOnce() -> T) -> T {
    // SAFETY: Only this task looks at its signals, of which it has no others.
    unsafe { bindings::set_pending_signal(signal) };
    let result = work();
    // SAFETY: As above.
    unsafe { bindings::set_pending_signal(0) };
    result
}

/// Runs `copy` with its first user copy failing, then with its second, and so on, until none of its
/// copies fails; and returns how many have failed.
///
/// # Errors
///
/// - [`EINVAL`]: `copy` did not return [`EFAULT`] although a copy had failed.
/// - Whatever `copy` returns when none fails.
#[cfg(CONFIG_FAULT_INJECTION_USERCOPY)]
pub(crate) fn fail_each_copy<T>(mut copy: impl FnMut() -> Result<T>) -> Result<u32> {
    for nth in 1.. {
        // SAFETY: This only concerns the copies of this task.
        unsafe { bindings::fail_nth_user_copy(nth) };
        let result = copy();
        // SAFETY: As above.
        let waiting = unsafe { bindings::fail_nth_user_copy(0) } != 0;

        if waiting {
            return result.map(|_| nth - 1);
        }
        if result.err() != Some(EFAULT) {
            break;
        }
    }
    Err(EINVAL)
}
