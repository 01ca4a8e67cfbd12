// SPDX-License-Identifier: GPL-2.0

//! Mappings of shared pages for KUnit tests.

use super::{
    Access,
    UserMappedPages, //
};
use crate::{
    bindings,
    error::from_result,
    mm::virt::{
        vm_flags_t,
        VmaNew, //
    },
    page::PAGE_SIZE,
    prelude::*, //
};
use core::cell::Cell;

// From `include/uapi/asm-generic/mman-common.h`, which all architectures with Rust use.
pub(in crate::mm) const READ: usize = 1;
pub(in crate::mm) const READ_WRITE: usize = 3;
pub(in crate::mm) const MAP_SHARED: usize = 0x01;
pub(in crate::mm) const MAP_PRIVATE: usize = 0x02;

/// A file whose `mmap` maps `pages`. The test must have user memory.
pub(in crate::mm) struct TestMapping<'a> {
    pages: &'a UserMappedPages,
    access: Access,
    tracked: bool,
    flags: Cell<vm_flags_t>,
}

/// The operations of a mapping with write notification.
static TRACKED: bindings::vm_operations_struct = bindings::vm_operations_struct {
    page_mkwrite: Some(page_mkwrite),
    ..pin_init::zeroed()
};

extern "C" fn page_mkwrite(_fault: *mut bindings::vm_fault) -> bindings::vm_fault_t {
    bindings::vm_fault_reason_VM_FAULT_SIGBUS
}

extern "C" fn mmap(data: *mut c_void, vma: *mut bindings::vm_area_struct) -> c_int {
    // SAFETY: `TestMapping::map()` passes a pointer to itself as `data`.
    let mapping = unsafe { &*data.cast::<TestMapping<'_>>() };
    // SAFETY: The kernel calls this function to set up `vma`.
    let new = unsafe { VmaNew::from_raw(vma) };

    from_result(|| {
        mapping.pages.map(new, mapping.access)?;
        if mapping.tracked {
            // SAFETY: `vma` is valid and is still being set up.
            unsafe { (*vma).vm_ops = &TRACKED };
        }
        mapping.flags.set(new.flags());
        Ok(0)
    })
}

impl<'a> TestMapping<'a> {
    pub(in crate::mm) fn new(pages: &'a UserMappedPages, access: Access) -> Self {
        Self {
            pages,
            access,
            tracked: false,
            flags: Cell::new(0),
        }
    }

    /// Enables write notification for the mappings of the file.
    pub(in crate::mm) fn tracked(self) -> Self {
        Self {
            tracked: true,
            ..self
        }
    }

    /// Maps the pages and returns the address.
    pub(in crate::mm) fn map(
        &self,
        len: usize,
        prot: usize,
        flags: usize,
        offset: usize,
    ) -> Result<usize> {
        let data = core::ptr::from_ref(self).cast_mut().cast();
        // SAFETY: `mmap` receives `data` as its argument, and does not keep it. The test has user
        // memory.
        let addr = unsafe { bindings::test_mmap(Some(mmap), data, len, prot, flags, offset) };

        // `vm_mmap()` returns either an address or a negative errno, which is in the last page.
        if addr > usize::MAX - PAGE_SIZE {
            return Err(Error::from_errno(addr as c_int));
        }
        Ok(addr)
    }

    /// Returns the flags of the most recent mapping.
    pub(in crate::mm) fn flags(&self) -> vm_flags_t {
        self.flags.get()
    }
}
