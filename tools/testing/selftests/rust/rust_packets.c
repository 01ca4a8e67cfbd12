// SPDX-License-Identifier: GPL-2.0
/*
 * Tests samples/rust/zerocopy/rust_packets/: that its report on a capture matches tshark's, that it
 * rejects malformed frames, and that a rejected frame changes nothing.
 *
 * rust_packets_capture.py creates the capture, rust_packets.pcap, and tshark's report,
 * rust_packets.txt. The test reads both from the current directory.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include <linux/rust_packets.h>

#include "pages.h"
#include "rust_packets_frames.h"
#include "transcript.h"
#include "../kselftest_harness.h"

/* The contents of a file, and a position in it. */
struct file {
	unsigned char bytes[1 << 20];
	size_t length;
	size_t at;
};

static struct file capture, answer;
static struct rust_packets_flow flows[RUST_PACKETS_FLOWS_MAX];

/* Loads the file NAME and adds a NUL byte. Returns false if this fails. */
static int load(struct file *file, const char *name)
{
	int fd = open(name, O_RDONLY);
	ssize_t ret;

	file->at = 0;
	file->length = 0;
	if (fd < 0)
		return 0;
	while ((ret = read(fd, file->bytes + file->length,
			   sizeof(file->bytes) - 1 - file->length)) > 0)
		file->length += ret;
	close(fd);
	file->bytes[file->length] = 0;
	return !ret && file->length < sizeof(file->bytes) - 1;
}

/* Loads the report and the capture, which must be an Ethernet capture in pcap format. */
static int load_capture(void)
{
	__u32 magic, link_type;

	if (!load(&capture, "rust_packets.pcap") || !load(&answer, "rust_packets.txt"))
		return 0;
	memcpy(&magic, capture.bytes, 4);
	memcpy(&link_type, capture.bytes + 20, 4);
	capture.at = 24;
	return capture.length >= 24 && magic == 0xa1b2c3d4 && link_type == 1;
}

/* Returns the next frame of the capture, or NULL at its end. */
static unsigned char *next_frame(size_t *length)
{
	__u32 captured;
	unsigned char *frame = capture.bytes + capture.at + 16;

	if (capture.at + 16 > capture.length)
		return NULL;
	memcpy(&captured, capture.bytes + capture.at + 8, 4);
	if (captured > capture.length - capture.at - 16)
		return NULL;
	capture.at += 16 + captured;
	*length = captured;
	return frame;
}

/* Writes FRAME. Returns the result of write(), or a negative errno. */
static long give(int fd, const void *frame, size_t length)
{
	ssize_t ret = write(fd, frame, length);

	return ret < 0 ? -errno : ret;
}

#define SAY_GIVE(fd, frame, length, ...) TRANSCRIBE(write(fd, frame, length), __VA_ARGS__)

/* Copies up to COUNT flows to the array. Returns the number of all flows. */
static long get_flows(int fd, struct rust_packets_flow *array, __u64 count)
{
	struct rust_packets_flows request = { .flows = (unsigned long)array, .count = count };

	return ioctl(fd, RUST_PACKETS_FLOWS, &request) ? -errno : (long)request.count;
}

static struct rust_packets_statistics statistics(int fd)
{
	struct rust_packets_statistics got;

	memset(&got, 0xa5, sizeof(got));
	ioctl(fd, RUST_PACKETS_STATISTICS, &got);
	return got;
}

/* Returns true if only MALFORMED frames have been counted. */
static int only_malformed(int fd, __u64 malformed)
{
	struct rust_packets_statistics wanted = { .malformed = malformed };
	struct rust_packets_statistics got = statistics(fd);

	return !memcmp(&got, &wanted, sizeof(got)) && !get_flows(fd, NULL, 0);
}

static int print_address(char *out, size_t size, const struct rust_packets_flow *flow,
			 const __u8 *address)
{
	int i, length = 0;

	if (flow->version == 4)
		return snprintf(out, size, "%u.%u.%u.%u", address[0], address[1], address[2],
				address[3]);
	for (i = 0; i < 16; i += 2)
		length += snprintf(out + length, size - length, "%s%02x%02x", i ? ":" : "",
				   address[i], address[i + 1]);
	return length;
}

static unsigned int port(__be16 port)
{
	const __u8 *bytes = (const __u8 *)&port;

	return bytes[0] << 8 | bytes[1];
}

