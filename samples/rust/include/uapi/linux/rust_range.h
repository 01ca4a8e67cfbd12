/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_range.rs.
 */
#ifndef _UAPI_LINUX_RUST_RANGE_H
#define _UAPI_LINUX_RUST_RANGE_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct rust_range - A range of addresses
 * @start: the first address
 * @length: the number of addresses, not 0; @start + @length must not overflow
 * @flags: bits of RUST_RANGE_FLAGS
 * @reserved: must be 0
 */
struct rust_range {
	__u64 start;
	__u64 length;
	__u32 flags;
	__u32 reserved;
};

#define RUST_RANGE_READ		(1 << 0)
#define RUST_RANGE_WRITE	(1 << 1)
#define RUST_RANGE_FLAGS	(RUST_RANGE_READ | RUST_RANGE_WRITE)

/* An enum, so that bindgen exports the ioctl numbers to Rust. */
enum {
	RUST_RANGE_GET	= _IOR('|', 0x90, struct rust_range),
	RUST_RANGE_SET	= _IOW('|', 0x91, struct rust_range),
	/*
	 * Cuts a range down to its intersection with the range of the device. Keeps the flags that
	 * both ranges have.
	 */
	RUST_RANGE_CLIP	= _IOWR('|', 0x92, struct rust_range),
};

#endif /* _UAPI_LINUX_RUST_RANGE_H */
