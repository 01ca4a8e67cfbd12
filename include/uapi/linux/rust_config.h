/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_config.rs: a struct that grows.
 *
 * A new version adds fields at the end, and leaves no padding. Zero in a new field means what the
 * device did before it had the field. The number of a command says how large the struct of a
 * program is, so that program and driver may be of different versions:
 *
 * - a program that is older has zero in the fields that it lacks;
 * - a program that is newer is told so (E2BIG), unless the fields that the driver lacks are zero;
 * - what it gets has zero in them.
 */
#ifndef _UAPI_LINUX_RUST_CONFIG_H
#define _UAPI_LINUX_RUST_CONFIG_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct rust_config - How a device takes samples
 * @rate: the samples in a second, or 0 for none
 * @flags: bits of RUST_CONFIG_FLAGS
 * @depth: the samples that it keeps, or 0 for as many as it likes (since version 2)
 * @threshold: the change that makes a sample, or 0 for any (since version 3)
 * @reserved: 0 (since version 3)
 */
struct rust_config {
	__u32 rate;
	__u32 flags;
	__u64 depth;
	__u32 threshold;
	__u32 reserved;
};

#define RUST_CONFIG_LOOP	(1 << 0)
#define RUST_CONFIG_STAMP	(1 << 1)
#define RUST_CONFIG_FLAGS	(RUST_CONFIG_LOOP | RUST_CONFIG_STAMP)

/* Enums, so that the numbers reach Rust. */
enum {
	RUST_CONFIG_GET		= _IOR('|', 0xa0, struct rust_config),
	RUST_CONFIG_SET		= _IOW('|', 0xa1, struct rust_config),
	/* Sets a configuration, and gets the one before. */
	RUST_CONFIG_SWAP	= _IOWR('|', 0xa2, struct rust_config),
};

/*
 * What this header was in version 1 and 2, for the drivers and programs that were built with it.
 * The header of another driver has no need of these.
 */
struct rust_config_v1 {
	__u32 rate;
	__u32 flags;
};

struct rust_config_v2 {
	__u32 rate;
	__u32 flags;
	__u64 depth;
};

enum {
	RUST_CONFIG_GET_V1	= _IOR('|', 0xa0, struct rust_config_v1),
	RUST_CONFIG_SET_V1	= _IOW('|', 0xa1, struct rust_config_v1),
	RUST_CONFIG_SWAP_V1	= _IOWR('|', 0xa2, struct rust_config_v1),
	RUST_CONFIG_GET_V2	= _IOR('|', 0xa0, struct rust_config_v2),
	RUST_CONFIG_SET_V2	= _IOW('|', 0xa1, struct rust_config_v2),
	RUST_CONFIG_SWAP_V2	= _IOWR('|', 0xa2, struct rust_config_v2),
};

#endif /* _UAPI_LINUX_RUST_CONFIG_H */
