// SPDX-License-Identifier: GPL-2.0

//! Scatter-gather lists of user memory.

use super::{
    Owned,
    RawSGTable,
    SGTable, //
};
use crate::{
    alloc,
    device::{
        Bound,
        Device, //
    },
    dma::DataDirection,
    mm::{
        pinned::PinnedPages,
        volatile::Mode, //
    },
    prelude::*,
    sync::Arc,
};

impl<M: Mode> SGTable<Owned<Arc<PinnedPages<M>>>> {
    /// Allocates a table of pinned pages, and maps it for DMA.
    ///
    /// The driver may keep its own reference to the pages. They stay pinned until the table and all
    /// other references have been dropped.
    ///
    /// This is a streaming mapping. If the device is not coherent or the mapping uses bounce
    /// buffers, later writes by the CPU may be invisible to the device until the table is dropped,
    /// and vice versa.
    ///
    /// C counterparts: `sg_alloc_table_from_pages_segment()`, `dma_map_sgtable()`.
    ///
    /// # Errors
    ///
    /// - [`EACCES`]: The device would write to pages that are pinned for reading only.
    /// - [`EINVAL`]: `dir` is [`DataDirection::None`], or the device cannot access this memory.
    /// - [`EIO`], `EOPNOTSUPP`, `EREMOTEIO`: The DMA mapping failed.
    /// - [`ENOMEM`]: There is not enough memory for the table or the mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     device::{
    ///         Bound,
    ///         Device, //
    ///     },
    ///     dma::{
    ///         DataDirection,
    ///         DmaAddress, //
    ///     },
    ///     io::ResourceSize,
    ///     mm::{
    ///         pinned::PinnedPages,
    ///         volatile::ReadWrite, //
    ///     },
    ///     prelude::*,
    ///     scatterlist::{
    ///         Owned,
    ///         SGTable, //
    ///     },
    ///     sync::Arc,
    ///     uaccess::UserArray, //
    /// };
    ///
    /// type Pages = Arc<PinnedPages<ReadWrite>>;
    ///
    /// /// A user buffer for a coherent device.
    /// struct Buffer {
    ///     pages: Pages,
    ///     table: Pin<KBox<SGTable<Owned<Pages>>>>,
    /// }
    ///
    /// impl Buffer {
    ///     fn new(dev: &Device<Bound>, buffer: UserArray<u8>) -> Result<Self> {
    ///         let pages = Arc::new(PinnedPages::new(buffer.slice()?)?, GFP_KERNEL)?;
    ///         let both = DataDirection::Bidirectional;
    ///         let table = SGTable::pinned(dev, pages.clone(), both, GFP_KERNEL);
    ///
    ///         Ok(Self { pages, table: KBox::pin_init(table, GFP_KERNEL)? })
    ///     }
    ///
    ///     /// Returns the address and length of each segment for the device.
    ///     fn segments(&self) -> impl Iterator<Item = (DmaAddress, ResourceSize)> + '_ {
    ///         self.table.iter().map(|entry| (entry.dma_address(), entry.dma_len()))
    ///     }
    /// }
    /// ```
    pub fn pinned(
        dev: &Device<Bound>,
        pages: Arc<PinnedPages<M>>,
        dir: DataDirection,
        flags: alloc::Flags,
    ) -> impl PinInit<Self, Error> + '_ {
        try_pin_init!(Self {
            inner <- {
                let sgt = table(dev, &pages, dir, flags)?;

                Owned::map(dev, sgt, pages, dir)
            }
        })
    }
}

/// Allocates a table of `pages`, if they are pinned for a transfer in direction `dir`.
///
/// The caller must drop the table before `pages`.
fn table<M: Mode>(
    dev: &Device<Bound>,
    pages: &PinnedPages<M>,
    dir: DataDirection,
    flags: alloc::Flags,
) -> Result<RawSGTable> {
    match dir {
        DataDirection::ToDevice => {}
        DataDirection::FromDevice | DataDirection::Bidirectional if M::WRITE => {}
        DataDirection::FromDevice | DataDirection::Bidirectional => return Err(EACCES),
        DataDirection::None => return Err(EINVAL),
    }
    let (list, offset) = pages.raw_pages();

    // SAFETY: `list` contains pinned pages, which stay allocated until `pages` is dropped.
    unsafe { RawSGTable::new(dev, list, offset, pages.len(), flags) }
}

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_scatterlist_pinned)]
mod tests {
    use super::*;
    use crate::{
        bindings,
        device::Normal,
        mm::volatile::{
            ReadOnly,
            ReadWrite, //
        },
        page::PAGE_SIZE,
        uaccess::{
            test_memory::UserMemory,
            UserSlice, //
        },
    };
    use core::ptr::{
        null,
        null_mut,
        NonNull, //
    };

