// SPDX-License-Identifier: GPL-2.0

//! Single integers in user space.
//!
//! C header: [`include/linux/uaccess.h`](srctree/include/linux/uaccess.h)

use super::UserPtr;
use crate::{
    bindings,
    prelude::*, //
};
use core::mem::MaybeUninit;

mod private {
    pub trait Sealed {}
}

/// An integer that `get_user()` and `put_user()` copy.
pub trait UserWord: private::Sealed + Sized {
    /// Reads the value at `from`, or returns [`EFAULT`].
    ///
    /// # Safety
    ///
    /// The current task must have user memory, or `from` must be the last address.
    #[doc(hidden)]
    unsafe fn get(from: UserPtr) -> Result<Self>;

    /// Writes the value to `to`, or returns [`EFAULT`].
    ///
    /// # Safety
    ///
    /// The current task must have user memory, or `to` must be the last address.
    #[doc(hidden)]
    unsafe fn put(self, to: UserPtr) -> Result;
}

/// Returns [`EFAULT`] out of line, so that the compiler lays out the success path without a jump.
#[cold]
#[inline(never)]
fn fault() -> Error {
    EFAULT
}

macro_rules! impl_user_word {
    ($($word:ty, $get:ident, $put:ident;)*) => {$(
        impl private::Sealed for $word {}

        impl UserWord for $word {
            #[inline(always)]
            unsafe fn get(from: UserPtr) -> Result<Self> {
                let mut value = MaybeUninit::uninit();

                // SAFETY: `value` is valid for writes. The caller guarantees that this address may
                // be passed.
                match unsafe { bindings::$get(value.as_mut_ptr(), from.as_const_ptr().cast()) } {
                    // SAFETY: The helper returned 0, so it has initialized `value`.
                    0 => Ok(unsafe { value.assume_init() }),
                    _ => Err(EFAULT),
                }
            }

            #[inline(always)]
            unsafe fn put(self, to: UserPtr) -> Result {
                // SAFETY: The caller guarantees that this address may be passed.
                match unsafe { bindings::$put(self, to.as_mut_ptr().cast()) } {
                    0 => Ok(()),
                    _ => Err(fault()),
                }
            }
        }
    )*};
}

impl_user_word! {
    u8, get_user_u8, put_user_u8;
    u16, get_user_u16, put_user_u16;
    u32, get_user_u32, put_user_u32;
    u64, get_user_u64, put_user_u64;
}
