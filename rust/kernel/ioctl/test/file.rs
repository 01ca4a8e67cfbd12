// SPDX-License-Identifier: GPL-2.0

//! A file that the tests of a table call as the system call does.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)

use super::tester::Program;
use crate::{
    bindings,
    error::from_err_ptr,
    ffi::c_void,
    prelude::*, //
};
use core::ptr::NonNull;

/// An `unlocked_ioctl` or a `compat_ioctl`.
type Entry = unsafe extern "C" fn(*mut bindings::file, c_uint, c_ulong) -> c_long;

/// A file with the file operations of a device, which has no path.
///
/// # Invariants
///
/// `file` is a reference to a file, whose `unlocked_ioctl` and `compat_ioctl` may be called.
pub(super) struct TestFile {
    file: NonNull<bindings::file>,
    compat: Option<Entry>,
}

impl TestFile {
    /// Makes a file that `operations` has opened.
    ///
    /// A kernel without `CONFIG_COMPAT` has no `compat_ioctl` among its file operations, and has
    /// `compat` instead.
    ///
    /// # Safety
    ///
    /// - `operations` must be valid for as long as the module is there that owns them.
    /// - `private` must be what they make a file's private data when they open it. The file owns it.
    /// - `compat` must be callable for such a file.
    pub(super) unsafe fn new(
        operations: *const bindings::file_operations,
        private: *mut c_void,
        compat: Option<Entry>,
    ) -> Result<Self> {
        // SAFETY: The caller promises as much.
        let file = from_err_ptr(unsafe {
            bindings::anon_inode_getfile(
                crate::str::as_char_ptr_in_const_context(c"rust_ioctl"),
                operations,
                private,
                bindings::O_RDWR as c_int,
            )
        })?;

        // INVARIANT: It is, with what its file operations expect.
        Ok(Self {
            file: NonNull::new(file).ok_or(ENOENT)?,
            compat,
        })
    }

    /// Returns what the system call of `program` returns.
    pub(super) fn ioctl(&self, program: Program, cmd: u32, arg: usize) -> c_long {
        // SAFETY: By the type's invariants, it is a file, and its file operations live as long.
        let operations = unsafe { &*(*self.file.as_ptr()).f_op };
        let ioctl = match program {
            Program::Native => operations.unlocked_ioctl,
            Program::Compat if cfg!(CONFIG_COMPAT) => operations.compat_ioctl,
            Program::Compat => self.compat.or(operations.unlocked_ioctl),
        };

        match ioctl {
            // SAFETY: By the type's invariants.
            Some(ioctl) => unsafe { ioctl(self.file.as_ptr(), cmd, arg) },
            None => -(bindings::ENOTTY as c_long),
        }
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        // At once, so that the device is gone when its test ends.
        // SAFETY: It is a reference, which nothing uses from here on. Only a kernel thread runs
        // tests.
        unsafe { bindings::__fput_sync(self.file.as_ptr()) };
    }
}
