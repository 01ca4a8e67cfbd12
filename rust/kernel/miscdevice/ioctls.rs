// SPDX-License-Identifier: GPL-2.0

//! The ioctls of a misc device that declares them as a table.

use super::{
    MiscDevice,
    MiscdeviceVTable, //
};
use crate::{
    bindings,
    fs::File,
    ioctl::table::{
        Call,
        CommandDesc,
        Decoded,
        IoctlTable, //
    },
    prelude::*,
    types::ForeignOwnable, //
};
use core::marker::PhantomData;

/// An `unlocked_ioctl` or a `compat_ioctl`.
type Entry = unsafe extern "C" fn(*mut bindings::file, c_uint, c_ulong) -> c_long;

/// The table of a device for [`MiscDevice::IOCTLS`], or [`Self::NONE`].
///
/// # Invariants
///
/// The entries may be called for a file that is associated with a `MiscDeviceRegistration<T>`, by
/// a task that has user memory.
pub struct MiscIoctls<T> {
    native: Option<Entry>,
    #[cfg_attr(
        not(any(CONFIG_COMPAT, CONFIG_RUST_IOCTL_KUNIT_TEST)),
        expect(dead_code)
    )]
    compat: Option<Entry>,
    /// `true` if unknown numbers are passed to [`MiscDevice::ioctl`].
    has_fallback: bool,
    /// `true` if unknown numbers of a 32-bit process are passed to [`MiscDevice::compat_ioctl`].
    #[cfg_attr(not(CONFIG_COMPAT), expect(dead_code))]
    has_compat_fallback: bool,
    /// Makes `Self` invariant over `T`: the entries of a subtype or supertype expect another type
    /// of file.
    _device: PhantomData<fn(T) -> T>,
}

impl<T> MiscIoctls<T> {
    /// The value for a device without a table.
    pub const NONE: Self = Self {
        native: None,
        compat: None,
        has_fallback: false,
        has_compat_fallback: false,
        _device: PhantomData,
    };

    /// Returns `true` if the device has a table.
    pub const fn is_table(&self) -> bool {
        self.native.is_some()
    }
}

impl<T> MiscIoctls<T>
where
    T: MiscDevice + for<'a> IoctlTable<Device<'a> = <T::Ptr as ForeignOwnable>::Borrowed<'a>>,
{
    /// The table that [`ioctls!`](crate::ioctl::ioctls) declares for the device.
    pub const TABLE: Self = Self {
        // INVARIANT: The entries expect a file that is associated with a
        // `MiscDeviceRegistration<T>`, and user memory of the task.
        native: Some(MiscdeviceVTable::<T>::table_ioctl::<false>),
        compat: if T::COMPAT_COMMANDS.is_empty() && !T::HAS_COMPAT_FALLBACK {
            bindings::compat_ptr_ioctl
        } else {
            Some(MiscdeviceVTable::<T>::table_ioctl::<true>)
        },
        has_fallback: T::HAS_FALLBACK,
        has_compat_fallback: T::HAS_COMPAT_FALLBACK,
        _device: PhantomData,
    };
}

impl<T: MiscDevice> MiscIoctls<T> {
    /// Returns the `unlocked_ioctl` of a device with a table.
    pub(super) const fn native_entry(self) -> Option<Entry> {
        assert!(
            !T::HAS_IOCTL || !self.is_table() || self.has_fallback,
            "expected a table or the method `ioctl`, found both: name the method as the fallback \
             of the table, by `_ => ioctl`, or remove one"
        );
        self.native
    }

    /// Returns the `compat_ioctl` of a device with a table.
    #[cfg(CONFIG_COMPAT)]
    pub(crate) const fn compat_entry(self) -> Option<Entry> {
        assert!(
            !T::HAS_COMPAT_IOCTL || !self.is_table() || self.has_compat_fallback,
            "expected a table or the method `compat_ioctl`, found both: name the method as the \
             fallback of the table, by `compat _ => compat_ioctl`, or remove one"
        );
        self.compat
    }

    /// Returns the `compat_ioctl` of a device with a table, for tests on a kernel that never calls
    /// it.
    #[cfg(all(not(CONFIG_COMPAT), CONFIG_RUST_IOCTL_KUNIT_TEST))]
    pub(crate) const fn compat_entry(self) -> Option<Entry> {
        self.compat
    }
}

impl<T> MiscdeviceVTable<T>
where
    T: MiscDevice + for<'a> IoctlTable<Device<'a> = <T::Ptr as ForeignOwnable>::Borrowed<'a>>,
{
    /// The `unlocked_ioctl` of a device with a table, or its `compat_ioctl` if `COMPAT` is set.
    ///
    /// # Safety
    ///
    /// - `file` must be a valid file that is associated with a `MiscDeviceRegistration<T>`.
    /// - The current task must have user memory, as it has during an ioctl.
    unsafe extern "C" fn table_ioctl<const COMPAT: bool>(
        file: *mut bindings::file,
        cmd: c_uint,
        arg: c_ulong,
    ) -> c_long {
        // SAFETY:
        // - The caller guarantees that `file` is valid during this call, and associated with a
        //   `MiscDeviceRegistration<T>`.
        // - An ioctl may read the private data of the file. `open` has stored it, and only
        //   `release` takes it back.
        // - The caller of an ioctl has a reference to the file, which can exist only after `open`
        //   has returned.
        // - This thread has no active `fdget_pos` region on the file.
        let (device, file) = unsafe {
            (
                <T::Ptr as ForeignOwnable>::borrow((*file).private_data),
                File::from_raw_file(file),
            )
        };
        // SAFETY: The caller guarantees that the task has user memory during this call.
        let call = unsafe { Call::new() };
        let (ret, compat_commands): (_, &[CommandDesc]) = if COMPAT {
            let ret = T::compat_call(call, device, cmd, arg, file);
            (ret, T::COMPAT_COMMANDS)
        } else {
            (T::call(call, device, cmd, arg, file), &[])
        };

        pr_debug!(
            "{} = {}\n",
            Decoded::new(compat_commands, cmd).or(T::COMMANDS),
            ret
        );
        ret
    }
}
