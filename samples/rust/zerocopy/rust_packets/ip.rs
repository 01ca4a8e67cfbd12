// SPDX-License-Identifier: GPL-2.0

//! IPv4, and the code that IPv4 and IPv6 share.
//!
//! C header: [`include/uapi/linux/ip.h`](srctree/include/uapi/linux/ip.h)

use crate::header::split;
use kernel::{
    prelude::*,
    uapi::rust_packets_flow,
    zerocopy::{
        big_endian::U16,
        transmute, //
    }, //
};

/// The unit in which headers specify the size of their options.
pub(crate) type Word = [u8; 4];

/// An IP packet: its flow, without the counts, and its payload.
pub(crate) struct Ip<'a> {
    pub(crate) flow: rust_packets_flow,
    pub(crate) part: Part,
    /// The size of the options and extension headers, in bytes.
    pub(crate) options: usize,
    pub(crate) payload: &'a [u8],
}

/// The part of the original packet that this packet carries.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Whole,
    FirstFragment,
    LaterFragment,
}

impl Part {
    pub(crate) fn new(offset: u16, more: u16) -> Self {
        match (offset, more) {
            (0, 0) => Part::Whole,
            (0, _) => Part::FirstFragment,
            _ => Part::LaterFragment,
        }
    }
}

/// C counterpart: `struct iphdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Ipv4 {
    version_words: u8,
    _tos: u8,
    length: U16,
    _id: U16,
    fragment: U16,
    _ttl: u8,
    protocol: u8,
    _checksum: U16,
    saddr: [u8; 4],
    daddr: [u8; 4],
    options: [Word],
}

impl Ipv4 {
    fn option_words(&self) -> Result<usize> {
        let words = usize::from(self.version_words & 0xf);

        match self.version_words >> 4 {
            4 => words.checked_sub(5).ok_or(EINVAL),
            _ => Err(EINVAL),
        }
    }

    fn part(&self) -> Part {
        let fragment = self.fragment.get();

        Part::new(fragment & 0x1fff, fragment & 0x2000)
    }
}

impl<'a> Ip<'a> {
    pub(crate) fn parse_v4(bytes: &'a [u8]) -> Result<Self> {
        let (header, rest) = split(bytes, Ipv4::option_words)?;
        let length = usize::from(header.length.get())
            .checked_sub(size_of_val(header))
            .ok_or(EINVAL)?;

        Ip {
            flow: rust_packets_flow {
                saddr: transmute!([header.saddr, [0; 4], [0; 4], [0; 4]]),
                daddr: transmute!([header.daddr, [0; 4], [0; 4], [0; 4]]),
                version: 4,
                protocol: header.protocol,
                ..FromZeros::new_zeroed()
            },
            part: header.part(),
            options: size_of_val(&header.options),
            // The rest of the frame is padding.
            payload: rest.get(..length).ok_or(EINVAL)?,
        }
        .parse_ports()
    }
}
