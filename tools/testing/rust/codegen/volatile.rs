// SPDX-License-Identifier: GPL-2.0

//! Memory that user space may write at any time. Each byte must be loaded only once.

#![allow(missing_docs)]

use kernel::{
    mm::{
        mapped::UserMappedPages,
        pinned::PinnedPages,
        ring::{
            Consumer,
            Producer, //
        },
        volatile::{
            ReadOnly,
            VolatileRef,
            VolatileSlice, //
        }, //
    },
    prelude::*,
    sync::atomic::{
        Acquire,
        Release, //
    },
    uapi::{
        rust_ring_completion,
        rust_ring_submission, //
    },
};

#[derive(Clone, Copy, TryFromBytes)]
#[repr(u32)]
pub enum Operation {
    Checksum = 1,
    Copy,
    Fill,
}

#[derive(TryFromBytes)]
#[repr(C)]
pub struct Request {
    start: u64,
    count: u32,
    operation: Operation,
}

/// frame: 0
/// fetches: 8 8 8 8
#[inline(never)]
pub fn read_once(location: &VolatileRef<'_, rust_ring_submission>, out: &mut rust_ring_submission) {
    *out = location.read_once();
}

/// calls: rust_helper_atomic_read_acquire
/// frame: 0
/// fetches: 4
#[inline(never)]
pub fn load(location: &VolatileRef<'_, u32>) -> u32 {
    location.load(Acquire)
}

/// calls: rust_helper_atomic_set_release
/// frame: 0
/// fetches: none
#[inline(never)]
pub fn store(location: &VolatileRef<'_, u32>, value: u32) {
    location.store(value, Release);
}

/// frame: 0
/// fetches: 8 8
#[inline(never)]
pub fn try_read_once(location: &VolatileRef<'_, Request>) -> isize {
    match location.try_read_once() {
        Ok(request) => {
            (request.start ^ u64::from(request.count) ^ request.operation as u64) as isize
        }
        Err(error) => error.to_errno() as isize,
    }
}

/// needs: rust_helper_array_index_mask_nospec
/// frame: 24
/// fetches: 8
/// beyond-c: 7 instructions: a helper is a call, for which registers are saved
#[inline(never)]
pub fn get(slice: &VolatileSlice<'_, u64>, index: u32) -> u64 {
    slice
        .get(index as usize)
        .map_or(0, |location| location.read_once())
}

/// needs: rust_helper_array_index_mask_nospec rust_helper_array_index_mask_nospec
/// frame: 48
/// fetches: 8
/// beyond-c: 12 instructions: two helpers
#[inline(never)]
pub fn range(slice: &VolatileSlice<'_, u64>, start: u32, count: u32) -> u64 {
    let range = slice.get_range(start as usize, count as usize);

    range
        .and_then(|range| range.iter().next())
        .map_or(0, |location| location.read_once())
}

/// needs: rust_helper_array_index_mask_nospec rust_helper_array_index_mask_nospec
/// frame: 48
/// beyond-c: 14 instructions: two helpers
#[inline(never)]
pub fn chunks(pages: &PinnedPages<ReadOnly>, offset: u32, count: u32) -> bool {
    pages.chunks::<u64>(offset as usize, count as usize).is_ok()
}

/// needs: rust_helper_array_index_mask_nospec
/// frame: 24
/// fetches: 8
/// beyond-c: 3 instructions: a helper
#[inline(never)]
pub fn at(pages: &UserMappedPages, offset: u32) -> u64 {
    pages
        .at::<u64>(offset as usize)
        .map_or(0, |location| location.read_once())
}

/// needs: rust_helper_array_index_mask_nospec rust_helper_array_index_mask_nospec
/// frame: 40
/// beyond-c: 11 instructions: two helpers
#[inline(never)]
pub fn slice(pages: &UserMappedPages, offset: u32, count: u32) -> usize {
    let slice = pages.slice::<u64>(offset as usize, count as usize);

    slice.map_or(0, |slice| slice.len())
}

/// frame: 0
#[inline(never)]
pub fn sum(words: &VolatileSlice<'_, u64>) -> u64 {
    words.iter().fold(0, |sum, word| sum ^ word.read_once())
}

/// calls: rust_helper_atomic_read_acquire rust_helper_atomic_set_release
/// frame: 56
/// fetches: 4 8 8 8 8
/// beyond-c: 24 instructions, 1 branches: two helpers; also returns an empty batch
#[inline(never)]
pub fn pop(ring: &mut Consumer<rust_ring_submission>, out: &mut rust_ring_submission) -> i32 {
    match ring.batch().map(|mut batch| batch.next()) {
        Ok(Some(request)) => {
            *out = request;
            1
        }
        Ok(None) => 0,
        Err(error) => error.to_errno(),
    }
}

/// calls: rust_helper_atomic_read_acquire
/// frame: 40
/// fetches: 4
/// beyond-c: 18 instructions, 1 branches: a helper; rustc does not know that the capacity is not 0
#[inline(never)]
pub fn push(ring: &mut Producer<rust_ring_completion>, entry: &rust_ring_completion) -> i32 {
    ring.push(entry).map_or_else(Error::to_errno, |()| 0)
}
