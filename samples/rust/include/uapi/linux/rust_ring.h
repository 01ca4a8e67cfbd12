/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_ring/.
 *
 * A process maps a struct rust_ring at offset 0 of the file, with MAP_SHARED. It submits requests
 * and gets completions through the rings, and needs a system call only if one side sleeps.
 *
 * To submit: write the entries, then store the new user.sq_tail with release semantics. Execute a
 * full barrier, then call RUST_RING_KICK if kernel.need_wakeup is not 0.
 *
 * To take completions: load kernel.cq_tail with acquire semantics, read the entries, then store the
 * new user.cq_head with release semantics. Then check kernel.need_wakeup as for submissions.
 *
 * To wait for completions: set user.need_wakeup, execute a full barrier, then poll if none has
 * arrived. The kernel does not wake a process that has not set user.need_wakeup.
 *
 * kernel.need_wakeup is also 0 if no thread is in RUST_RING_SERVE. A thread that returns from
 * RUST_RING_SERVE must call it or RUST_RING_ENTER again to serve requests that were submitted in
 * the meantime.
 */
#ifndef _UAPI_LINUX_RUST_RING_H
#define _UAPI_LINUX_RUST_RING_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RUST_RING_SUBMISSIONS	256
#define RUST_RING_COMPLETIONS	512
#define RUST_RING_WORDS		(1 << 17)

/**
 * struct rust_ring_user - The words that only user space writes
 * @sq_tail: number of requests submitted
 * @cq_head: number of completions read
 * @need_wakeup: not 0 if user space waits for completions
 * @reserved: pads the struct to a cache line
 *
 * Heads and tails wrap around. The index of an entry is its number modulo the number of entries.
 *
 * The words share a cache line, because the same side writes them. Separate lines would not reduce
 * the number of lines that a request moves between caches.
 */
struct rust_ring_user {
	__u32 sq_tail;
	__u32 cq_head;
	__u32 need_wakeup;
	__u32 reserved[13];
};

/**
 * struct rust_ring_kernel - The words that only the kernel writes
 * @sq_head: number of requests taken
 * @cq_tail: number of completions posted
 * @need_wakeup: not 0 if the kernel waits for submissions, or for space for completions
 * @reserved: pads the struct to a cache line
 */
struct rust_ring_kernel {
	__u32 sq_head;
	__u32 cq_tail;
	__u32 need_wakeup;
	__u32 reserved[13];
};

/* The operations compute a checksum of words in the payload or in the pinned buffer. */
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
 * @user: heads and tails of user space
 * @kernel: heads and tails of the kernel
 * @reserved: pads them to a page
 * @submissions: the requests
 * @completions: the results
 * @payload: words for the requests
 */
struct rust_ring {
	struct rust_ring_user user;
	struct rust_ring_kernel kernel;
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
	/* Serves submitted requests while there is space for completions. Returns their number. */
	RUST_RING_ENTER	= _IO('|', 0xc0),
	/* Serves requests until none has arrived for the given number of milliseconds. */
	RUST_RING_SERVE	= _IO('|', 0xc1),
	/* Wakes the threads in RUST_RING_SERVE. */
	RUST_RING_KICK	= _IO('|', 0xc2),
	/* Pins a buffer until the file is closed, and releases the previous one. */
	RUST_RING_PIN	= _IOW('|', 0xc3, struct rust_ring_buffer),
};

#endif /* _UAPI_LINUX_RUST_RING_H */
