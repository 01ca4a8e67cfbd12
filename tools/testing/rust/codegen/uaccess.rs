// SPDX-License-Identifier: GPL-2.0

//! Copies to and from user memory.

#![allow(missing_docs)]

use kernel::{
    min_size,
    prelude::*,
    uaccess::{
        UserAtomic,
        UserPtr,
        UserSlice,
        UserSliceReader,
        UserSliceWriter, //
    },
};

#[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Limits {
    low: u64,
    high: u64,
}

#[derive(TryFromBytes)]
#[repr(u32)]
pub enum Mode {
    Slow,
    Fast,
    Fastest,
}

/// Converts a result to the return value of a C function.
#[inline(always)]
fn errno(result: Result<isize>) -> isize {
    result.unwrap_or_else(|error| error.to_errno() as isize)
}

#[inline(always)]
fn reader<T>(arg: usize) -> UserSliceReader {
    UserSlice::new(UserPtr::from_addr(arg), size_of::<T>()).reader()
}

#[inline(always)]
fn writer<T>(arg: usize) -> UserSliceWriter {
    UserSlice::new(UserPtr::from_addr(arg), size_of::<T>()).writer()
}

/// calls: _copy_from_user rust_helper_get_current
/// frame: 24
/// beyond-c: 8 instructions, 1 branches, 1 loads: the current task must have user memory
#[inline(never)]
pub fn read_struct(arg: usize) -> isize {
    errno(
        reader::<Limits>(arg)
            .read::<Limits>()
            .map(|limits| (limits.low ^ limits.high) as isize),
    )
}

/// calls: rust_helper_get_user_u64 rust_helper_get_current
/// frame: 24
/// beyond-c: 12 instructions, 1 branches, 1 loads: the current task must have user memory
#[inline(never)]
pub fn read_word(arg: usize) -> isize {
    errno(reader::<u64>(arg).read::<u64>().map(|word| word as isize))
}

/// calls: _copy_from_user rust_helper_get_current
/// frame: 24
/// beyond-c: 15 instructions, 1 loads: the current task must have user memory
#[inline(never)]
pub fn read_page(page: &mut [u64; 512], arg: usize) -> isize {
    errno(reader::<[u64; 512]>(arg).read_into(page).map(|()| 0))
}

/// calls: _copy_to_user rust_helper_get_current
/// frame: 24
/// beyond-c: 15 instructions, 1 loads: the current task must have user memory
#[inline(never)]
pub fn write_struct(arg: usize, limits: &Limits) -> isize {
    errno(writer::<Limits>(arg).write(limits).map(|()| 0))
}

/// calls: rust_helper_get_user_u32 rust_helper_get_current
/// frame: 24
/// beyond-c: 10 instructions, 1 branches, 1 loads: the current task must have user memory
#[inline(never)]
pub fn read_mode(arg: usize) -> isize {
    errno(
        reader::<Mode>(arg)
            .try_read()
            .map(|mode: Mode| mode as isize),
    )
}

/// Hardened usercopy must check the slice, which `_copy_from_user()` alone does not do.
///
/// calls: rust_helper_copy_from_user rust_helper_get_current
/// frame: 24
/// beyond-c: 6 instructions, 1 loads: the current task must have user memory
#[inline(never)]
pub fn read_slice(words: &mut [u64], arg: usize) -> isize {
    let size = size_of_val(words);

    errno(
        UserSlice::new(UserPtr::from_addr(arg), size)
            .reader()
            .read_into(words)
            .map(|()| 0),
    )
}

/// calls: rust_helper_copy_to_user rust_helper_get_current
/// frame: 24
/// beyond-c: 11 instructions, 1 loads: the current task must have user memory
#[inline(never)]
pub fn write_slice(arg: usize, words: &[u64]) -> isize {
    errno(
        UserSlice::new(UserPtr::from_addr(arg), size_of_val(words))
            .writer()
            .write(words)
            .map(|()| 0),
    )
}

/// calls: any
/// frame: 64
/// guarded: rust_helper_futex_cmpxchg
/// beyond-c: 100 instructions, 20 branches, 20 loads: it faults in the page, and checks for signals
#[inline(never)]
pub fn cmpxchg_word(word: &UserAtomic, old: u32, new: u32) -> isize {
    errno(word.cmpxchg(old, new).map(|found| found.is_ok() as isize))
}

/// calls: _copy_from_user rust_helper_copy_from_user check_zeroed_user skip long
/// needs: rust_helper_get_current
/// frame: 88
/// beyond-c: 47 instructions, 3 branches, 1 loads: the task must have user memory; reports the tail
#[inline(never)]
pub fn read_versioned(arg: usize, size: usize) -> isize {
    let reader = UserSlice::new(UserPtr::from_addr(arg), size).reader();

    errno(
        reader
            .read_versioned(min_size!(Limits, low))
            .map(|(limits, _)| (limits.low ^ limits.high) as isize),
    )
}
