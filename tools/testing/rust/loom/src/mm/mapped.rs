// SPDX-License-Identifier: GPL-2.0

//! The pages that the kernel and user space share.

use super::volatile::{
    VolatileRef,
    VolatileSlice,
    Word,
    WORD, //
};
use crate::prelude::*;

pub struct UserMappedPages(Vec<Word>);

impl UserMappedPages {
    pub fn new(len: usize) -> Self {
        Self((0..len / WORD).map(|_| Word::default()).collect())
    }

    pub fn at<T>(&self, offset: usize) -> Result<VolatileRef<'_, T>> {
        let size = size_of::<T>() / WORD;

        Ok(VolatileRef::new(&self.0[offset / WORD..][..size]))
    }

    pub fn slice<T>(&self, offset: usize, count: usize) -> Result<VolatileSlice<'_, T>> {
        let size = count * size_of::<T>() / WORD;

        Ok(VolatileSlice::new(&self.0[offset / WORD..][..size]))
    }
}
