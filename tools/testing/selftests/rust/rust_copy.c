// SPDX-License-Identifier: GPL-2.0
/*
 * Tests samples/rust/zerocopy/rust_copy.rs: the checksums of copied words, the requests that it
 * rejects, and that a rejected call changes nothing.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <linux/rust_copy.h>
#include <linux/rust_ring.h>

#include "pages.h"
#include "transcript.h"
#include "../kselftest_harness.h"

static __u64 words[RUST_COPY_WORDS + 1];

static __u64 checksum(__u32 start, __u32 count)
{
	__u64 sum = 0;

	while (count--)
		sum = RUST_RING_CHECKSUM_NEXT(sum, words[start++]);
	return sum;
}

static struct rust_copy_request request(__u32 start, __u32 count)
{
	return (struct rust_copy_request) {
		.words = (unsigned long)&words[start],
		.count = count,
		.checksum = ~0ULL,
	};
}

static int copy(int fd, struct rust_copy_request *request)
{
	__u64 words = request->words;
	__u32 count = request->count;

	return TRANSCRIBE(ioctl(fd, RUST_COPY_CHECKSUM, request),
			  "ioctl(RUST_COPY_CHECKSUM, {%u words at 0x%llx})", count, words);
}

static int copy_all(int fd, struct rust_copy_request *requests, __u64 count)
{
	struct rust_copy_requests array = {
		.requests = (unsigned long)requests,
		.count = count,
	};

	return TRANSCRIBE(ioctl(fd, RUST_COPY_CHECKSUMS, &array),
			  "ioctl(RUST_COPY_CHECKSUMS, {%llu requests})", count);
}

FIXTURE(copy) {
	int fd;
	struct pages pages;
	struct rust_copy_request requests[RUST_COPY_REQUESTS + 1];
};

FIXTURE_SETUP(copy)
{
	size_t i;

	self->fd = open("/dev/rust-copy", O_RDWR);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(pages_map(&self->pages), 0);
	for (i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = i * 0x123456789abcdefULL;
	for (i = 0; i < ARRAY_SIZE(self->requests); i++)
		self->requests[i] = request(i, 17 * i);
}

FIXTURE_TEARDOWN(copy)
{
	pages_unmap(&self->pages);
	close(self->fd);
}

TEST_F(copy, checksums_match_user_space)
{
	/* Includes counts just below and above the number of words copied at a time. */
	static const __u32 counts[] = { 0, 1, 7, 1023, 1024, 1025, 2048, 5000, RUST_COPY_WORDS };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		struct rust_copy_request some = request(1, counts[i]);

		EXPECT_EQ(copy(self->fd, &some), 0);
		EXPECT_EQ(some.checksum, checksum(1, counts[i]));
	}
}

TEST_F(copy, words_may_be_at_any_address)
{
	struct rust_copy_request some = request(0, 100);
	unsigned char *bytes = (unsigned char *)words + 3;

	memmove(bytes, words, 800);
	some.words += 3;
	EXPECT_EQ(copy(self->fd, &some), 0);
	memmove(words, bytes, 800);
	EXPECT_EQ(some.checksum, checksum(0, 100));
}

TEST_F(copy, an_array_is_served_as_a_whole)
{
	size_t count, i;

	for (count = 0; count <= RUST_COPY_REQUESTS; count += 64) {
		for (i = 0; i < count; i++)
			self->requests[i].checksum = ~0ULL;
		EXPECT_EQ(copy_all(self->fd, self->requests, count), count);
		for (i = 0; i < count; i++)
			ASSERT_EQ(self->requests[i].checksum, checksum(i, 17 * i));
		EXPECT_EQ(self->requests[count].checksum, ~0ULL);
	}
}

TEST_F(copy, a_refused_request_is_unchanged)
{
	struct rust_copy_request some = request(0, RUST_COPY_WORDS + 1);

	EXPECT_EQ(copy(self->fd, &some), -E2BIG);
	some.count = ~0U;
	EXPECT_EQ(copy(self->fd, &some), -E2BIG);
	some.count = 1;
	some.reserved = 1U << 31;
	EXPECT_EQ(copy(self->fd, &some), -EINVAL);
	some.reserved = 0;
	some.words = 0;
	EXPECT_EQ(copy(self->fd, &some), -EFAULT);
	/* All bytes but the last one are mapped. */
	some.words = (unsigned long)self->pages.page + PAGE - 8 * 9 + 1;
	some.count = 9;
	EXPECT_EQ(copy(self->fd, &some), -EFAULT);
	EXPECT_EQ(some.checksum, ~0ULL);
}

TEST_F(copy, an_array_with_a_bad_request_is_unchanged)
{
	struct rust_copy_request *last = &self->requests[9];
	int i;

	last->count = RUST_COPY_WORDS + 1;
	EXPECT_EQ(copy_all(self->fd, self->requests, 10), -E2BIG);
	last->count = 1;
	last->reserved = 1;
	EXPECT_EQ(copy_all(self->fd, self->requests, 10), -EINVAL);
	last->reserved = 0;
	last->words = (unsigned long)self->pages.page + PAGE;
	EXPECT_EQ(copy_all(self->fd, self->requests, 10), -EFAULT);
	for (i = 0; i < 10; i++)
		EXPECT_EQ(self->requests[i].checksum, ~0ULL);
}

TEST_F(copy, bad_arrays_are_refused)
{
	const size_t size = sizeof(self->requests[0]);
	struct rust_copy_request *straddling = (void *)(self->pages.page + PAGE - 3 * size + 1);

	EXPECT_EQ(copy_all(self->fd, self->requests, RUST_COPY_REQUESTS + 1), -E2BIG);
	EXPECT_EQ(copy_all(self->fd, self->requests, ~0ULL), -E2BIG);
	EXPECT_EQ(copy_all(self->fd, self->requests, 1ULL << 32), -E2BIG);
	EXPECT_EQ(copy_all(self->fd, NULL, 1), -EFAULT);
	EXPECT_EQ(copy_all(self->fd, NULL, 0), 0);
	EXPECT_EQ(copy_all(self->fd, (void *)-PAGE, 1), -EFAULT);
	EXPECT_EQ(copy_all(self->fd, straddling, 3), -EFAULT);
	/* Empty requests in memory that cannot be written. */
	EXPECT_EQ(copy_all(self->fd, self->pages.read_only, 1), -EFAULT);
}

TEST_HARNESS_MAIN
