// SPDX-License-Identifier: GPL-2.0

//! Files that are being opened or released.
//!
//! C header: [`include/linux/fs.h`](srctree/include/linux/fs.h)

use crate::{
    bindings,
    cred::Credential,
    prelude::*,
    types::Opaque, //
};

/// A file that is being opened or released, to which a driver cannot keep a reference.
///
/// [`MiscDevice::open`] and [`MiscDevice::release`] receive it instead of a [`File`], because a
/// reference to the file would be unsound:
///
/// - Before `open` returns, the file has no private data. A driver could install a reference to the
///   file as a file descriptor, and another thread would then call other file operations.
/// - When `release` is called, the last reference has been dropped. A new reference would not keep
///   the file alive, and another file may soon reuse its memory.
///
/// [`File`]: crate::fs::File
/// [`MiscDevice::open`]: super::MiscDevice::open
/// [`MiscDevice::release`]: super::MiscDevice::release
///
/// # Examples
///
/// ```
/// use kernel::{
///     fs::file::flags,
///     miscdevice::UncountedFile, //
/// };
///
/// /// A device that is opened for reading only.
/// fn check(file: &UncountedFile) -> Result {
///     if file.flags() & flags::O_ACCMODE != flags::O_RDONLY {
///         return Err(EACCES);
///     }
///     Ok(())
/// }
/// ```
///
/// # Invariants
///
/// The `flags` and the credentials of the file are valid.
#[repr(transparent)]
pub struct UncountedFile {
    inner: Opaque<bindings::file>,
}

impl UncountedFile {
    /// Creates a reference from a pointer.
    ///
    /// # Safety
    ///
    /// `file` must be a file that is being opened or released, for the duration of `'a`.
    #[inline]
    pub(super) unsafe fn from_raw<'a>(file: *const bindings::file) -> &'a Self {
        // SAFETY: The caller guarantees that `file` is valid for `'a`. `Self` is
        // `repr(transparent)`.
        //
        // INVARIANT: A file has flags and credentials from its allocation until after its release.
        unsafe { &*file.cast() }
    }

    /// Returns the flags that the file is opened with, a combination of [`flags`].
    ///
    /// [`flags`]: crate::fs::file::flags
    #[inline]
    pub fn flags(&self) -> u32 {
        // SAFETY: By the type invariants, the file is valid. This is a `READ_ONCE()`, because the
        // flags may change at any moment.
        unsafe { core::ptr::addr_of!((*self.inner.get()).f_flags).read_volatile() }
    }

    /// Returns the credentials of the task that opened the file.
    #[doc(alias = "f_cred")]
    #[inline]
    pub fn cred(&self) -> &Credential {
        // SAFETY: By the type invariants, the credentials are valid. They do not change, and the
        // file holds a reference to them for longer than `self` lives.
        unsafe { Credential::from_ptr((*self.inner.get()).f_cred) }
    }
}

/// Converts the result of a `read_iter` or `write_iter` of `len` bytes to the return value.
///
/// Returns [`EIO`] for more than `len` bytes, and for [`EIOCBQUEUED`]. The VFS limits `len` to
/// `MAX_RW_COUNT`, and relies on a result of at most `len` bytes. After [`EIOCBQUEUED`], a
/// `read()` would trigger a `BUG_ON()`, and aio would wait for a completion that never comes.
#[inline]
pub(super) fn transferred(len: usize, result: Result<usize>) -> isize {
    match result {
        Ok(count) if count <= len => count as isize,
        Err(error) if error != EIOCBQUEUED => error.to_errno() as isize,
        _ => EIO.to_errno() as isize,
    }
}

#[cfg(CONFIG_RUST_IOCTL_KUNIT_TEST)]
#[macros::kunit_tests(rust_miscdevice_file)]
mod tests {
    use super::{
        super::{
            MiscDevice,
            MiscDeviceOptions,
            MiscDeviceRegistration, //
        },
        *,
    };
    use crate::{
        fs::Kiocb,
        iov::{
            IovIterDest,
            IovIterSource, //
        },
    };

    struct Device;

    #[vtable]
    impl MiscDevice for Device {
        type Ptr = KBox<Self>;

        fn open(_file: &UncountedFile, _misc: &MiscDeviceRegistration<Self>) -> Result<Self::Ptr> {
            Err(ENODEV)
        }

        fn read_iter(_kiocb: Kiocb<'_, Self::Ptr>, _iov: &mut IovIterDest<'_>) -> Result<usize> {
            Err(EIOCBQUEUED)
        }

        fn write_iter(_kiocb: Kiocb<'_, Self::Ptr>, iov: &mut IovIterSource<'_>) -> Result<usize> {
            Ok(iov.len() + 1)
        }
    }

    #[test]
    fn no_transfer_is_queued_or_longer_than_its_vector() {
        let operations = MiscDeviceOptions { name: c"test" }
            .into_raw::<Device>()
            .fops;
        let kiocb = Opaque::<bindings::kiocb>::zeroed();
        let iov = Opaque::<bindings::iov_iter>::zeroed();

        // SAFETY: `operations` is a constant. The device accesses neither the request nor the I/O
        // vector, which is first a destination and then a source.
        let (read, written) = unsafe {
            let read = (*operations)
                .read_iter
                .map(|read| read(kiocb.get(), iov.get()));
            (*iov.get()).data_source = true;
            let written = (*operations)
                .write_iter
                .map(|write| write(kiocb.get(), iov.get()));

            (read, written)
        };

        assert_eq!(read, Some(EIO.to_errno() as isize));
        assert_eq!(written, Some(EIO.to_errno() as isize));
    }

    #[test]
    fn other_results_are_returned() {
        assert_eq!(transferred(2, Ok(2)), 2);
        assert_eq!(transferred(2, Ok(3)), EIO.to_errno() as isize);
        assert_eq!(transferred(2, Ok(usize::MAX)), EIO.to_errno() as isize);
        assert_eq!(transferred(2, Err(EAGAIN)), EAGAIN.to_errno() as isize);
    }
}
