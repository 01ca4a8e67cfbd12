// SPDX-License-Identifier: GPL-2.0

//! IPv6 and its extension headers.
//!
//! C headers: [`include/uapi/linux/ipv6.h`](srctree/include/uapi/linux/ipv6.h),
//! [`include/uapi/linux/in6.h`](srctree/include/uapi/linux/in6.h)

use crate::{
    header::split,
    ip::{
        Ip,
        Part,
        Word, //
    }, //
};
use kernel::{
    prelude::*,
    uapi::rust_packets_flow,
    zerocopy::big_endian::{
        U16,
        U32, //
    }, //
};

const IPPROTO_HOPOPTS: u8 = 0;
const IPPROTO_ROUTING: u8 = 43;
const IPPROTO_FRAGMENT: u8 = 44;
const IPPROTO_AH: u8 = 51;
const IPPROTO_DSTOPTS: u8 = 60;

/// C counterpart: `struct ipv6hdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Ipv6 {
    version_flow: U32,
    length: U16,
    next: u8,
    _hop_limit: u8,
    saddr: [u8; 16],
    daddr: [u8; 16],
}

/// C counterpart: `struct ipv6_opt_hdr` and the options after it.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Extension {
    next: u8,
    length: u8,
    _options: [u8; 6],
    _more_options: [Word],
}

impl Extension {
    fn more_words(&self, protocol: u8) -> Result<usize> {
        match protocol {
            IPPROTO_AH => Ok(self.length.into()),
            _ => Ok(2 * usize::from(self.length)),
        }
    }
}

/// C counterpart: `struct frag_hdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Fragment {
    next: u8,
    _reserved: u8,
    fragment: U16,
    _id: U32,
}

impl Fragment {
    fn part(&self) -> Part {
        let fragment = self.fragment.get();

        Part::new(fragment & 0xfff8, fragment & 1)
    }
}

impl<'a> Ip<'a> {
    pub(crate) fn parse_v6(bytes: &'a [u8]) -> Result<Self> {
        let (header, rest) = Ipv6::ref_from_prefix(bytes).map_err(|_| EINVAL)?;
        if header.version_flow.get() >> 28 != 6 {
            return Err(EINVAL);
        }
        let mut ip = Ip {
            flow: rust_packets_flow {
                saddr: header.saddr,
                daddr: header.daddr,
                version: 6,
                protocol: header.next,
                ..FromZeros::new_zeroed()
            },
            part: Part::Whole,
            options: 0,
            payload: rest.get(..header.length.get().into()).ok_or(EINVAL)?,
        };

        // The payload of a later fragment does not begin with a header.
        while ip.part != Part::LaterFragment && ip.skip_extension()? {}
        ip.parse_ports()
    }

    /// Removes an extension header from the payload. Returns `false` if the payload has none.
    fn skip_extension(&mut self) -> Result<bool> {
        let before = self.payload.len();

        (self.flow.protocol, self.payload) = match self.flow.protocol {
            IPPROTO_FRAGMENT => {
                let (header, rest) = Fragment::ref_from_prefix(self.payload).map_err(|_| EINVAL)?;
                self.part = header.part();
                (header.next, rest)
            }
            protocol @ (IPPROTO_HOPOPTS | IPPROTO_ROUTING | IPPROTO_AH | IPPROTO_DSTOPTS) => {
                let (header, rest) = split(self.payload, |header: &Extension| {
                    header.more_words(protocol)
                })?;
                (header.next, rest)
            }
            _ => return Ok(false),
        };
        self.options += before - self.payload.len();
        Ok(true)
    }
}
