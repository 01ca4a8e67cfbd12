/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_kinds.rs: one command of each kind.
 */
#ifndef _UAPI_LINUX_RUST_KINDS_H
#define _UAPI_LINUX_RUST_KINDS_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* struct rust_kinds_status - What the device holds
 * @level: the argument of RUST_KINDS_LEVEL
 * @mode: the argument of RUST_KINDS_MODE
 * @deadline: that of RUST_KINDS_DEADLINE, in ns
 */
struct rust_kinds_status {
	__u32 level;
	__u32 mode;
	__u64 deadline;
};

/* struct rust_kinds_sum - Numbers, and their sum
 * @values: the address of @count numbers
 * @count: up to RUST_KINDS_MAX_VALUES
 * @reserved: 0
 * @sum: their sum, as an answer
 */
struct rust_kinds_sum {
	__u64 values;
	__u32 count;
	__u32 reserved;
	__u64 sum;
};

#define RUST_KINDS_MAX_VALUES	128

/* struct rust_kinds_limits - A versioned struct
 * @low: mandatory
 * @high: since the second version; 0 is no limit
 */
struct rust_kinds_limits {
	__u64 low;
	__u64 high;
};

/* struct rust_kinds_deadline - A struct that a 32-bit program has with another layout
 * @id: any
 * @ns: the deadline
 */
struct rust_kinds_deadline {
	__u32 id;
	__u64 ns;
};

/* struct rust_kinds_page - More than goes on the stack
 * @bytes: any
 */
struct rust_kinds_page {
	__u8 bytes[4096];
};

/* Commands of any size, and one of RUST_KINDS_REGISTERS. */
#define RUST_KINDS_GET_NAME_OF(len)	_IOC(_IOC_READ, '|', 0xa9, len)
#define RUST_KINDS_SET_NAME_OF(len)	_IOC(_IOC_WRITE, '|', 0xaa, len)
#define RUST_KINDS_REGISTER_OF(index)	_IOR('|', 0xb0 + (index), __u32)

#define RUST_KINDS_REGISTERS	8
#define RUST_KINDS_NAME_MAX	32

/* An enum, so that the numbers reach Rust. */
enum {
	RUST_KINDS_RESET	= _IO('|', 0xa0),
	/* The argument is the level itself; returns the one before. */
	RUST_KINDS_LEVEL	= _IO('|', 0xa1),
	/* 0 to 2. */
	RUST_KINDS_MODE		= _IOW('|', 0xa2, __u32),
	RUST_KINDS_STATUS	= _IOR('|', 0xa3, struct rust_kinds_status),
	RUST_KINDS_SUM		= _IOWR('|', 0xa4, struct rust_kinds_sum),
	RUST_KINDS_LIMITS	= _IOW('|', 0xa5, struct rust_kinds_limits),
	RUST_KINDS_DEADLINE	= _IOW('|', 0xa6, struct rust_kinds_deadline),
	RUST_KINDS_SET_PAGE	= _IOW('|', 0xa7, struct rust_kinds_page),
	RUST_KINDS_GET_PAGE	= _IOR('|', 0xa8, struct rust_kinds_page),
	RUST_KINDS_GET_NAME	= RUST_KINDS_GET_NAME_OF(0),
	RUST_KINDS_SET_NAME	= RUST_KINDS_SET_NAME_OF(0),
	/* The first of RUST_KINDS_REGISTERS. */
	RUST_KINDS_REGISTER	= RUST_KINDS_REGISTER_OF(0),
};

#endif /* _UAPI_LINUX_RUST_KINDS_H */
