// SPDX-License-Identifier: GPL-2.0

//! Scatter-gather lists of the memory of a program.

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
        shared::Mode, //
    },
    prelude::*,
    sync::Arc,
};

impl<M: Mode> SGTable<Owned<Arc<PinnedPages<M>>>> {
    /// Allocates a table of pinned pages, and maps it for DMA.
    ///
    /// The driver may have the pages as well. They stay pinned for as long as the table is mapped,
    /// and the driver has them.
    ///
    /// As with all streaming mappings, a device that is not coherent, or whose data is bounced,
    /// need not see what the driver or the program writes after this, nor they what it writes,
    /// before the table is dropped.
    ///
    /// C counterparts: `sg_alloc_table_from_pages_segment()`, `dma_map_sgtable()`.
    ///
    /// # Errors
    ///
    /// - [`EACCES`]: the device would write, but the pages are pinned to be read.
    /// - [`EINVAL`]: `dir` is [`DataDirection::None`], or the device cannot reach such memory.
    /// - [`EIO`], `EOPNOTSUPP`, `EREMOTEIO`: nothing can be mapped for the device.
    /// - [`ENOMEM`]: there is no memory, for this or to be mapped.
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
    ///         shared::ReadWrite, //
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
    /// /// A buffer of the program for a device that is coherent.
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
    ///     /// What the device has to be told: where, and how many bytes.
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

/// The table of `pages`, if a transfer in direction `dir` is one that they are pinned for.
///
/// It does not outlive `pages`.
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

    // SAFETY: These are pinned pages, and remain so for as long as `pages`.
    unsafe { RawSGTable::new(dev, list, offset, pages.len(), flags) }
}

#[cfg(CONFIG_RUST_MM_KUNIT_TEST)]
#[macros::kunit_tests(rust_kernel_scatterlist_pinned)]
mod tests {
    use super::*;
    use crate::{
        bindings,
        device::Normal,
        mm::shared::{
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

    /// Pages of the program from offset 40 on.
    fn pin<M: Mode>(memory: &UserMemory) -> Result<Arc<PinnedPages<M>>> {
        let pages = PinnedPages::new(UserSlice::new(memory.at(40), LEN))?;

        Ok(Arc::new(pages, GFP_KERNEL)?)
    }

    /// Runs `test` with a device that reaches all memory.
    fn with_device<T>(test: impl FnOnce(&Device<Bound>) -> Result<T>) -> Result<T> {
        let name = c"rust_scatterlist_pinned".as_char_ptr();
        // SAFETY: The name is copied, and neither a parent nor operations are needed.
        let faux = unsafe { bindings::faux_device_create(name, null_mut(), null()) };
        let faux = NonNull::new(faux).ok_or(ENODEV)?.as_ptr();

        // SAFETY: The device is bound for as long as it is there, and only the test uses it.
        unsafe {
            let dev = &raw mut (*faux).dev;
            (*dev).coherent_dma_mask = u64::MAX;
            (*dev).dma_mask = &raw mut (*dev).coherent_dma_mask;

            let result = test(Device::<Normal>::from_raw(dev).as_bound());
            bindings::faux_device_destroy(faux);
            result
        }
    }

    /// How many references there are to the first page, of which a pin is many.
    fn references(page: *mut bindings::page) -> c_int {
        // SAFETY: The memory of the test keeps it.
        unsafe { bindings::page_count(page) }
    }

    #[test]
    fn the_table_is_of_the_range() -> Result {
        let memory = UserMemory::new()?;
        let pages = pin::<ReadOnly>(&memory)?;

        with_device(|dev| {
            let sgt = table(dev, &pages, DataDirection::ToDevice, GFP_KERNEL)?;
            // SAFETY: The table is that of `sgt`, and does not change.
            let entries = unsafe { SGTable::from_raw(sgt.as_raw()) };
            let mut len = 0;

            for entry in entries.iter() {
                // SAFETY: The table has this entry.
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
    fn a_device_writes_only_what_may_be_written() -> Result {
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
    fn what_is_mapped_is_pinned() -> Result {
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
