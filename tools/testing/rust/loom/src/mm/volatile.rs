// SPDX-License-Identifier: GPL-2.0

//! Memory that both sides access. Each word is either atomic or part of an entry.
//!
//! While both sides follow the protocol, neither writes an entry that the other may access. loom
//! reports accesses that are not ordered.

use crate::{
    prelude::*,
    sync::atomic::Order, //
};
use core::marker::PhantomData;
use loom::{
    cell::UnsafeCell,
    sync::atomic::AtomicU32, //
};

pub(super) const WORD: usize = size_of::<u32>();

#[derive(Default)]
pub struct Word {
    atomic: AtomicU32,
    plain: UnsafeCell<u32>,
}

// SAFETY: loom panics if two accesses to a word race.
unsafe impl Sync for Word {}

pub struct VolatileRef<'a, T> {
    words: &'a [Word],
    _value: PhantomData<T>,
}

pub struct VolatileSlice<'a, T> {
    words: &'a [Word],
    _values: PhantomData<T>,
}

impl<T> Clone for VolatileRef<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for VolatileRef<'_, T> {}

impl<T> Clone for VolatileSlice<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for VolatileSlice<'_, T> {}

impl<'a, T> VolatileSlice<'a, T> {
    pub(super) fn new(words: &'a [Word]) -> Self {
        Self {
            words,
            _values: PhantomData,
        }
    }

    pub fn get_wrapped(self, index: usize) -> Option<VolatileRef<'a, T>> {
        let size = size_of::<T>() / WORD;
        let index = index & (self.words.len() / size - 1);

        Some(VolatileRef::new(&self.words[index * size..][..size]))
    }
}

impl<'a, T> VolatileRef<'a, T> {
    pub(super) fn new(words: &'a [Word]) -> Self {
        Self {
            words,
            _value: PhantomData,
        }
    }

    pub fn read_once(self) -> T
    where
        T: FromBytes,
    {
        let load = |word: &Word| {
            // SAFETY: loom has checked that no write races with this read.
            word.plain.with(|at| unsafe { at.read() })
        };
        let words: Vec<u32> = self.words.iter().map(load).collect();

        T::read_from_bytes(words.as_bytes()).unwrap()
    }

    pub fn write_once(self, value: &T)
    where
        T: IntoBytes + Immutable,
    {
        for (word, bytes) in self.words.iter().zip(value.as_bytes().chunks(WORD)) {
            let value = u32::read_from_bytes(bytes).unwrap();
            // SAFETY: loom has checked that no access races with this write.
            word.plain.with_mut(|at| unsafe { at.write(value) });
        }
    }
}

impl VolatileRef<'_, u32> {
    pub fn load<O: Order>(self, _order: O) -> u32 {
        self.words[0].atomic.load(O::LOAD)
    }

    pub fn store<O: Order>(self, value: u32, _order: O) {
        self.words[0].atomic.store(value, O::STORE);
    }
}
