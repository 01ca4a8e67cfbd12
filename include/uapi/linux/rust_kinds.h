/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_kinds.rs: one command of each kind.
 */
#ifndef _UAPI_LINUX_RUST_KINDS_H
#define _UAPI_LINUX_RUST_KINDS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RUST_KINDS_CHANNELS	3
#define RUST_KINDS_MAX_BYTES	4096

/**
 * struct rust_kinds_limits - A struct that has grown
 * @low: any
 * @high: any; since the second version
 */
struct rust_kinds_limits {
	__u64 low;
	__u64 high;
};

/**
 * struct rust_kinds_deadline - A struct that 32-bit x86 lays out differently
 * @id: any
 * @ns: any
 */
struct rust_kinds_deadline {
	__u32 id;
	__u64 ns;
};

/**
 * struct rust_kinds_histogram - How often there is each byte
 * @bytes: pointer to bytes
 * @count: how many there are, up to RUST_KINDS_MAX_BYTES
 * @reserved: 0
 * @counts: in: 0; out: how many there are of each value
 */
struct rust_kinds_histogram {
	__u64 bytes;
	__u32 count;
	__u32 reserved;
	__u32 counts[256];
};

/**
 * struct rust_kinds_state - What the device holds; 0 when it is opened
 * @limits: by RUST_KINDS_SET_LIMITS
 * @deadline: rust_kinds_deadline.ns, by RUST_KINDS_SET_DEADLINE
 * @level: by RUST_KINDS_SET_LEVEL
 * @modes: by RUST_KINDS_SET_MODE
 */
struct rust_kinds_state {
	struct rust_kinds_limits limits;
	__u64 deadline;
	__u32 level;
	__u32 modes[RUST_KINDS_CHANNELS];
};

/* Commands that are several numbers: one a channel, or one a size. */
#define RUST_KINDS_SET_MODE_OF(channel)	_IOW('|', 0xb0 + (channel), __u32)
#define RUST_KINDS_GET_MODES_OF(size)	_IOC(_IOC_READ, '|', 0xa7, size)
#define RUST_KINDS_SUM_OF(size)		_IOC(_IOC_WRITE, '|', 0xa8, size)

/* An enum, so that the numbers reach Rust. */
enum {
	RUST_KINDS_RESET	= _IO('|', 0xa0),
	/* The argument is the level itself. */
	RUST_KINDS_SET_LEVEL	= _IO('|', 0xa1),
	RUST_KINDS_SET_LIMITS	= _IOW('|', 0xa2, struct rust_kinds_limits),
	RUST_KINDS_GET_LIMITS	= _IOR('|', 0xa3, struct rust_kinds_limits),
	RUST_KINDS_SET_DEADLINE	= _IOW('|', 0xa4, struct rust_kinds_deadline),
	RUST_KINDS_HISTOGRAM	= _IOWR('|', 0xa5, struct rust_kinds_histogram),
	RUST_KINDS_STATE	= _IOR('|', 0xa6, struct rust_kinds_state),
	/* Writes the modes of as many channels as there is room for; returns how many. */
	RUST_KINDS_GET_MODES	= RUST_KINDS_GET_MODES_OF(0),
	/* Returns the sum of the bytes. */
	RUST_KINDS_SUM		= RUST_KINDS_SUM_OF(0),
	/* The first of RUST_KINDS_CHANNELS; the argument is 0, slow, or 1, fast. */
	RUST_KINDS_SET_MODE	= RUST_KINDS_SET_MODE_OF(0),
};

#endif /* _UAPI_LINUX_RUST_KINDS_H */
