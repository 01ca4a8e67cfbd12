/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_ring/.
 *
 * A process maps a struct rust_ring, shared, at offset 0 of the file. It submits requests and gets
 * completions through the rings, and needs a system call only if one side sleeps.
 *
 * To submit: write the entries, then store the new count of submissions with release semantics.
 * Execute a full barrier, then call RUST_RING_KICK if kernel.sleeps is not 0.
 *
 * To complete: load kernel.completions with acquire semantics, read the entries, then store the
 * count of entries read with release semantics. Then check kernel.sleeps as for submissions.
 *
 * To wait for completions: set program.sleeps, execute a full barrier, then poll if none has
 * arrived. The kernel does not wake a process that has not set program.sleeps.
 *
 * kernel.sleeps is also 0 if no thread is in RUST_RING_SERVE. A thread that returns from it must
 * call it again, or RUST_RING_ENTER, to serve requests that were submitted in the meantime.
 */
#ifndef _UAPI_LINUX_RUST_RING_H
#define _UAPI_LINUX_RUST_RING_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RUST_RING_SUBMISSIONS	256
#define RUST_RING_COMPLETIONS	512
#define RUST_RING_WORDS		(1 << 17)

/**
 * struct rust_ring_counters - The counters of one side, which only that side writes
 * @submissions: number of requests submitted (user space) or taken (kernel)
 * @completions: number of completions read (user space) or posted (kernel)
 * @sleeps: not 0 if the side waits: for completions (user space), or for submissions or room for
 *	completions (kernel)
 * @reserved: pads the struct to a cache line
 *
 * The counts wrap around. The index of an entry is its count modulo the number of entries.
 */
struct rust_ring_counters {
	__u32 submissions;
	__u32 completions;
	__u32 sleeps;
	__u32 reserved[13];
};

/* The operations: compute a checksum of words in the payload, or in the pinned buffer. */
#define RUST_RING_CHECKSUM		1
#define RUST_RING_CHECKSUM_PINNED	2

/**
 * struct rust_ring_submission - A request
 * @user_data: copied to the completion
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
 * struct rust_ring_completion - The result of a request
 * @user_data: copied from the request
 * @checksum: RUST_RING_CHECKSUM_NEXT() of all words, starting from 0
 * @result: 0 or a negative errno: EINVAL for an unknown operation or nonzero reserved fields,
 *	ERANGE for words outside the payload or the buffer
 * @reserved: 0
 */
struct rust_ring_completion {
	__u64 user_data;
	__u64 checksum;
	__s32 result;
	__u32 reserved;
};

/* Adds a word to a checksum. */
#define RUST_RING_CHECKSUM_FACTOR		0x1e3779b97f4a7c15ULL
#define RUST_RING_CHECKSUM_NEXT(checksum, word)	\
	(((checksum) ^ (word)) * RUST_RING_CHECKSUM_FACTOR)

/**
 * struct rust_ring - The layout of the mapping
 * @program: counters of user space
 * @kernel: counters of the kernel
 * @reserved: pads the counters to a page
 * @submissions: the requests
 * @completions: the results
 * @payload: words for the requests
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
 * struct rust_ring_buffer - A buffer in the memory of the process
 * @words: address of the first word, a multiple of 8
 * @count: number of words, 1 to RUST_RING_WORDS
 */
struct rust_ring_buffer {
	__u64 words;
	__u64 count;
};

/* The longest wait of RUST_RING_SERVE. */
#define RUST_RING_MAX_IDLE_MS	100

/* An enum, so that bindgen exports the ioctl numbers to Rust. */
enum {
	/* Serves submitted requests while there is room for completions. Returns their number. */
	RUST_RING_ENTER	= _IO('|', 0xc0),
	/* Serves requests until none has arrived for the given number of milliseconds. */
	RUST_RING_SERVE	= _IO('|', 0xc1),
	/* Wakes the threads in RUST_RING_SERVE. */
	RUST_RING_KICK	= _IO('|', 0xc2),
	/* Pins a buffer until the file is closed, and releases the previous one. */
	RUST_RING_PIN	= _IOW('|', 0xc3, struct rust_ring_buffer),
};

#endif /* _UAPI_LINUX_RUST_RING_H */
