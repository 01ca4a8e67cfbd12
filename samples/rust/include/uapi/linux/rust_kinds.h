/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_kinds/: commands for most kinds of
 * argument.
 */
#ifndef _UAPI_LINUX_RUST_KINDS_H
#define _UAPI_LINUX_RUST_KINDS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RUST_KINDS_CHANNELS	3
#define RUST_KINDS_MAX_BYTES	4096

/**
 * struct rust_kinds_limits - An extensible struct
 * @low: any value
 * @high: any value (since version 2)
 */
struct rust_kinds_limits {
	__u64 low;
	__u64 high;
};

/**
 * struct rust_kinds_deadline - A struct with a different layout on 32-bit x86
 * @id: any value
 * @ns: any value
 */
struct rust_kinds_deadline {
	__u32 id;
	__u64 ns;
};

/**
 * struct rust_kinds_histogram - The number of occurrences of each byte value
 * @bytes: pointer to the bytes
 * @count: number of bytes, up to RUST_KINDS_MAX_BYTES
 * @reserved: must be 0
 * @counts: in: must be 0; out: number of bytes with each value
 */
struct rust_kinds_histogram {
	__u64 bytes;
	__u32 count;
	__u32 reserved;
	__u32 counts[256];
};

/**
 * struct rust_kinds_state - The state of the device, all 0 after open()
 * @limits: set by RUST_KINDS_SET_LIMITS
 * @deadline: rust_kinds_deadline.ns, set by RUST_KINDS_SET_DEADLINE
 * @level: set by RUST_KINDS_SET_LEVEL
 * @modes: set by RUST_KINDS_SET_MODE
 */
struct rust_kinds_state {
	struct rust_kinds_limits limits;
	__u64 deadline;
	__u32 level;
	__u32 modes[RUST_KINDS_CHANNELS];
};

/* Commands with several numbers: one for each channel, or one for each size. */
#define RUST_KINDS_SET_MODE_OF(channel)	_IOW('|', 0xb0 + (channel), __u32)
#define RUST_KINDS_GET_MODES_OF(size)	_IOC(_IOC_READ, '|', 0xa7, size)
#define RUST_KINDS_SUM_OF(size)		_IOC(_IOC_WRITE, '|', 0xa8, size)

/* An enum, so that bindgen exports the ioctl numbers to Rust. */
enum {
	RUST_KINDS_RESET	= _IO('|', 0xa0),
	/* Sets the level to the argument itself, which is not a pointer. */
	RUST_KINDS_SET_LEVEL	= _IO('|', 0xa1),
	RUST_KINDS_SET_LIMITS	= _IOW('|', 0xa2, struct rust_kinds_limits),
	RUST_KINDS_GET_LIMITS	= _IOR('|', 0xa3, struct rust_kinds_limits),
	RUST_KINDS_SET_DEADLINE	= _IOW('|', 0xa4, struct rust_kinds_deadline),
	RUST_KINDS_HISTOGRAM	= _IOWR('|', 0xa5, struct rust_kinds_histogram),
	/* Keeps the struct and the bytes until the next call, or until the file is closed. */
	RUST_KINDS_KEEP		= _IOW('|', 0xa9, struct rust_kinds_histogram),
	RUST_KINDS_STATE	= _IOR('|', 0xa6, struct rust_kinds_state),
	/* Writes the modes, or the first ones that fit. Returns the number written. */
	RUST_KINDS_GET_MODES	= RUST_KINDS_GET_MODES_OF(0),
	/* Returns the sum of the bytes. */
	RUST_KINDS_SUM		= RUST_KINDS_SUM_OF(0),
	/* The first of RUST_KINDS_CHANNELS numbers. The argument is 0 for slow, or 1 for fast. */
	RUST_KINDS_SET_MODE	= RUST_KINDS_SET_MODE_OF(0),
};

#endif /* _UAPI_LINUX_RUST_KINDS_H */
