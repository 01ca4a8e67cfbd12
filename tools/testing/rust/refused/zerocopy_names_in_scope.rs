// SPDX-License-Identifier: GPL-2.0

//! accepted: the derives ignore the methods and macros that are in scope

#![allow(missing_docs, unused_imports, unused_macros)]
#![forbid(unsafe_code)]

use core::fmt::Debug as PartialEq;
use kernel::prelude::*;
use zerocopy::{
    pointer::PtrInner,
    Ptr, //
};

/// The methods take `self`, so a method call prefers them to methods that take `&self`. They have
/// the wrong return type, so a derive that calls one does not compile. An attack would return
/// `true`, a pointer to other memory, or the tag of another variant.
pub trait Captured: Sized {
    fn as_ptr(self) {}
    fn is_ok(self) {}
    fn reborrow(self) {}
}

impl<T, E> Captured for Result<T, E> {}
impl<T: ?Sized> Captured for PtrInner<'_, T> {}
impl<T: ?Sized, I: zerocopy::invariant::Invariants> Captured for Ptr<'_, T, I> {}

macro_rules! stringify {
    ($($name:tt)*) => {
        compile_error!("captured")
    };
}

#[derive(TryFromBytes, KnownLayout, Immutable)]
#[repr(C)]
pub struct Flag {
    pub flag: bool,
}

#[derive(TryFromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(u8)]
pub enum Kind {
    Off,
    On,
}

#[derive(TryFromBytes, KnownLayout, Immutable)]
#[repr(u8)]
pub enum Message {
    Flag(bool),
    Raw(u8),
}
