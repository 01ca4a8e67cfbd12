// SPDX-License-Identifier: GPL-2.0

//! The ioctls of a misc device, from a table.

use super::{
    MiscDevice,
    MiscdeviceVTable, //
};
use crate::{
    bindings,
    fs::File,
    ioctl::table::{
        Decoded,
        Table, //
    },
    prelude::*,
    types::ForeignOwnable, //
};
use core::marker::PhantomData;

type Entry = unsafe extern "C" fn(*mut bindings::file, c_uint, c_ulong) -> c_long;

/// What [`MiscDevice::IOCTLS`] is: the table of a device, or none.
///
/// # Invariants
///
/// The entries may be called for a file that is associated with a `MiscDeviceRegistration<T>`.
pub struct MiscIoctls<T> {
    pub(super) native: Option<Entry>,
    #[cfg_attr(not(CONFIG_COMPAT), expect(dead_code))]
    pub(super) compat: Option<Entry>,
    /// Invariant: the table of a subtype or a supertype has entries for another type of file.
    _device: PhantomData<fn(T) -> T>,
}

impl<T> MiscIoctls<T> {
    /// There is no table.
    pub const NONE: Self = Self {
        native: None,
        compat: None,
        _device: PhantomData,
    };
}

impl<T> MiscIoctls<T>
where
    T: MiscDevice + for<'a> Table<Device<'a> = <T::Ptr as ForeignOwnable>::Borrowed<'a>>,
{
    /// The table that [`ioctls!`](crate::ioctl::ioctls) declares for the device.
    pub const TABLE: Self = Self {
        // INVARIANT: These are for such a file.
        native: Some(MiscdeviceVTable::<T>::table_ioctl),
        compat: if T::COMPAT_COMMANDS.is_empty() {
            bindings::compat_ptr_ioctl
        } else {
            Some(MiscdeviceVTable::<T>::table_compat_ioctl)
        },
        _device: PhantomData,
    };
}

impl<T> MiscdeviceVTable<T>
where
    T: MiscDevice + for<'a> Table<Device<'a> = <T::Ptr as ForeignOwnable>::Borrowed<'a>>,
{
    /// # Safety
    ///
    /// `file` must be a valid file that is associated with a `MiscDeviceRegistration<T>`.
    unsafe extern "C" fn table_ioctl(
        file: *mut bindings::file,
        cmd: c_uint,
        arg: c_ulong,
    ) -> c_long {
        // SAFETY: The caller promises as much.
        let (device, file) = unsafe { Self::opened(file) };
        let answer = T::call(device, cmd, arg, file);

        pr_debug!("{} = {}\n", Decoded::new(T::COMMANDS, cmd), answer);
        answer
    }

    /// # Safety
    ///
    /// `file` must be a valid file that is associated with a `MiscDeviceRegistration<T>`.
    unsafe extern "C" fn table_compat_ioctl(
        file: *mut bindings::file,
        cmd: c_uint,
        arg: c_ulong,
    ) -> c_long {
        // SAFETY: The caller promises as much.
        let (device, file) = unsafe { Self::opened(file) };
        let answer = T::compat_call(device, cmd, arg, file);

        let decoded = Decoded::new(T::COMPAT_COMMANDS, cmd).or(T::COMMANDS);
        pr_debug!("{} = {}\n", decoded, answer);
        answer
    }

    /// What `open` has made of a file, and the file.
    ///
    /// # Safety
    ///
    /// `file` must be a valid file that is associated with a `MiscDeviceRegistration<T>`, until
    /// after `'a`.
    #[inline(always)]
    unsafe fn opened<'a>(
        file: *mut bindings::file,
    ) -> (<T::Ptr as ForeignOwnable>::Borrowed<'a>, &'a File) {
        // SAFETY: An ioctl may read the private data of the file, which is what `open` has made of
        // it until `release`. There is no active `fdget_pos` region on the file on this thread.
        unsafe {
            (
                <T::Ptr as ForeignOwnable>::borrow((*file).private_data),
                File::from_raw_file(file),
            )
        }
    }
}
