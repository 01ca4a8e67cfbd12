// SPDX-License-Identifier: GPL-2.0

//! refused: cannot borrow `*consumer` as mutable more than once at a time
//! refused: cannot return value referencing function parameter `consumer`

use kernel::{
    mm::ring::{
        Batch,
        Consumer, //
    },
    prelude::*, //
};

pub fn twice(consumer: &mut Consumer<u64>) -> Result<usize> {
    let first = consumer.batch()?;
    let second = consumer.batch()?;

    Ok(first.count() + second.count())
}

pub fn outlives(mut consumer: Consumer<u64>) -> Result<Batch<'static, u64>> {
    Ok(consumer.batch()?)
}
