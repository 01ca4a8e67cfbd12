/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_packets/.
 *
 * Each write() to /dev/rust-packets passes one Ethernet frame, without its frame check sequence.
 * The driver groups the packets by flow. Each open file has its own flows. A write fails with
 *
 * - EINVAL if the frame is malformed: it ends within a header, or is shorter than a length field
 *   specifies. The driver counts the frame in rust_packets_statistics.malformed.
 * - E2BIG if the frame is longer than RUST_PACKETS_FRAME_MAX.
 * - ENOMEM if there is not enough memory.
 * - ENOSPC if the frame belongs to a new flow, and RUST_PACKETS_FLOWS_MAX flows exist.
 *
 * A failed write has no other effect. Bytes after an IP packet are padding. The driver does not
 * verify checksums.
 */
#ifndef _UAPI_LINUX_RUST_PACKETS_H
#define _UAPI_LINUX_RUST_PACKETS_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* An Ethernet header, two VLAN tags, an IPv6 header, and its longest payload. */
#define RUST_PACKETS_FRAME_MAX	(14 + 2 * 4 + 40 + 65535)
#define RUST_PACKETS_FLOWS_MAX	1024

/**
 * struct rust_packets_flow - The IP packets from one port to another
 * @saddr: source address, in the first 4 bytes for IPv4
 * @daddr: destination address, in the first 4 bytes for IPv4
 * @sport: source port, or 0 for packets without ports, such as all fragments but the first
 * @dport: destination port, or 0 for packets without ports
 * @version: 4 or 6
 * @protocol: IPPROTO_*; for IPv6, the protocol after the extension headers
 * @reserved: 0
 * @packets: number of packets
 * @bytes: size of their payload, after the UDP or TCP header, or else after the IP headers
 */
struct rust_packets_flow {
	__u8 saddr[16];
	__u8 daddr[16];
	__be16 sport;
	__be16 dport;
	__u8 version;
	__u8 protocol;
	__u8 reserved[2];
	__u64 packets;
	__u64 bytes;
};

/**
 * struct rust_packets_flows - An array for flows
 * @flows: pointer to struct rust_packets_flow[]
 * @count: in: capacity of the array; out: number of all flows
 */
struct rust_packets_flows {
	__u64 flows;
	__u64 count;
};

/**
 * struct rust_packets_statistics - Counts of frames and headers
 * @arp: ARP packets
 * @ipv4: IPv4 packets
 * @ipv6: IPv6 packets
 * @other: frames of another EtherType
 * @vlan_tags: IEEE 802.1Q and 802.1ad tags
 * @fragments: IP packets that are fragments
 * @options: bytes of IPv4 options, IPv6 extension headers and TCP options
 * @malformed: frames that were rejected with EINVAL, which no other field counts
 */
struct rust_packets_statistics {
	__u64 arp;
	__u64 ipv4;
	__u64 ipv6;
	__u64 other;
	__u64 vlan_tags;
	__u64 fragments;
	__u64 options;
	__u64 malformed;
};

/* An enum, so that bindgen exports the ioctl numbers to Rust. */
enum {
	/* Writes as many flows as fit, sorted by address, port, version and protocol. */
	RUST_PACKETS_FLOWS	= _IOWR('|', 0xb8, struct rust_packets_flows),
	RUST_PACKETS_STATISTICS	= _IOR('|', 0xb9, struct rust_packets_statistics),
};

#endif /* _UAPI_LINUX_RUST_PACKETS_H */
