// SPDX-License-Identifier: GPL-2.0

//! The categories of sites, and their safe alternatives.

/// The traits whose hand-written implementations make a claim about the bytes of a type: the traits
/// of `kernel::transmute` and zerocopy, and traits with the same meaning in other crates.
pub const BYTE_TRAITS: &[&str] = &[
    "AnyBitPattern",
    "AsBytes",
    "ByteValued",
    "FromBytes",
    "FromBytesSized",
    "FromZeroes",
    "FromZeros",
    "Immutable",
    "IntoBytes",
    "KnownLayout",
    "NoUninit",
    "Plain",
    "Pod",
    "TryFromBytes",
    "Unaligned",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    Impl,
    OldTrait,
    Slice,
    Cast,
    IoctlCast,
    Transmute,
    Zeroed,
    AssumeInit,
    UserCopy,
    PageCopy,
    Union,
    Hidden,
}

use Category::*;

impl Category {
    pub const ALL: &[Category] = &[
        Impl, OldTrait, Slice, Cast, IoctlCast, Transmute, Zeroed, AssumeInit, UserCopy, PageCopy,
        Union, Hidden,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Impl => "impl",
            OldTrait => "old-trait",
            Slice => "slice",
            Cast => "cast",
            IoctlCast => "ioctl-cast",
            Transmute => "transmute",
            Zeroed => "zeroed",
            AssumeInit => "assume-init",
            UserCopy => "user-copy",
            PageCopy => "page-copy",
            Union => "union",
            Hidden => "hidden",
        }
    }

    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|category| category.name() == name)
    }

    pub fn what(self) -> &'static str {
        match self {
            Impl => "a byte trait implemented by hand",
            OldTrait => "a name taken from kernel::transmute",
            Slice => "a slice made from a pointer and a length",
            Cast => "a pointer cast between bytes and a type",
            IoctlCast => "a pointer cast of an ioctl argument to a type",
            Transmute => "mem::transmute, mem::transmute_copy",
            Zeroed => "zero bytes taken as a value",
            AssumeInit => "MaybeUninit taken as initialized",
            UserCopy => "a copy from or to user space by pointer and length",
            PageCopy => "a copy from or to a page by pointer and length",
            Union => "a field of a union, read without a tag",
            Hidden => "a hidden name of zerocopy, which only its derives and macros may use",
        }
    }

    /// Returns the safe alternative.
    pub fn instead(self) -> &'static str {
        match self {
            Impl => {
                "derives of FromBytes, IntoBytes, KnownLayout, Immutable; scripts/codemod adds them"
            }
            OldTrait => "the traits of kernel::zerocopy, which are in the prelude",
            Slice => "as_bytes(), as_mut_bytes(), <[T]>::ref_from_prefix_with_elems()",
            Cast => "ref_from_prefix(), mut_from_prefix(), read_from_bytes(); transmute_ref!()",
            IoctlCast => {
                "an argument that derives FromBytes and IntoBytes, read() and write() of uaccess"
            }
            Transmute => "transmute!(), transmute_ref!() or try_transmute!() of kernel::zerocopy",
            Zeroed => "pin_init::zeroed(); FromZeros::new_zeroed()",
            AssumeInit => "new_zeroed() and as_mut_bytes(); read_from_bytes()",
            UserCopy => "UserSliceReader::read(), UserSliceWriter::write()",
            PageCopy => "shared memory of kernel::mm if user space maps the page; as_mut_bytes()",
            Union => "transmute!() of the union; an enum that derives TryFromBytes",
            Hidden => "the public names of kernel::zerocopy",
        }
    }
}
