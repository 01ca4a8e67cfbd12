// SPDX-License-Identifier: GPL-2.0

//! Shared memory. Each word is either atomic or part of an entry.
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

const WORD: usize = size_of::<u32>();

#[derive(Default)]
struct Word {
    atomic: AtomicU32,
    plain: UnsafeCell<u32>,
}

// SAFETY: loom panics if two accesses to a word race.
unsafe impl Sync for Word {}

pub struct SharedPages(Vec<Word>);

pub struct Shared<'a, T> {
    words: &'a [Word],
    _value: PhantomData<T>,
}

pub struct SharedSlice<'a, T> {
    words: &'a [Word],
    _values: PhantomData<T>,
}

impl<T> Clone for Shared<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shared<'_, T> {}

impl<T> Clone for SharedSlice<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for SharedSlice<'_, T> {}

impl SharedPages {
    pub fn new(len: usize) -> Self {
        Self((0..len / WORD).map(|_| Word::default()).collect())
    }

    pub fn at<T>(&self, offset: usize) -> Result<Shared<'_, T>> {
        Ok(Shared {
            words: &self.0[offset / WORD..][..size_of::<T>() / WORD],
            _value: PhantomData,
        })
    }

    pub fn slice<T>(&self, offset: usize, count: usize) -> Result<SharedSlice<'_, T>> {
        Ok(SharedSlice {
            words: &self.0[offset / WORD..][..count * size_of::<T>() / WORD],
            _values: PhantomData,
        })
    }
}

impl<'a, T> SharedSlice<'a, T> {
    pub fn get_wrapped(self, index: usize) -> Option<Shared<'a, T>> {
        let size = size_of::<T>() / WORD;
        let index = index & (self.words.len() / size - 1);

        Some(Shared {
            words: &self.words[index * size..][..size],
            _value: PhantomData,
        })
    }
}

impl<T> Shared<'_, T> {
    pub fn fetch(self) -> T
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

    pub fn write(self, value: &T)
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

impl Shared<'_, u32> {
    pub fn load<O: Order>(self, _order: O) -> u32 {
        self.words[0].atomic.load(O::LOAD)
    }

    pub fn store<O: Order>(self, value: u32, _order: O) {
        self.words[0].atomic.store(value, O::STORE);
    }
}
