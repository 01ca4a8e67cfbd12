// SPDX-License-Identifier: GPL-2.0

//! UDP and TCP.
//!
//! C headers: [`include/uapi/linux/udp.h`](srctree/include/uapi/linux/udp.h),
//! [`include/uapi/linux/tcp.h`](srctree/include/uapi/linux/tcp.h)

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
    zerocopy::{
        big_endian::{
            U16,
            U32, //
        },
        transmute, //
    }, //
};

const IPPROTO_TCP: u8 = 6;
const IPPROTO_UDP: u8 = 17;

/// C counterpart: `struct udphdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Udp {
    sport: U16,
    dport: U16,
    length: U16,
    _checksum: U16,
}

/// C counterpart: `struct tcphdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Tcp {
    sport: U16,
    dport: U16,
    _sequence: U32,
    _acknowledged: U32,
    words: u8,
    _flags: u8,
    _window: U16,
    _checksum: U16,
    _urgent: U16,
    options: [Word],
}

impl Tcp {
    fn option_words(&self) -> Result<usize> {
        usize::from(self.words >> 4).checked_sub(5).ok_or(EINVAL)
    }
}

impl Ip<'_> {
    /// Takes the UDP or TCP header from the payload, if it is present.
    pub(crate) fn parse_ports(mut self) -> Result<Self> {
        match (self.flow.protocol, self.part) {
            (_, Part::LaterFragment) => {}
            (IPPROTO_TCP, _) => {
                let (tcp, rest) = split(self.payload, Tcp::option_words)?;
                (self.flow.sport, self.flow.dport) = (transmute!(tcp.sport), transmute!(tcp.dport));
                self.options += size_of_val(&tcp.options);
                self.payload = rest;
            }
            (IPPROTO_UDP, part) => {
                let (udp, rest) = Udp::ref_from_prefix(self.payload).map_err(|_| EINVAL)?;
                let length = usize::from(udp.length.get())
                    .checked_sub(size_of::<Udp>())
                    .ok_or(EINVAL)?;
                (self.flow.sport, self.flow.dport) = (transmute!(udp.sport), transmute!(udp.dport));
                self.payload = match part {
                    Part::Whole => rest.get(..length).ok_or(EINVAL)?,
                    // The length includes bytes of later fragments.
                    _ => rest,
                };
            }
            _ => {}
        }
        Ok(self)
    }
}
