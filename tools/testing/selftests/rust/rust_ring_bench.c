// SPDX-License-Identifier: GPL-2.0
/*
 * Computes the same checksums by each method: with requests in the rings of
 * samples/rust/zerocopy/rust_ring/ for shared and for pinned words, with the ioctls of
 * rust_copy.rs, which copy the words, and without the kernel. All results must be equal.
 *
 * With the arguments "calls COUNT WORDS", makes COUNT requests for WORDS words each with ioctls
 * that copy, and the same requests through the ring, which copies nothing. A tool that counts
 * copies can check its counts against COUNT and WORDS.
 *
 * With the argument "count", prints the cost of each method instead, in ticks of the time-stamp
 * counter, which QEMU advances once per instruction (-icount shift=0). With "time", prints it in
 * ns.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <linux/rust_copy.h>

#include "clocks.h"
#include "ring.h"
#include "../kselftest_harness.h"

#define WORDS	RUST_RING_WORDS
#define BATCH	RUST_RING_SUBMISSIONS

static struct ring ring;
static int copy;
/* The same words as in the shared payload, and a copy of them. */
static __u64 *words, *others;

/* Handles BATCH requests for COUNT words each. Returns the sum of the checksums. */
typedef __u64 (*way_t)(unsigned int count, unsigned int batch);

static void fail(const char *what)
{
	printf("# bench: %s: errno %d\n", what, errno);
	exit(1);
}

static __u64 checksum(const __u64 *word, unsigned int count)
{
	const __u64 *end = word + count;
	__u64 sum = 0;

	while (word < end)
		sum = RUST_RING_CHECKSUM_NEXT(sum, *word++);
	return sum;
}

static __u64 by_ring(unsigned int operation, unsigned int count, unsigned int batch)
{
	struct rust_ring_submission submission = { .count = count, .operation = operation };
	struct rust_ring_completion completion;
	unsigned int i;
	__u64 sum = 0;

	for (i = 0; i < batch; i++) {
		ring_push(&ring, submission);
		submission.start += count;
	}
	if (ring_enter(&ring) != (int)batch)
		fail("RUST_RING_ENTER");
	while (ring_pop(&ring, &completion))
		sum += completion.checksum;
	return sum;
}

static __u64 shared(unsigned int count, unsigned int batch)
{
	return by_ring(RUST_RING_CHECKSUM, count, batch);
}

static __u64 pinned(unsigned int count, unsigned int batch)
{
	return by_ring(RUST_RING_CHECKSUM_PINNED, count, batch);
}

/* One ioctl for each request. */
static __u64 each(unsigned int count, unsigned int batch)
{
	struct rust_copy_request request = { .words = (unsigned long)words, .count = count };
	__u64 sum = 0;

	while (batch--) {
		if (ioctl(copy, RUST_COPY_CHECKSUM, &request))
			fail("RUST_COPY_CHECKSUM");
		sum += request.checksum;
		request.words += count * sizeof(*words);
	}
	return sum;
}

/* One ioctl for an array of requests. */
static __u64 array(unsigned int count, unsigned int batch)
{
	static struct rust_copy_request requests[BATCH];
	struct rust_copy_requests array = {
		.requests = (unsigned long)requests,
		.count = batch,
	};
	unsigned int i;
	__u64 sum = 0;

	for (i = 0; i < batch; i++) {
		requests[i].words = (unsigned long)(words + i * count);
		requests[i].count = count;
	}
	if (ioctl(copy, RUST_COPY_CHECKSUMS, &array) != (int)batch)
		fail("RUST_COPY_CHECKSUMS");
	for (i = 0; i < batch; i++)
		sum += requests[i].checksum;
	return sum;
}

static __u64 program(unsigned int count, unsigned int batch)
{
	unsigned int i;
	__u64 sum = 0;

	for (i = 0; i < batch; i++)
		sum += checksum(words + i * count, count);
	return sum;
}

/* Copies without a checksum, to show the speed of memory. */
static __u64 memory(unsigned int count, unsigned int batch)
{
	__u64 *restrict to = others;
	const __u64 *restrict from = words;
	unsigned int i, end;

	for (end = count; batch--; end += count) {
		for (i = end - count; i < end; i++)
			to[i] = from[i];
		/* Keep the stores, since nothing reads the copy. */
		asm volatile("" : : "r"(to) : "memory");
	}
	return 0;
}

