/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ring.rs has of C.
 */
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <linux/rust_ring.h>
