// SPDX-License-Identifier: GPL-2.0

//! Parsing of UDP over IPv4 in Ethernet frames.

use kernel::{
    prelude::*,
    zerocopy::big_endian::U16, //
};

const ETH_P_IP: U16 = U16::new(0x0800);
const ETH_P_8021Q: U16 = U16::new(0x8100);
const ETH_P_8021AD: U16 = U16::new(0x88a8);
const IPPROTO_UDP: u8 = 17;

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

/// C counterpart: `struct iphdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Ipv4 {
    version_words: u8,
    _tos: u8,
    length: U16,
    _id: U16,
    _fragment: U16,
    _ttl: u8,
    protocol: u8,
    _checksum: U16,
    _saddr: [u8; 4],
    _daddr: [u8; 4],
}

/// C counterpart: `struct udphdr`.
#[derive(FromBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Udp {
    _sport: U16,
    _dport: U16,
    length: U16,
    _checksum: U16,
}

/// Returns the size of the UDP payload of an IPv4 frame, skipping any VLAN tags.
#[inline(never)]
pub(crate) fn payload(frame: &[u8]) -> Result<u32> {
    let (ethernet, mut rest) = Ethernet::ref_from_prefix(frame).map_err(|_| EINVAL)?;
    let mut protocol = ethernet.protocol;

    while protocol == ETH_P_8021Q || protocol == ETH_P_8021AD {
        let (vlan, behind) = Vlan::ref_from_prefix(rest).map_err(|_| EINVAL)?;
        (protocol, rest) = (vlan.protocol, behind);
    }
    if protocol != ETH_P_IP {
        return Err(EINVAL);
    }
    let (ip, _) = Ipv4::ref_from_prefix(rest).map_err(|_| EINVAL)?;
    let (version, words) = (ip.version_words >> 4, ip.version_words & 0xf);
    if version != 4 || words < 5 || ip.protocol != IPPROTO_UDP {
        return Err(EINVAL);
    }
    let datagram = rest
        .get(usize::from(words) * 4..usize::from(ip.length.get()))
        .ok_or(EINVAL)?;

    let (udp, _) = Udp::ref_from_prefix(datagram).map_err(|_| EINVAL)?;
    let length = usize::from(udp.length.get());
    if length < size_of::<Udp>() || length > datagram.len() {
        return Err(EINVAL);
    }
    Ok((length - size_of::<Udp>()) as u32)
}