/* Formats a flow like a line of rust_packets.txt. */
static void print_flow(char *out, size_t size, const struct rust_packets_flow *flow)
{
	int length = print_address(out, size, flow, flow->saddr);

	length += snprintf(out + length, size - length, ".%u > ", port(flow->sport));
	length += print_address(out + length, size - length, flow, flow->daddr);
	snprintf(out + length, size - length, ".%u protocol %u: %llu packets, %llu bytes\n",
		 port(flow->dport), flow->protocol, flow->packets, flow->bytes);
}

static int count_lines(const char *text)
{
	int count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

FIXTURE(capture) {
	int fd;
};

FIXTURE_SETUP(capture)
{
	self->fd = open("/dev/rust-packets", O_RDWR);
	ASSERT_GE(self->fd, 0);
	if (!load_capture())
		SKIP(return, "needs a capture: run rust_packets_capture.py");
}

FIXTURE_TEARDOWN(capture)
{
	close(self->fd);
}

TEST_F(capture, the_report_matches_tshark)
{
	struct rust_packets_statistics got;
	char line[256];
	const unsigned char *frame;
	size_t length;
	long count, i, frames = 0;

	for (; (frame = next_frame(&length)); frames++)
		ASSERT_EQ(give(self->fd, frame, length), length);
	count = get_flows(self->fd, flows, ARRAY_SIZE(flows));
	got = statistics(self->fd);

	snprintf((char *)capture.bytes, sizeof(capture.bytes),
		 "arp %llu\nipv4 %llu\nipv6 %llu\nother %llu\nvlan_tags %llu\nfragments %llu\n"
		 "options %llu\n", got.arp, got.ipv4, got.ipv6, got.other, got.vlan_tags,
		 got.fragments, got.options);
	length = strlen((char *)capture.bytes);
	EXPECT_EQ(strncmp((char *)capture.bytes, (char *)answer.bytes, length), 0) {
		TH_LOG("the driver reports:\n%s", capture.bytes);
		TH_LOG("tshark reports:\n%s", answer.bytes);
	}
	EXPECT_EQ(got.malformed, 0);
	EXPECT_EQ(count_lines((char *)answer.bytes), 7 + count);
	for (i = 0; i < count; i++) {
		print_flow(line, sizeof(line), &flows[i]);
		EXPECT_NE(strstr((char *)answer.bytes, line), NULL)
			TH_LOG("tshark does not report: %s", line);
		/* Print some flows as examples. */
		if (i % 32 == 0)
			printf("#   %s", line);
	}
	printf("#   %ld frames, %ld flows\n", frames, count);
}

/* In an emulator on a busy host, all lengths take more than the default 30 seconds. */
TEST_F_TIMEOUT(capture, a_frame_that_ends_early_is_refused, 120)
{
	const unsigned char *frame;
	size_t length, end;
	__u64 malformed = 0;

	while ((frame = next_frame(&length))) {
		for (end = 0; end < length; end++, malformed++)
			ASSERT_EQ(give(self->fd, frame, end), -EINVAL)
				TH_LOG("%zu of %zu bytes", end, length);
	}
	EXPECT_TRUE(only_malformed(self->fd, malformed));
	printf("#   %llu truncated frames\n", malformed);
}

TEST_F(capture, a_damaged_frame_does_no_harm)
{
	struct rust_packets_statistics got;
	unsigned char *frame;
	__u64 frames = 0, full = 0;
	size_t length, at;
	long ret;

	while ((frame = next_frame(&length))) {
		for (at = 0; at < length && at < 100; at++, frames++) {
			frame[at] ^= 0xff;
			ret = give(self->fd, frame, length);
			frame[at] ^= 0xff;
			ASSERT_TRUE(ret == (long)length || ret == -EINVAL || ret == -ENOSPC)
				TH_LOG("byte %zu: %ld", at, ret);
			full += ret == -ENOSPC;
		}
	}
	got = statistics(self->fd);
	EXPECT_EQ(got.arp + got.ipv4 + got.ipv6 + got.other + got.malformed + full, frames);
	printf("#   %llu damaged frames, %llu rejected\n", frames, got.malformed + full);
}

FIXTURE(packets) {
	int fd;
	struct pages pages;
};

FIXTURE_SETUP(packets)
{
	self->fd = open("/dev/rust-packets", O_RDWR);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(pages_map(&self->pages), 0);
}

FIXTURE_TEARDOWN(packets)
{
	pages_unmap(&self->pages);
	close(self->fd);
}

TEST_F(packets, each_header_is_parsed)
{
	struct rust_packets_statistics got;

	EXPECT_EQ(SAY_GIVE(self->fd, tcp4, sizeof(tcp4), "write(TCP, IPv4, two VLAN tags)"),
		  sizeof(tcp4));
	EXPECT_EQ(SAY_GIVE(self->fd, udp6, sizeof(udp6), "write(UDP, five extensions, IPv6)"),
		  sizeof(udp6));
	EXPECT_EQ(SAY_GIVE(self->fd, icmp4, sizeof(icmp4), "write(ICMP, IPv4)"), sizeof(icmp4));
	EXPECT_EQ(SAY_GIVE(self->fd, arp, sizeof(arp), "write(ARP)"), sizeof(arp));
	ASSERT_EQ(get_flows(self->fd, flows, 3), 3);
	EXPECT_EQ(flows[0].version, 6);
	EXPECT_EQ(flows[0].protocol, 17);
	EXPECT_EQ(memcmp(flows[0].saddr, udp6 + 22, 16), 0);
	EXPECT_EQ(memcmp(flows[0].daddr, udp6 + 38, 16), 0);
	EXPECT_EQ(port(flows[0].sport), 0x1234);
	EXPECT_EQ(port(flows[0].dport), 0x4321);
	EXPECT_EQ(flows[0].packets, 1);
	EXPECT_EQ(flows[0].bytes, 2);
	EXPECT_EQ(flows[1].protocol, 1);
	EXPECT_EQ(flows[1].sport, 0);
	EXPECT_EQ(flows[1].bytes, 4);
	EXPECT_EQ(flows[2].version, 4);
	EXPECT_EQ(flows[2].protocol, 6);
	EXPECT_EQ(memcmp(flows[2].saddr, tcp4 + 34, 4), 0);
	EXPECT_EQ(memcmp(flows[2].daddr, tcp4 + 38, 4), 0);
	EXPECT_EQ(flows[2].bytes, 3);
	got = statistics(self->fd);
	EXPECT_EQ(got.arp, 1);
	EXPECT_EQ(got.ipv4, 2);
	EXPECT_EQ(got.ipv6, 1);
	EXPECT_EQ(got.vlan_tags, 2);
	EXPECT_EQ(got.fragments, 0);
	EXPECT_EQ(got.options, 4 + 4 + 4 + 8 + 24 + 8 + 8 + 24);
}

TEST_F(packets, malformed_frames_are_refused)
{
	static const struct {
		const unsigned char *frame;
		size_t length, at;
		unsigned char value;
		const char *what;
	} cases[] = {
		{ icmp4, sizeof(icmp4), 14, 0x36, "IPv4 of version 3" },
		{ icmp4, sizeof(icmp4), 14, 0x66, "IPv4 of version 6" },
		{ icmp4, sizeof(icmp4), 14, 0x44, "IPv4 of 4 words" },
		{ icmp4, sizeof(icmp4), 14, 0x40, "IPv4 of 0 words" },
		{ icmp4, sizeof(icmp4), 14, 0x48, "IPv4 options past the end" },
		{ icmp4, sizeof(icmp4), 17, 0, "IPv4 of 0 bytes" },
		{ icmp4, sizeof(icmp4), 17, 23, "IPv4 shorter than its header" },
		{ icmp4, sizeof(icmp4), 17, 29, "IPv4 longer than the frame" },
		{ icmp4, sizeof(icmp4), 16, 0xff, "IPv4 much longer than the frame" },
		{ tcp4, sizeof(tcp4), 25, 47, "IPv4 that ends in TCP" },
		{ tcp4, sizeof(tcp4), 58, 0x40, "TCP of 4 words" },
		{ tcp4, sizeof(tcp4), 58, 0x00, "TCP of 0 words" },
		{ tcp4, sizeof(tcp4), 58, 0x70, "TCP options past the end" },
		{ udp6, sizeof(udp6), 14, 0x40, "IPv6 of version 4" },
		{ udp6, sizeof(udp6), 19, 81, "IPv6 that ends in UDP's data" },
		{ udp6, sizeof(udp6), 19, 75, "IPv6 that ends in UDP" },
		{ udp6, sizeof(udp6), 19, 83, "IPv6 longer than the frame" },
		{ udp6, sizeof(udp6), 55, 10, "hop-by-hop options past the end" },
		{ udp6, sizeof(udp6), 63, 0xff, "routing header past the end" },
		{ udp6, sizeof(udp6), 87, 6, "destination options past the end" },
		{ udp6, sizeof(udp6), 103, 7, "authentication header past the end" },
		{ udp6, sizeof(udp6), 102, 0, "hop-by-hop options in place of UDP" },
		{ udp6, sizeof(udp6), 131, 7, "UDP shorter than its header" },
		{ udp6, sizeof(udp6), 131, 11, "UDP longer than IPv6" },
		{ arp, sizeof(arp), 18, 7, "ARP addresses past the end" },
		{ arp, sizeof(arp), 19, 0xff, "ARP addresses far past the end" },
	};
	unsigned char frame[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memcpy(frame, cases[i].frame, cases[i].length);
		frame[cases[i].at] = cases[i].value;
		EXPECT_EQ(SAY_GIVE(self->fd, frame, cases[i].length, "write(%s)", cases[i].what),
			  -EINVAL);
	}
	EXPECT_TRUE(only_malformed(self->fd, ARRAY_SIZE(cases)));
}

TEST_F(packets, later_fragments_have_no_ports)
{
	unsigned char first[sizeof(udp6)], later[sizeof(udp6)];

	/* A first fragment. The UDP length exceeds its payload. */
	memcpy(first, udp6, sizeof(udp6));
	first[97] = 1;
	first[131] = 200;
	/* A later fragment, at offset 8. Its payload must not be parsed as an extension header. */
	memcpy(later, udp6, sizeof(udp6));
	later[97] = 8;

	EXPECT_EQ(SAY_GIVE(self->fd, first, sizeof(first), "write(a first fragment)"),
		  sizeof(first));
	EXPECT_EQ(SAY_GIVE(self->fd, later, sizeof(later), "write(a later fragment)"),
		  sizeof(later));
	ASSERT_EQ(get_flows(self->fd, flows, 2), 2);
	EXPECT_EQ(flows[0].sport, 0);
	EXPECT_EQ(flows[0].dport, 0);
	EXPECT_EQ(flows[0].protocol, 51);
	EXPECT_EQ(flows[0].bytes, sizeof(udp6) - 102);
	EXPECT_EQ(port(flows[1].sport), 0x1234);
	EXPECT_EQ(flows[1].protocol, 17);
	EXPECT_EQ(flows[1].bytes, 2);
	EXPECT_EQ(statistics(self->fd).fragments, 2);
}

TEST_F(packets, bytes_after_the_packet_are_padding)
{
	unsigned char frame[sizeof(tcp4) + 20] = {};

	memcpy(frame, tcp4, sizeof(tcp4));
	EXPECT_EQ(SAY_GIVE(self->fd, frame, sizeof(frame), "write(a frame with padding)"),
		  sizeof(frame));
	ASSERT_EQ(get_flows(self->fd, flows, 1), 1);
	EXPECT_EQ(flows[0].bytes, 3);
}

TEST_F(packets, a_frame_may_be_at_any_address)
{
	unsigned char *odd = self->pages.page + PAGE - sizeof(tcp4);
	struct iovec parts[] = { { odd, 21 }, { odd + 21, 1 }, { odd + 22, sizeof(tcp4) - 22 } };

	memcpy(odd, tcp4, sizeof(tcp4));
	EXPECT_EQ(SAY_GIVE(self->fd, odd, sizeof(tcp4), "write(at an odd address)"), sizeof(tcp4));
	EXPECT_EQ(TRANSCRIBE(writev(self->fd, parts, ARRAY_SIZE(parts)), "writev(in three parts)"),
		  sizeof(tcp4));
	ASSERT_EQ(get_flows(self->fd, flows, 1), 1);
	EXPECT_EQ(flows[0].packets, 2);
	EXPECT_EQ(flows[0].bytes, 6);
}

TEST_F(packets, the_longest_frame_is_accepted)
{
	static unsigned char frame[RUST_PACKETS_FRAME_MAX + 1] = {
		2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 1, 0x81, 0, 0, 2,
		0x86, 0xdd, 0x60, 0, 0, 0, 0xff, 0xff, 59,
	};

	EXPECT_EQ(SAY_GIVE(self->fd, frame, sizeof(frame), "write(%zu bytes)", sizeof(frame)),
		  -E2BIG);
	EXPECT_TRUE(only_malformed(self->fd, 0));
	EXPECT_EQ(SAY_GIVE(self->fd, frame, sizeof(frame) - 1, "write(%zu bytes)",
			   sizeof(frame) - 1), sizeof(frame) - 1);
	ASSERT_EQ(get_flows(self->fd, flows, 1), 1);
	EXPECT_EQ(flows[0].bytes, 65535);
}

TEST_F(packets, flows_are_bounded)
{
	unsigned char frame[sizeof(tcp4)];
	struct rust_packets_statistics got;
	int i;

	memcpy(frame, tcp4, sizeof(tcp4));
	for (i = 0; i < RUST_PACKETS_FLOWS_MAX; i++) {
		/* Use ports in an order that is not sorted. */
		frame[46] = i;
		frame[47] = i >> 8;
		ASSERT_EQ(give(self->fd, frame, sizeof(frame)), sizeof(frame));
	}
	frame[47] = i >> 8;
	EXPECT_EQ(SAY_GIVE(self->fd, frame, sizeof(frame), "write(of flow %d)", i + 1), -ENOSPC);
	EXPECT_EQ(SAY_GIVE(self->fd, arp, sizeof(arp), "write(ARP)"), sizeof(arp));
	frame[47] = 0;
	EXPECT_EQ(SAY_GIVE(self->fd, frame, sizeof(frame), "write(of an existing flow)"),
		  sizeof(frame));
	got = statistics(self->fd);
	EXPECT_EQ(got.ipv4, RUST_PACKETS_FLOWS_MAX + 1);
	EXPECT_EQ(got.vlan_tags, 2 * (RUST_PACKETS_FLOWS_MAX + 1));
	EXPECT_EQ(got.malformed, 0);
	ASSERT_EQ(get_flows(self->fd, flows, ARRAY_SIZE(flows)), RUST_PACKETS_FLOWS_MAX);
	for (i = 1; i < RUST_PACKETS_FLOWS_MAX; i++)
		ASSERT_LT(port(flows[i - 1].sport), port(flows[i].sport));
}

TEST_F(packets, an_array_gets_as_many_flows_as_fit)
{
	struct rust_packets_flow array[2], before;

	give(self->fd, tcp4, sizeof(tcp4));
	give(self->fd, udp6, sizeof(udp6));
	memset(array, 0xa5, sizeof(array));
	before = array[1];
	EXPECT_EQ(TRANSCRIBE(get_flows(self->fd, NULL, 0),
			     "ioctl(RUST_PACKETS_FLOWS, room for 0)"), 2);
	EXPECT_EQ(TRANSCRIBE(get_flows(self->fd, array, 1),
			     "ioctl(RUST_PACKETS_FLOWS, room for 1)"), 2);
	EXPECT_EQ(array[0].version, 6);
	EXPECT_EQ(memcmp(&array[1], &before, sizeof(before)), 0);
	EXPECT_EQ(TRANSCRIBE(get_flows(self->fd, array, ~0ULL),
			     "ioctl(RUST_PACKETS_FLOWS, room for 2^64 - 1)"), 2);
	EXPECT_EQ(array[1].version, 4);
}

TEST_F(packets, open_files_are_independent)
{
	int other = open("/dev/rust-packets", O_RDWR);

	EXPECT_EQ(give(self->fd, tcp4, sizeof(tcp4)), sizeof(tcp4));
	EXPECT_EQ(get_flows(self->fd, NULL, 0), 1);
	EXPECT_TRUE(only_malformed(other, 0));
	close(other);
}

TEST_F(packets, bad_addresses_are_refused)
{
	unsigned char *end = self->pages.page + PAGE;
	struct rust_packets_flow *straddling = (void *)(end - sizeof(*flows) + 8);
	struct rust_packets_flows *request = (void *)end;

	EXPECT_EQ(SAY_GIVE(self->fd, NULL, 60, "write(NULL, 60)"), -EFAULT);
	EXPECT_EQ(SAY_GIVE(self->fd, end - 59, 60, "write(all but the last byte mapped)"), -EFAULT);
	EXPECT_TRUE(only_malformed(self->fd, 0));

	give(self->fd, tcp4, sizeof(tcp4));
	EXPECT_EQ(TRANSCRIBE(get_flows(self->fd, NULL, 1),
			     "ioctl(RUST_PACKETS_FLOWS, to NULL)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(get_flows(self->fd, straddling, 1),
			     "ioctl(RUST_PACKETS_FLOWS, to a half-mapped array)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_PACKETS_FLOWS, request),
			     "ioctl(RUST_PACKETS_FLOWS, an unmapped page)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_PACKETS_STATISTICS, request),
			     "ioctl(RUST_PACKETS_STATISTICS, an unmapped page)"), -EFAULT);
	EXPECT_EQ(get_flows(self->fd, flows, 1), 1);
}

TEST_F(packets, unknown_commands_are_refused)
{
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOWR('|', 0xba, struct rust_packets_flows), flows),
			     "ioctl(_IOWR('|', 0xba, ...))"), -ENOTTY);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOR('|', 0xb8, struct rust_packets_flows), flows),
			     "ioctl(_IOR('|', 0xb8, ...)), of another direction"), -ENOTTY);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOR('|', 0xb9, __u64), flows),
			     "ioctl(_IOR('|', 0xb9, ...)), of another size"), -ENOTTY);
}

TEST_HARNESS_MAIN
