/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_packets/.
 *
 * Each write() to /dev/rust-packets gives it one Ethernet frame, without its check sequence. The
 * driver sorts the packets by flow; each open file has flows of its own. A write fails with
 *
 * - EINVAL if the frame is malformed: it ends within a header, or within what a header says that
 *   there is. It is counted in rust_packets_statistics.malformed.
 * - E2BIG if it is longer than RUST_PACKETS_FRAME_MAX.
 * - ENOMEM if there is no memory.
 * - ENOSPC if its flow would be one more than RUST_PACKETS_FLOWS_MAX.
 *
 * and then changes nothing else. Bytes behind an IP packet are padding. Checksums are not verified.
 */
#ifndef _UAPI_LINUX_RUST_PACKETS_H
#define _UAPI_LINUX_RUST_PACKETS_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* An Ethernet header, two VLAN tags, an IPv6 header, and the longest payload of that. */
#define RUST_PACKETS_FRAME_MAX	(14 + 2 * 4 + 40 + 65535)
#define RUST_PACKETS_FLOWS_MAX	1024

/**
 * struct rust_packets_flow - The IP packets from one port to another
 * @saddr: source address; of IPv4, the first 4 bytes
 * @daddr: destination address; of IPv4, the first 4 bytes
 * @sport: source port; 0 if the packets have none, as fragments but the first
 * @dport: destination port; 0 if the packets have none
 * @version: 4 or 6
 * @protocol: IPPROTO_*; of IPv6, what follows the extension headers
 * @reserved: 0
 * @packets: how many
 * @bytes: their payload: what follows the header of UDP or TCP, or those of IP
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
 * @count: in: how many it has room for; out: how many flows there are
 */
struct rust_packets_flows {
	__u64 flows;
	__u64 count;
};

/**
 * struct rust_packets_statistics - What the frames were
 * @arp: ARP packets
 * @ipv4: IPv4 packets
 * @ipv6: IPv6 packets
 * @other: frames of another EtherType
 * @vlan_tags: IEEE 802.1Q and 802.1ad tags
 * @fragments: IP packets that are fragments
 * @options: bytes of IPv4 options, IPv6 extension headers and TCP options
 * @malformed: frames that were refused with EINVAL, and are in no other count
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

/* An enum, so that the numbers reach Rust. */
enum {
	/* Writes as many flows as there is room for; sorted by address, port, version, protocol. */
	RUST_PACKETS_FLOWS	= _IOWR('|', 0xb0, struct rust_packets_flows),
	RUST_PACKETS_STATISTICS	= _IOR('|', 0xb1, struct rust_packets_statistics),
};

#endif /* _UAPI_LINUX_RUST_PACKETS_H */
