// SPDX-License-Identifier: GPL-2.0

//! A file whose ioctl operations the tests call in the same way as the system call does.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)

use super::tester::Process;
use crate::{
    bindings,
    error::from_err_ptr,
    prelude::*, //
};
use core::ptr::NonNull;

/// An `unlocked_ioctl` or a `compat_ioctl`.
type Entry = unsafe extern "C" fn(*mut bindings::file, c_uint, c_ulong) -> c_long;

/// A file without a path, with the file operations of a device.
///
/// # Invariants
///
/// `file` is a reference to a file whose `unlocked_ioctl` and `compat_ioctl` a task with user
/// memory may call. The task that uses the file has user memory.
pub(super) struct TestFile {
    file: NonNull<bindings::file>,
    compat: Option<Entry>,
}

impl TestFile {
    /// Opens a file with `operations`.
    ///
    /// Without `CONFIG_COMPAT`, file operations have no `compat_ioctl`, and the file uses `compat`
    /// instead.
    ///
    /// # Safety
    ///
    /// - `operations` must be valid while the module that owns them is loaded.
    /// - `private` must be the private data that `operations` expect of an open file. The file
    ///   takes ownership of it.
    /// - `compat` must be callable for such a file.
    /// - The current task must have user memory while it uses the file.
    pub(super) unsafe fn new(
        operations: *const bindings::file_operations,
        private: *mut c_void,
        compat: Option<Entry>,
    ) -> Result<Self> {
        // SAFETY: The name is a C string. The caller guarantees that `operations` and `private` are
        // valid.
        let file = from_err_ptr(unsafe {
            bindings::anon_inode_getfile(
                crate::str::as_char_ptr_in_const_context(c"rust_ioctl"),
                operations,
                private,
                bindings::O_RDWR as c_int,
            )
        })?;

        // INVARIANT: The file is a new reference, with the private data that its file operations
        // expect.
        Ok(Self {
            file: NonNull::new(file).ok_or(ENOENT)?,
            compat,
        })
    }

    /// Makes the system call as a process of the kind `process`, and returns its result.
    pub(super) fn ioctl(&self, process: Process, cmd: u32, arg: usize) -> c_long {
        // SAFETY: By the type invariants, `self.file` is a valid file, and so are its file
        // operations.
        let operations = unsafe { &*(*self.file.as_ptr()).f_op };
        let ioctl = match process {
            Process::Native => operations.unlocked_ioctl,
            Process::Compat if cfg!(CONFIG_COMPAT) => operations.compat_ioctl,
            Process::Compat => self.compat.or(operations.unlocked_ioctl),
        };

        match ioctl {
            // SAFETY: By the type invariants, the entry may be called for this file.
            Some(ioctl) => unsafe { ioctl(self.file.as_ptr(), cmd, arg) },
            None => -(bindings::ENOTTY as c_long),
        }
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        // Release the file immediately, so that the device does not outlive its test.
        //
        // SAFETY: `self` owns the reference, and nothing uses it afterwards. Only kernel threads
        // run tests, as `__fput_sync()` requires.
        unsafe { bindings::__fput_sync(self.file.as_ptr()) };
    }
}