/* A minimal system call, as the baseline. */
static __u64 floor(unsigned int count, unsigned int batch)
{
	while (batch--)
		__nolibc_syscall0(__NR_getppid);
	return 0;
}

static __u64 *map(void)
{
	void *at = mmap(NULL, WORDS * sizeof(*words), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		fail("mmap");
	return at;
}

static void set_up(void)
{
	struct rust_ring_buffer buffer = { .count = WORDS };
	size_t i;

	if (ring_open(&ring))
		fail("/dev/rust-ring");
	copy = open("/dev/rust-copy", O_RDWR);
	if (copy < 0)
		fail("/dev/rust-copy");
	words = map();
	others = map();
	for (i = 0; i < WORDS; i++) {
		words[i] = i * 0x123456789abcdefULL;
		ring.shared->payload[i] = words[i];
		others[i] = 0;
	}
	buffer.words = (unsigned long)words;
	if (ioctl(ring.fd, RUST_RING_PIN, &buffer))
		fail("RUST_RING_PIN");
}

/* Returns the number of requests that cover all words once. */
static unsigned int batch_of(unsigned int count)
{
	return count > WORDS / BATCH ? WORDS / count : BATCH;
}

TEST(all_methods_give_the_same_checksums)
{
	unsigned int count;

	set_up();
	for (count = 0; count <= WORDS; count = count ? 2 * count : 1) {
		unsigned int batch = batch_of(count);
		__u64 sum = program(count, batch);

		ASSERT_EQ(shared(count, batch), sum);
		ASSERT_EQ(pinned(count, batch), sum);
		ASSERT_EQ(each(count, batch), sum);
		ASSERT_EQ(array(count, batch), sum);
		memory(count, batch);
		ASSERT_EQ(memcmp(words, others, count * batch * sizeof(*words)), 0);
	}
}

static __u64 (*clock)(void);
/* The minimum number of words between two clock readings. */
static unsigned int least_words;

/*
 * Prints the cost of the fastest of 20 runs: the method, the bytes per request, the requests per
 * batch, the number of requests, and their total cost.
 */
static void measure(const char *name, way_t way, unsigned int count, unsigned int batch)
{
	unsigned int rounds = least_words / ((count + 8) * batch) + 1, i, round;
	__u64 least = ~0ULL, bracket = ~0ULL, start, spent;

	for (i = 0; i < 20; i++) {
		start = clock();
		spent = clock() - start;
		if (spent < bracket)
			bracket = spent;
		start = clock();
		for (round = 0; round < rounds; round++)
			/* Keep the sum, and assume that the asm reads all memory. */
			asm volatile("" : : "r"(way(count, batch)) : "memory");
		spent = clock() - start;
		if (spent < least)
			least = spent;
	}
	printf("# bench: %s: %u: %u: %u: %llu\n", name, count * 8, batch, rounds * batch,
	       least - bracket);
	fflush(stdout);
}

static int measure_all(void)
{
	unsigned int count;

	set_up();
	measure("floor", floor, 0, BATCH);
	measure("shared", shared, 0, 1);
	measure("shared", shared, 0, BATCH);
	measure("each", each, 0, BATCH);
	measure("array", array, 0, BATCH);
	for (count = 8; count <= WORDS; count *= 4) {
		unsigned int batch = batch_of(count);

		measure("shared", shared, count, batch);
		measure("pinned", pinned, count, batch);
		measure("each", each, count, batch);
		measure("array", array, count, batch);
		measure("program", program, count, batch);
		measure("memory", memory, count, batch);
	}
	return 0;
}

/* Makes COUNT requests for SIZE words each with one ioctl, and then through the ring. */
static int calls(unsigned int count, unsigned int size)
{
	unsigned int batch, left;

	if (size > WORDS)
		return 1;
	set_up();
	for (left = count; left; left -= batch) {
		batch = left < batch_of(size) ? left : batch_of(size);
		if (each(size, batch) != shared(size, batch))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 3 && !strcmp(argv[1], "calls"))
		return calls(atoi(argv[2]), atoi(argv[3]));
	if (argc > 1 && !strcmp(argv[1], "count")) {
		clock = ticks;
		return measure_all();
	}
	if (argc > 1 && !strcmp(argv[1], "time")) {
		clock = nanoseconds;
		least_words = 4 * WORDS;
		return measure_all();
	}
	return test_harness_run(argc, argv);
}
