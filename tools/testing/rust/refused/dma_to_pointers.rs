// SPDX-License-Identifier: GPL-2.0

//! refused: u32, Kmalloc>: FromBytes` is not satisfied

#![allow(missing_docs)]
#![forbid(unsafe_code)]

use kernel::{
    device::{
        Bound,
        Device, //
    },
    dma::DataDirection,
    prelude::*,
    scatterlist::{
        Owned,
        SGTable, //
    },
};

/// Lets a device overwrite pointers, which are freed when the table is dropped.
pub fn pointers(dev: &Device<Bound>) -> Result {
    let mut pages = VVec::with_capacity(512, GFP_KERNEL)?;
    for number in 0..512_u32 {
        pages.push(KBox::new(number, GFP_KERNEL)?, GFP_KERNEL)?;
    }
    let table = SGTable::new(dev, pages, DataDirection::FromDevice, GFP_KERNEL);
    let table: Pin<KBox<SGTable<Owned<VVec<KBox<u32>>>>>> = KBox::pin_init(table, GFP_KERNEL)?;

    drop(table);
    Ok(())
}
