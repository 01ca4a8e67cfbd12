/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_ring/.
 *
 * A program maps a struct rust_ring, shared, from offset 0 of the file. It submits requests and
 * gets completions through it, with a system call only where one side sleeps.
 *
 * To submit: write entries, then store the new count of submissions with release; then, after a
 * full barrier, RUST_RING_KICK if kernel.sleeps is not 0. To complete: load kernel.completions with
 * acquire, read entries, store the count of those read with release; then as above. To wait for
 * completions: set program.sleeps; then, after a full barrier, poll if there are none yet; it wakes
 * no program that has not set it.
 *
 * kernel.sleeps is 0 as well if nobody is in RUST_RING_SERVE. The thread that returns from it
 * serves once more, or enters, for what has been submitted meanwhile.
 */
#ifndef _UAPI_LINUX_RUST_RING_H
#define _UAPI_LINUX_RUST_RING_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RUST_RING_SUBMISSIONS	256
#define RUST_RING_COMPLETIONS	512
#define RUST_RING_WORDS		(1 << 17)

/**
 * struct rust_ring_counters - What one side says, and only that side writes
 * @submissions: how many it has submitted (the program) or taken (the kernel)
 * @completions: how many it has read (the program) or posted (the kernel)
 * @sleeps: not 0 if it waits: for completions (the program); for submissions, or until there is
 *	room for completions (the kernel)
 * @reserved: it has a cache line of its own
 *
 * The counts wrap around. An entry is at its count modulo the number of entries.
 */
struct rust_ring_counters {
	__u32 submissions;
	__u32 completions;
	__u32 sleeps;
	__u32 reserved[13];
};

/* The operations: a checksum of words, of the payload or of the buffer that has been pinned. */
#define RUST_RING_CHECKSUM		1
#define RUST_RING_CHECKSUM_PINNED	2

/**
 * struct rust_ring_submission - A request
 * @user_data: what comes back in the completion
 * @start: the first word
 * @count: the number of words
 * @operation: RUST_RING_CHECKSUM or RUST_RING_CHECKSUM_PINNED
 * @reserved: 0
 */
struct rust_ring_submission {
	__u64 user_data;
	__u32 start;
	__u32 count;
	__u32 operation;
	__u32 reserved[3];
};

/**
 * struct rust_ring_completion - What has become of a request
 * @user_data: that of the request
 * @checksum: RUST_RING_CHECKSUM_NEXT() of all words, from 0 on
 * @result: 0, or a negative errno: EINVAL for an operation that there is not, or if the reserved
 *	fields are not 0; ERANGE if not all words are in the payload, or in the buffer
 * @reserved: 0
 */
struct rust_ring_completion {
	__u64 user_data;
	__u64 checksum;
	__s32 result;
	__u32 reserved;
};

/* The checksum after another word. */
#define RUST_RING_CHECKSUM_FACTOR		0x1e3779b97f4a7c15ULL
#define RUST_RING_CHECKSUM_NEXT(checksum, word)	\
	(((checksum) ^ (word)) * RUST_RING_CHECKSUM_FACTOR)

/**
 * struct rust_ring - What is mapped
 * @program: counters of the program
 * @kernel: counters of the kernel
 * @reserved: the entries start on a page of their own
 * @submissions: the requests
 * @completions: what has become of them
 * @payload: what the requests are about
 */
struct rust_ring {
	struct rust_ring_counters program;
	struct rust_ring_counters kernel;
	__u64 reserved[496];
	struct rust_ring_submission submissions[RUST_RING_SUBMISSIONS];
	struct rust_ring_completion completions[RUST_RING_COMPLETIONS];
	__u64 payload[RUST_RING_WORDS];
};

/**
 * struct rust_ring_buffer - Memory of the program
 * @words: the address of the first word, a multiple of 8
 * @count: how many words there are: 1 to RUST_RING_WORDS
 */
struct rust_ring_buffer {
	__u64 words;
	__u64 count;
};

/* The longest that RUST_RING_SERVE waits. */
#define RUST_RING_MAX_IDLE_MS	100

/* An enum, so that the numbers reach Rust. */
enum {
	/* Serves what has been submitted, as far as there is room; returns how many. */
	RUST_RING_ENTER	= _IO('|', 0xc0),
	/* Goes on to serve, until nothing has come for so many milliseconds. */
	RUST_RING_SERVE	= _IO('|', 0xc1),
	/* Wakes those that serve. */
	RUST_RING_KICK	= _IO('|', 0xc2),
	/* Pins a buffer, in the place of the one before, until the file is closed. */
	RUST_RING_PIN	= _IOW('|', 0xc3, struct rust_ring_buffer),
};

#endif /* _UAPI_LINUX_RUST_RING_H */
