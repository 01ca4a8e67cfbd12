// SPDX-License-Identifier: GPL-2.0

//! What user space gets to see: flows and statistics.

use crate::{
    frame::{
        Frame,
        Packet, //
    },
    ip::{
        Ip,
        Part, //
    }, //
};
use kernel::{
    prelude::*,
    zerocopy::big_endian::U16, //
};

const FLOWS_MAX: usize = 1024;

/// The fields of `struct rust_packets_flow` that tell flows apart.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, FromBytes, IntoBytes, KnownLayout, Immutable,
)]
#[repr(C)]
pub(crate) struct Key {
    pub(crate) saddr: [u8; 16],
    pub(crate) daddr: [u8; 16],
    pub(crate) sport: U16,
    pub(crate) dport: U16,
    pub(crate) version: u8,
    pub(crate) protocol: u8,
    pub(crate) reserved: [u8; 2],
}

/// `struct rust_packets_flow`: it is kept as user space gets it.
#[derive(IntoBytes, Immutable)]
#[repr(C)]
pub(crate) struct Flow {
    key: Key,
    packets: u64,
    bytes: u64,
}

/// `struct rust_packets_statistics`.
#[derive(Clone, Copy, FromZeros, IntoBytes, Immutable)]
#[repr(C)]
pub(crate) struct Statistics {
    arp: u64,
    ipv4: u64,
    ipv6: u64,
    other: u64,
    vlan_tags: u64,
    fragments: u64,
    options: u64,
    pub(crate) malformed: u64,
}

/// What has been seen so far.
pub(crate) struct Seen {
    /// Sorted by their keys.
    pub(crate) flows: KVVec<Flow>,
    pub(crate) statistics: Statistics,
}

impl Seen {
    pub(crate) fn nothing() -> Self {
        Seen {
            flows: KVVec::new(),
            statistics: Statistics::new_zeroed(),
        }
    }

    /// Counts a frame.
    ///
    /// # Errors
    ///
    /// - [`ENOSPC`]: it belongs to a new flow, and there are as many as there may be.
    /// - [`ENOMEM`]: it belongs to a new flow, and there is no memory for one.
    ///
    /// It is then not counted.
    pub(crate) fn count(&mut self, frame: &Frame<'_>) -> Result {
        let statistics = &mut self.statistics;

        match &frame.packet {
            Packet::Arp => statistics.arp += 1,
            Packet::Other => statistics.other += 1,
            Packet::Ip(ip) => {
                count_in_flow(&mut self.flows, ip)?;
                match ip.key.version {
                    4 => statistics.ipv4 += 1,
                    _ => statistics.ipv6 += 1,
                }
                statistics.fragments += u64::from(ip.part != Part::Whole);
                statistics.options += ip.options as u64;
            }
        }
        statistics.vlan_tags += frame.vlan_tags;
        Ok(())
    }
}

/// Counts a packet in its flow, which is made if there is none.
fn count_in_flow(flows: &mut KVVec<Flow>, ip: &Ip<'_>) -> Result {
    let bytes = ip.payload.len() as u64;

    match flows.binary_search_by_key(&ip.key, |flow| flow.key) {
        Ok(at) => {
            if let Some(flow) = flows.get_mut(at) {
                flow.packets += 1;
                flow.bytes += bytes;
            }
            Ok(())
        }
        Err(_) if flows.len() >= FLOWS_MAX => Err(ENOSPC),
        Err(at) => {
            let flow = Flow {
                key: ip.key,
                packets: 1,
                bytes,
            };
            flows.reserve(1, GFP_KERNEL)?;
            flows.insert_within_capacity(at, flow).map_err(|_| ENOMEM)
        }
    }
}
