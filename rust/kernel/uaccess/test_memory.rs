// SPDX-License-Identifier: GPL-2.0

//! User memory for KUnit tests, mapped as in a process.
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

// From `include/uapi/asm-generic/mman-common.h`, which all architectures with Rust share.
const PROT_READ: usize = 1;
const PROT_WRITE: usize = 2;
const MAP_PRIVATE: usize = 0x02;
const MAP_ANONYMOUS: usize = 0x20;
const MAP_FIXED_NOREPLACE: usize = 0x10_0000;

/// The first address of test memory, and the distance between mappings. The addresses also exist in
/// a 32-bit process.
const LOW: usize = 0x1000_0000;
const STEP: usize = 0x10_0000;

/// User memory of the running test: four writable pages, followed by an unmapped page. The argument
/// of any ioctl fits in the writable pages.
pub(crate) struct UserMemory {
    start: usize,
    read_only: usize,
}

impl UserMemory {
    /// The offset of the first unmapped byte.
    pub(crate) const END: usize = 4 * PAGE_SIZE;

    /// Maps zeroed memory.
    pub(crate) fn new() -> Result<Self> {
        let start = map(Self::END + PAGE_SIZE, PROT_READ | PROT_WRITE)?;
        let read_only = map(Self::END, PROT_READ)?;

        // Unmapped last, so that the mapping above cannot reuse the addresses.
        // SAFETY: Only the test uses the user memory of its task.
        to_result(unsafe { bindings::vm_munmap(start + Self::END, PAGE_SIZE) })?;
        Ok(Self { start, read_only })
    }

    /// Unmaps `len` bytes at `start`, as the process could.
    #[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
    pub(crate) fn unmap(&self, start: UserPtr, len: usize) -> Result {
        // SAFETY: Only the test uses the user memory of its task.
        to_result(unsafe { bindings::vm_munmap(start.as_const_ptr().addr(), len) })
    }

    /// Runs `work` without user memory, while the CPU still has this memory mapped.
    #[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
    pub(crate) fn without<T>(&self, work: impl FnOnce() -> T) -> T {
        let mm = crate::current!().mm().map(|mm| mm.as_raw());

        // SAFETY: `map()` attached this `mm` to the task. It lives as long as the test.
        mm.inspect(|mm| unsafe { bindings::kthread_unuse_mm(*mm) });
        let result = work();
        // SAFETY: The `mm` lives as long as the test, and the task has no `mm` now.
        mm.inspect(|mm| unsafe { bindings::kthread_use_mm(*mm) });
        result
    }

    /// Returns the address of the byte at `offset`.
    pub(crate) fn at(&self, offset: usize) -> UserPtr {
        UserPtr::from_addr(self.start + offset)
    }

    /// Returns the address of the byte at `offset`, as stored in a UAPI struct.
    pub(crate) fn addr(&self, offset: usize) -> u64 {
        (self.start + offset) as u64
    }

    /// Returns a reader of `len` bytes at `offset`.
    pub(crate) fn reader(&self, offset: usize, len: usize) -> UserSliceReader {
        UserSlice::new(self.at(offset), len).reader()
    }

    /// Returns a writer to `len` bytes at `offset`.
    pub(crate) fn writer(&self, offset: usize, len: usize) -> UserSliceWriter {
        UserSlice::new(self.at(offset), len).writer()
    }

    /// Maps `len` more bytes, which are zeroed.
    pub(crate) fn large(&self, len: usize) -> Result<UserPtr> {
        Ok(UserPtr::from_addr(map(len, PROT_READ | PROT_WRITE)?))
    }

    /// Returns the address of read-only memory.
    pub(crate) fn read_only(&self) -> UserPtr {
        UserPtr::from_addr(self.read_only)
    }