    const LEN: usize = PAGE_SIZE + 100;

    /// Pins `LEN` bytes of user memory at offset 40.
    fn pin<M: Mode>(memory: &UserMemory) -> Result<Arc<PinnedPages<M>>> {
        let pages = PinnedPages::new(UserSlice::new(memory.at(40), LEN))?;

        Ok(Arc::new(pages, GFP_KERNEL)?)
    }

    /// Runs `test` with a device that can address all memory.
    fn with_device<T>(test: impl FnOnce(&Device<Bound>) -> Result<T>) -> Result<T> {
        let name = c"rust_scatterlist_pinned".as_char_ptr();
        // SAFETY: `faux_device_create()` copies the name, and accepts null for the parent and the
        // operations.
        let faux = unsafe { bindings::faux_device_create(name, null_mut(), null()) };
        let faux = NonNull::new(faux).ok_or(ENODEV)?.as_ptr();

        // SAFETY: The device is valid and bound until it is destroyed, and only the test uses it.
        unsafe {
            let dev = &raw mut (*faux).dev;
            (*dev).coherent_dma_mask = u64::MAX;
            (*dev).dma_mask = &raw mut (*dev).coherent_dma_mask;

            let result = test(Device::<Normal>::from_raw(dev).as_bound());
            bindings::faux_device_destroy(faux);
            result
        }
    }

    /// Returns the reference count of a page, which a pin raises by more than one.
    fn references(page: *mut bindings::page) -> c_int {
        // SAFETY: The memory of the test keeps the page allocated.
        unsafe { bindings::page_count(page) }
    }

    #[test]
    fn the_table_is_of_the_range() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadOnly>(&memory)?;

        with_device(|dev| {
            let sgt = table(dev, &pages, DataDirection::ToDevice, GFP_KERNEL)?;
            // SAFETY: `sgt` owns the table, keeps it alive, and does not change it.
            let entries = unsafe { SGTable::from_raw(sgt.as_raw()) };
            let mut len = 0;

            for entry in entries.iter() {
                // SAFETY: The iterator yields only valid entries of the table.
                let (offset, length) =
                    unsafe { ((*entry.as_raw()).offset, (*entry.as_raw()).length) };
                assert_eq!(offset, if len == 0 { 40 } else { 0 });
                len += length as usize;
            }
            assert_eq!(len, LEN);
            Ok(())
        })
    }

    #[test]
    fn a_device_writes_only_to_writable_pages() -> Result {
        let memory = UserMemory::new()?;
        let read = pin::<ReadOnly>(&memory)?;
        let written = pin::<ReadWrite>(&memory)?;

        with_device(|dev| {
            for (dir, read_only, read_write) in [
                (DataDirection::ToDevice, None, None),
                (DataDirection::FromDevice, Some(EACCES), None),
                (DataDirection::Bidirectional, Some(EACCES), None),
                (DataDirection::None, Some(EINVAL), Some(EINVAL)),
            ] {
                assert_eq!(table(dev, &read, dir, GFP_KERNEL).err(), read_only);
                assert_eq!(table(dev, &written, dir, GFP_KERNEL).err(), read_write);
            }
            Ok(())
        })
    }

    #[test]
    fn mapped_pages_are_pinned() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadWrite>(&memory)?;
        let page = pages.raw_pages().0[0];
        let pinned = references(page);

        with_device(|dev| {
            let table = SGTable::pinned(dev, pages, DataDirection::FromDevice, GFP_KERNEL);
            let table = KBox::pin_init(table, GFP_KERNEL);

            if cfg!(CONFIG_HAS_DMA) {
                let table = table?;
                let len = table
                    .iter()
                    .map(|entry| entry.dma_len() as usize)
                    .sum::<usize>();

                assert_eq!(len, LEN);
                assert_eq!(references(page), pinned);
            } else {
                assert!(table.is_err());
            }
            assert!(references(page) < pinned);
            Ok(())
        })
    }
}
