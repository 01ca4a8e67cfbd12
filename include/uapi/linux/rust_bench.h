/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample drivers in samples/rust/zerocopy/bench/: one driver, written in C, in
 * Rust by hand, and in Rust from a table.
 */
#ifndef _UAPI_LINUX_RUST_BENCH_H
#define _UAPI_LINUX_RUST_BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The modes are 0 to 2. */
#define RUST_BENCH_MODES	3
#define RUST_BENCH_FLAGS	0x3
/* The most elements of an array, and of a list. */
#define RUST_BENCH_MAX		64
#define RUST_BENCH_SIZE		65536
/* Each frame to be parsed begins at a multiple of this, up to which it is padded. */
#define RUST_BENCH_FRAME	128

struct rust_bench_block {
	__u64 words[8];
};

struct rust_bench_page {
	__u64 words[512];
};

/**
 * struct rust_bench_config - What reserves bits for later
 * @value: any
 * @flags: bits of RUST_BENCH_FLAGS
 * @reserved: 0
 */
struct rust_bench_config {
	__u64 value;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct rust_bench_version - A struct that has grown
 * @first: any
 * @second: any; since the second version
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
 * struct rust_bench_array - An array behind a pointer
 * @points: pointer to struct rust_bench_point
 * @count: how many there are, up to RUST_BENCH_MAX
 * @reserved: 0
 */
struct rust_bench_array {
	__u64 points;
	__u32 count;
	__u32 reserved;
};

/**
 * struct rust_bench_list - What a list begins with; as many __u64 follow
 * @count: how many, up to RUST_BENCH_MAX
 * @reserved: any
 */
struct rust_bench_list {
	__u32 count;
	__u32 reserved;
};

/**
 * struct rust_bench_buffer - Bytes behind a pointer
 * @addr: pointer to them
 * @size: how many there are, up to RUST_BENCH_SIZE
 */
struct rust_bench_buffer {
	__u64 addr;
	__u64 size;
};

/* An enum, so that the numbers reach Rust. */
enum {
	/* Does nothing. */
	RUST_BENCH_NONE		= _IO('|', 0xd0),
	/* The device holds one value, and most commands set it: to their argument, or to a sum. */
	RUST_BENCH_SET		= _IOW('|', 0xd1, __u64),
	RUST_BENCH_GET		= _IOR('|', 0xd2, __u64),
	/* Gives the block that the device holds for that of the argument. */
	RUST_BENCH_SWAP		= _IOWR('|', 0xd3, struct rust_bench_block),
	/* The sum of the first and the last word of a page: on the stack, allocated, or kept. */
	RUST_BENCH_STACK	= _IOW('|', 0xd4, struct rust_bench_page),
	RUST_BENCH_HEAP		= _IOW('|', 0xd5, struct rust_bench_page),
	RUST_BENCH_KEEP		= _IOW('|', 0xd6, struct rust_bench_page),
	RUST_BENCH_MODE		= _IOW('|', 0xd7, __u32),
	RUST_BENCH_CONFIG	= _IOW('|', 0xd8, struct rust_bench_config),
	/* The sum of the fields. */
	RUST_BENCH_VERSION	= _IOW('|', 0xd9, struct rust_bench_version),
	/* The sum of the coordinates. */
	RUST_BENCH_ARRAY	= _IOW('|', 0xda, struct rust_bench_array),
	/* The sum of the list, to which the argument is a pointer. */
	RUST_BENCH_LIST		= _IO('|', 0xdb),
	/* Takes bytes to the front of the buffer of RUST_BENCH_SIZE that the device has. */
	RUST_BENCH_LOAD		= _IOW('|', 0xdc, struct rust_bench_buffer),
	/* Parses as many frames of the buffer as the argument; returns the bytes they carry. */
	RUST_BENCH_PARSE	= _IO('|', 0xdd),
};

#endif /* _UAPI_LINUX_RUST_BENCH_H */
