/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample drivers in samples/rust/zerocopy/bench/: the same driver in C, in
 * Rust with arguments handled by hand, and in Rust with a table of typed ioctls.
 */
#ifndef _UAPI_LINUX_RUST_BENCH_H
#define _UAPI_LINUX_RUST_BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The valid modes are 0 to 2. */
#define RUST_BENCH_MODES	3
#define RUST_BENCH_FLAGS	0x3
/* The maximum number of elements in an array or a list. */
#define RUST_BENCH_MAX		64
#define RUST_BENCH_SIZE		65536
/* The alignment of frames in the buffer. Each frame is padded to a multiple of this value. */
#define RUST_BENCH_FRAME	128

struct rust_bench_block {
	__u64 words[8];
};

struct rust_bench_page {
	__u64 words[512];
};

/**
 * struct rust_bench_config - A struct with reserved bits
 * @value: any value
 * @flags: bits of RUST_BENCH_FLAGS
 * @reserved: must be 0
 */
struct rust_bench_config {
	__u64 value;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct rust_bench_version - An extensible struct
 * @first: any value
 * @second: any value (since version 2)
 */
struct rust_bench_version {
	__u64 first;
	__u64 second;
};

struct rust_bench_point {
	__u64 x;
	__u64 y;
};

/**
 * struct rust_bench_array - A pointer to an array
 * @points: pointer to struct rust_bench_point
 * @count: number of elements, up to RUST_BENCH_MAX
 * @reserved: must be 0
 */
struct rust_bench_array {
	__u64 points;
	__u32 count;
	__u32 reserved;
};

/**
 * struct rust_bench_list - The header of a list of __u64
 * @count: number of __u64 after the header, up to RUST_BENCH_MAX
 * @reserved: any value
 */
struct rust_bench_list {
	__u32 count;
	__u32 reserved;
};

/**
 * struct rust_bench_buffer - A pointer to bytes
 * @addr: pointer to the bytes
 * @size: number of bytes, up to RUST_BENCH_SIZE
 */
struct rust_bench_buffer {
	__u64 addr;
	__u64 size;
};

/* An enum, so that bindgen exports the ioctl numbers to Rust. */
enum {
	/* Does nothing. */
	RUST_BENCH_NONE		= _IO('|', 0xd0),
	/* Sets the value of the device to the argument. Most other commands set it to a sum. */
	RUST_BENCH_SET		= _IOW('|', 0xd1, __u64),
	RUST_BENCH_GET		= _IOR('|', 0xd2, __u64),
	/* Exchanges the block of the device with the argument. */
	RUST_BENCH_SWAP		= _IOWR('|', 0xd3, struct rust_bench_block),
	/*
	 * Sum the first and the last word of a page. The driver reads the page to its stack, to an
	 * allocation, or to the device.
	 */
	RUST_BENCH_STACK	= _IOW('|', 0xd4, struct rust_bench_page),
	RUST_BENCH_HEAP		= _IOW('|', 0xd5, struct rust_bench_page),
	RUST_BENCH_KEEP		= _IOW('|', 0xd6, struct rust_bench_page),
	RUST_BENCH_MODE		= _IOW('|', 0xd7, __u32),
	RUST_BENCH_CONFIG	= _IOW('|', 0xd8, struct rust_bench_config),
	/* Sums the fields. */
	RUST_BENCH_VERSION	= _IOW('|', 0xd9, struct rust_bench_version),
	/* Sums the coordinates. */
	RUST_BENCH_ARRAY	= _IOW('|', 0xda, struct rust_bench_array),
	/* Sums the list that the argument points to. */
	RUST_BENCH_LIST		= _IO('|', 0xdb),
	/* Copies bytes to the start of the device's buffer of RUST_BENCH_SIZE bytes. */
	RUST_BENCH_LOAD		= _IOW('|', 0xdc, struct rust_bench_buffer),
	/*
	 * Parses as many frames as the argument specifies. Returns the total size of their payload.
	 */
	RUST_BENCH_PARSE	= _IO('|', 0xdd),
};

#endif /* _UAPI_LINUX_RUST_BENCH_H */
