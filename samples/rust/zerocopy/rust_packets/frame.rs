// SPDX-License-Identifier: GPL-2.0

//! Ethernet frames.
//!
//! C headers: [`include/uapi/linux/if_ether.h`](srctree/include/uapi/linux/if_ether.h),
//! [`include/uapi/linux/if_arp.h`](srctree/include/uapi/linux/if_arp.h)

use crate::{
    header::split,
    ip::Ip, //
};
use kernel::{
    prelude::*,
    zerocopy::big_endian::U16, //
};

const ETH_P_IP: u16 = 0x0800;
const ETH_P_ARP: u16 = 0x0806;
const ETH_P_8021Q: u16 = 0x8100;
const ETH_P_IPV6: u16 = 0x86dd;
const ETH_P_8021AD: u16 = 0x88a8;

/// An Ethernet header at any address, because its alignment is 1.
///
/// C counterpart: `struct ethhdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Ethernet {
    _daddr: [u8; 6],
    _saddr: [u8; 6],
    protocol: U16,
}

/// C counterpart: `struct vlan_hdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Vlan {
    _tci: U16,
    protocol: U16,
}

/// C counterpart: `struct arphdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Arp {
    _hardware: U16,
    _protocol: U16,
    hardware_length: u8,
    protocol_length: u8,
    _operation: U16,
    _addresses: [u8],
}

impl Arp {
    /// Returns the total size of the sender and target addresses.
    fn address_bytes(&self) -> Result<usize> {
        Ok(2 * (usize::from(self.hardware_length) + usize::from(self.protocol_length)))
    }
}

/// A well-formed frame.
pub(crate) struct Frame<'a> {
    pub(crate) vlan_tags: u64,
    pub(crate) packet: Packet<'a>,
}

pub(crate) enum Packet<'a> {
    Arp,
    Ip(Ip<'a>),
    Other,
}

impl<'a> Frame<'a> {
    /// Parses `bytes`. The result borrows them.
    ///
    /// # Errors
    ///
    /// - [`EINVAL`]: the frame ends within a header, or is shorter than a length field specifies.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self> {
        let (ethernet, mut rest) = Ethernet::ref_from_prefix(bytes).map_err(|_| EINVAL)?;
        let mut protocol = ethernet.protocol.get();
        let mut vlan_tags = 0;

        while let ETH_P_8021Q | ETH_P_8021AD = protocol {
            let (vlan, behind) = Vlan::ref_from_prefix(rest).map_err(|_| EINVAL)?;
            (protocol, rest) = (vlan.protocol.get(), behind);
            vlan_tags += 1;
        }
        let packet = match protocol {
            ETH_P_ARP => {
                split(rest, Arp::address_bytes)?;
                Packet::Arp
            }
            ETH_P_IP => Packet::Ip(Ip::parse_v4(rest)?),
            ETH_P_IPV6 => Packet::Ip(Ip::parse_v6(rest)?),
            _ => Packet::Other,
        };
        Ok(Frame { vlan_tags, packet })
    }
}