    /// Copies `bytes` to read-only user memory, and returns its address.
    #[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
    pub(crate) fn read_only_copy(&self, bytes: &[u8]) -> Result<usize> {
        // SAFETY: `bytes` is valid for reads. Any user address may be passed, and only the test
        // uses the user memory of its task.
        let copied = unsafe {
            bindings::force_to_user(self.read_only, bytes.as_ptr().cast(), bytes.len() as c_int)
        };
        if copied == bytes.len() as c_int {
            Ok(self.read_only)
        } else {
            Err(EFAULT)
        }
    }

    /// Returns bad addresses: NULL, an unmapped page, kernel memory, and an address from which 8
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

    /// Writes `bytes` at `offset`.
    pub(crate) fn set(&self, offset: usize, bytes: &[u8]) -> Result {
        // SAFETY: `bytes` is valid for reads. Any user address may be passed.
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

    /// Reads `N` bytes at `offset`.
    pub(crate) fn get<const N: usize>(&self, offset: usize) -> Result<[u8; N]> {
        let mut bytes = [0; N];

        // SAFETY: `bytes` is valid for writes. Any user address may be passed.
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

/// Maps `len` bytes for the running test. The mapping ends with the test.
///
/// # Errors
///
/// - [`ESRCH`]: the calling thread does not run a test. Nothing has been mapped.
/// - [`ENOMEM`]: there is not enough memory, or there are no free addresses.
fn map(len: usize, prot: usize) -> Result<usize> {
    // SAFETY: This only reads the state of the calling thread.
    let test = unsafe { bindings::kunit_get_current_test() };
    if test.is_null() {
        return Err(ESRCH);
    }
    // A kernel thread needs an `mm` to map user memory.
    // SAFETY: The thread runs a test, as `kunit_attach_mm()` requires.
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
        // Otherwise, `addr` is a negative errno, for example because the addresses are in use.
        if addr == start {
            return Ok(addr);
        }
    }
    Err(ENOMEM)
}

/// Returns an error if `got` differs from `wanted`, and logs the `case` of the test table. The test
/// must return the result.
pub(crate) fn expect<T: PartialEq + fmt::Debug>(case: &CStr, got: T, wanted: T) -> Result {
    if got == wanted {
        return Ok(());
    }
    pr_err!("{case:?}: expected {wanted:?}, found {got:?}\n");
    Err(EINVAL)
}

/// Returns `true` if the kernel has warned since boot.
#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
pub(crate) fn warned() -> bool {
    // SAFETY: `test_taint()` only reads a flag.
    unsafe { bindings::test_taint(bindings::TAINT_WARN) != 0 }
}

/// Signals for the tests. `fatal_signal_pending()` reports only `SIGKILL`.
#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
pub(crate) const SIGUSR1: c_int = 10;
#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
pub(crate) const SIGKILL: c_int = 9;

/// Runs `work` while a signal is pending for the running test.
#[cfg(CONFIG_RUST_UACCESS_KUNIT_TEST)]
pub(crate) fn with_signal<T>(signal: c_int, work: impl FnOnce() -> T) -> T {
    // SAFETY: Only this task accesses its pending signals, and no other signal is pending.
    unsafe { bindings::set_pending_signal(signal) };
    let result = work();
    // SAFETY: Only this task accesses its pending signals, and no other signal is pending.
    unsafe { bindings::set_pending_signal(0) };
    result
}

/// Runs `copy` repeatedly, with its first user copy failing, then its second, and so on, until no
/// copy fails. Returns the number of failed copies.
///
/// # Errors
///
/// - [`EINVAL`]: `copy` did not return [`EFAULT`] although a copy had failed.
/// - Any error that `copy` returns when none of its copies fails.
#[cfg(CONFIG_FAULT_INJECTION_USERCOPY)]
pub(crate) fn fail_each_copy<T>(mut copy: impl FnMut() -> Result<T>) -> Result<u32> {
    for nth in 1.. {
        // SAFETY: This only affects the copies of this task.
        unsafe { bindings::fail_nth_user_copy(nth) };
        let result = copy();
        // SAFETY: This only affects the copies of this task.
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
