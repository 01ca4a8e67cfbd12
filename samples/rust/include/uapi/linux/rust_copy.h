/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_copy.rs, which does the same work
 * as the driver of linux/rust_ring.h, but copies the requests and the words.
 */
#ifndef _UAPI_LINUX_RUST_COPY_H
#define _UAPI_LINUX_RUST_COPY_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RUST_COPY_REQUESTS	256
#define RUST_COPY_WORDS		(1 << 17)

/**
 * struct rust_copy_request - A request for the checksum of some words
 * @words: address of the first word
 * @count: number of words, at most RUST_COPY_WORDS
 * @reserved: must be 0
 * @checksum: output: RUST_RING_CHECKSUM_NEXT() of all words, starting from 0
 */
struct rust_copy_request {
	__u64 words;
	__u32 count;
	__u32 reserved;
	__u64 checksum;
};

/**
 * struct rust_copy_requests - An array of requests
 * @requests: address of the first request
 * @count: number of requests, at most RUST_COPY_REQUESTS
 */
struct rust_copy_requests {
	__u64 requests;
	__u64 count;
};

/* An enum, so that bindgen exports the ioctl numbers to Rust. */
enum {
	RUST_COPY_CHECKSUM	= _IOWR('|', 0xe0, struct rust_copy_request),
	/*
	 * Serves an array of requests. Returns its length. After an error, some of the requests may
	 * have a checksum.
	 */
	RUST_COPY_CHECKSUMS	= _IOW('|', 0xe1, struct rust_copy_requests),
};

#endif /* _UAPI_LINUX_RUST_COPY_H */
