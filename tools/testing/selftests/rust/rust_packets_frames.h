/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Valid frames for samples/rust/zerocopy/rust_packets/.
 */
#ifndef SELFTESTS_RUST_PACKETS_FRAMES_H
#define SELFTESTS_RUST_PACKETS_FRAMES_H

/* Two VLAN tags, IPv4 with options, TCP with options, and 3 bytes of payload. */
static const unsigned char tcp4[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xa8, 0, 7, 0x81, 0, 0, 5, 0x08, 0,
	/* At 22 */ 0x46, 0, 0, 51, 0, 1, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
	1, 1, 1, 1,
	/* At 46 */ 0x12, 0x34, 0x43, 0x21, 0, 0, 0, 1, 0, 0, 0, 2, 0x60, 2, 0, 1, 0, 0, 0, 0,
	1, 1, 1, 1,
	/* At 70 */ 'a', 'b', 'c',
};

/* IPv4 with options, and 4 bytes of payload. */
static const unsigned char icmp4[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0,
	/* At 14 */ 0x46, 0, 0, 28, 0, 1, 0, 0, 64, 1, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
	1, 1, 1, 1,
	/* At 38 */ 8, 0, 0, 0,
};

/* IPv6 with all extension headers, UDP, and 2 bytes of payload. */
static const unsigned char udp6[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x86, 0xdd,
	/* At 14 */ 0x60, 0, 0, 0, 0, 82, 0, 64,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	/* Hop-by-hop options, at 54 */ 43, 0, 1, 4, 0, 0, 0, 0,
	/* Routing, at 62 */ 60, 2, 4, 0, 0, 0, 0, 0,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	/* Destination options, at 86 */ 44, 0, 1, 4, 0, 0, 0, 0,
	/* Fragment header of an unfragmented packet, at 94 */ 51, 0, 0, 0, 0, 0, 0, 1,
	/* Authentication, at 102 */ 17, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1,
	1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	/* UDP, at 126 */ 0x12, 0x34, 0x43, 0x21, 0, 10, 0, 0,
	/* At 134 */ 'd', 'e',
};

static const unsigned char arp[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1,
	0x02, 0, 0, 0, 0, 2, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2,
};

#endif /* SELFTESTS_RUST_PACKETS_FRAMES_H */
