/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_copy.rs, which does the work of
 * linux/rust_ring.h on copies.
 */
#ifndef _UAPI_LINUX_RUST_COPY_H
#define _UAPI_LINUX_RUST_COPY_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RUST_COPY_REQUESTS	256
#define RUST_COPY_WORDS		(1 << 17)

/**
 * struct rust_copy_request - Words of which the checksum is asked
 * @words: the address of the first
 * @count: how many there are: at most RUST_COPY_WORDS
 * @reserved: 0
 * @checksum: set to RUST_RING_CHECKSUM_NEXT() of all words, from 0 on
 */
struct rust_copy_request {
	__u64 words;
	__u32 count;
	__u32 reserved;
	__u64 checksum;
};

/**
 * struct rust_copy_requests - An array of requests
 * @requests: the address of the first
 * @count: how many there are: at most RUST_COPY_REQUESTS
 */
struct rust_copy_requests {
	__u64 requests;
	__u64 count;
};

/* An enum, so that the numbers reach Rust. */
enum {
	RUST_COPY_CHECKSUM	= _IOWR('|', 0xe0, struct rust_copy_request),
	/* All of an array, and returns how many; or an error, after which some have a checksum. */
	RUST_COPY_CHECKSUMS	= _IOW('|', 0xe1, struct rust_copy_requests),
};

#endif /* _UAPI_LINUX_RUST_COPY_H */
