// SPDX-License-Identifier: GPL-2.0

//! refused: error[E0133]: call to unsafe function `VmaMixedMap::vm_insert_page` is unsafe

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::{
    mm::virt::VmaNew,
    page::{
        AsPageIter,
        PAGE_SIZE, //
    },
    prelude::*,
};

/// Lets user space change values while the kernel has references to them.
pub fn mmap(values: &mut VVec<u32>, vma: &VmaNew) -> Result {
    let mapping = vma.set_mixedmap();
    let addresses = (vma.start()..vma.end()).step_by(PAGE_SIZE);

    for (address, page) in addresses.zip(values.page_iter()) {
        mapping.vm_insert_page(address, &page)?;
    }
    Ok(())
}
