/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The interface of the sample driver samples/rust/zerocopy/rust_poll/.
 *
 * A file belongs to the topic that was current at its open(). It is readable (POLLIN) while the
 * topic has events that the file has not taken.
 */
#ifndef _UAPI_LINUX_RUST_POLL_H
#define _UAPI_LINUX_RUST_POLL_H

#include <linux/ioctl.h>

/* An enum, so that bindgen exports the ioctl numbers to Rust. */
enum {
	/* Adds an event to the topic of the file, and wakes all waiters on files of that topic. */
	RUST_POLL_RAISE	= _IO('|', 0xf0),
	/* Takes all events since the last call, or since open(). Returns their number. */
	RUST_POLL_TAKE	= _IO('|', 0xf1),
	/* Starts a new topic for files opened from now on. The driver drops the old one. */
	RUST_POLL_RENEW	= _IO('|', 0xf2),
};

#endif /* _UAPI_LINUX_RUST_POLL_H */
