/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_config.rs: an extensible struct.
 *
 * A new version adds fields at the end, without padding. Zero in a new field selects the behavior
 * of a device without that field. An ioctl number encodes the size of the struct, so user space and
 * the driver can use different versions:
 *
 * - If user space is older, the driver treats the missing fields as zero.
 * - If user space is newer, the fields that the driver lacks must be zero. Otherwise the ioctl
 *   fails with E2BIG.
 * - On output, fields that the driver lacks are zero.
 */
#ifndef _UAPI_LINUX_RUST_CONFIG_H
#define _UAPI_LINUX_RUST_CONFIG_H

#include <linux/ioctl.h>
#include <linux/types.h>

/**
 * struct rust_config - The configuration of a sampling device
 * @rate: samples per second, or 0 to disable sampling
 * @flags: bits of RUST_CONFIG_FLAGS
 * @depth: number of samples to keep, or 0 to let the device choose (since version 2)
 * @threshold: smallest change that triggers a sample, or 0 for any change (since version 3)
 * @reserved: must be 0 (since version 3)
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

/* Enums, so that bindgen exports the ioctl numbers to Rust. */
enum {
	RUST_CONFIG_GET		= _IOR('|', 0x98, struct rust_config),
	RUST_CONFIG_SET		= _IOW('|', 0x99, struct rust_config),
	/* Sets a configuration, and returns the previous one. */
	RUST_CONFIG_SWAP	= _IOWR('|', 0x9a, struct rust_config),
};

/*
 * Versions 1 and 2 of this header, for testing drivers and processes that were built with them.
 * The header of a real driver does not need them.
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
	RUST_CONFIG_GET_V1	= _IOR('|', 0x98, struct rust_config_v1),
	RUST_CONFIG_SET_V1	= _IOW('|', 0x99, struct rust_config_v1),
	RUST_CONFIG_SWAP_V1	= _IOWR('|', 0x9a, struct rust_config_v1),
	RUST_CONFIG_GET_V2	= _IOR('|', 0x98, struct rust_config_v2),
	RUST_CONFIG_SET_V2	= _IOW('|', 0x99, struct rust_config_v2),
	RUST_CONFIG_SWAP_V2	= _IOWR('|', 0x9a, struct rust_config_v2),
};

#endif /* _UAPI_LINUX_RUST_CONFIG_H */
