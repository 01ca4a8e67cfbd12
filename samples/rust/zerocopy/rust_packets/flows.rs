// SPDX-License-Identifier: GPL-2.0

//! Flows and statistics, as user space receives them.

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
    uapi::{
        rust_packets_flow,
        rust_packets_statistics,
        RUST_PACKETS_FLOWS_MAX, //
    }, //
};

/// The flows and statistics of all frames so far.
pub(crate) struct Seen {
    /// Sorted by [`key`].
    pub(crate) flows: KVVec<rust_packets_flow>,
    pub(crate) statistics: rust_packets_statistics,
}

impl Seen {
    pub(crate) fn nothing() -> Self {
        Seen {
            flows: KVVec::new(),
            statistics: FromZeros::new_zeroed(),
        }
    }

    /// Counts a frame.
    ///
    /// # Errors
    ///
    /// - [`ENOSPC`]: the frame belongs to a new flow, but the maximum number of flows is reached.
    /// - [`ENOMEM`]: the frame belongs to a new flow, but memory for it cannot be allocated.
    ///
    /// After an error, the frame is not counted.
    pub(crate) fn count(&mut self, frame: &Frame<'_>) -> Result {
        let statistics = &mut self.statistics;

        match &frame.packet {
            Packet::Arp => statistics.arp += 1,
            Packet::Other => statistics.other += 1,
            Packet::Ip(ip) => {
                count_in_flow(&mut self.flows, ip)?;
                match ip.flow.version {
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

/// Returns the fields that distinguish flows.
fn key(flow: &rust_packets_flow) -> impl Ord {
    (
        flow.saddr,
        flow.daddr,
        u16::from_be(flow.sport),
        u16::from_be(flow.dport),
        flow.version,
        flow.protocol,
    )
}

/// Counts a packet in its flow, which is created if it does not exist.
fn count_in_flow(flows: &mut KVVec<rust_packets_flow>, ip: &Ip<'_>) -> Result {
    let bytes = ip.payload.len() as u64;

    match flows.binary_search_by_key(&key(&ip.flow), key) {
        Ok(at) => {
            if let Some(flow) = flows.get_mut(at) {
                flow.packets += 1;
                flow.bytes += bytes;
            }
            Ok(())
        }
        Err(_) if flows.len() >= RUST_PACKETS_FLOWS_MAX as usize => Err(ENOSPC),
        Err(at) => {
            let flow = rust_packets_flow {
                packets: 1,
                bytes,
                ..ip.flow
            };
            flows.reserve(1, GFP_KERNEL_ACCOUNT)?;
            flows.insert_within_capacity(at, flow).map_err(|_| ENOMEM)
        }
    }
}
