/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/rust_misc_device.rs.
 *
 * Each open file of /dev/rust-misc-device holds a number, and the bytes of its last write(), which
 * read() returns.
 */
#ifndef _UAPI_LINUX_RUST_MISC_DEVICE_H
#define _UAPI_LINUX_RUST_MISC_DEVICE_H

#include <linux/ioctl.h>

/* An enum, so that bindgen exports the ioctl numbers to Rust. */
enum {
	RUST_MISC_DEV_HELLO	= _IO('|', 0x80),
	RUST_MISC_DEV_GET_VALUE	= _IOR('|', 0x81, int),
	RUST_MISC_DEV_SET_VALUE	= _IOW('|', 0x82, int),
};

#endif /* _UAPI_LINUX_RUST_MISC_DEVICE_H */
