/* SPDX-License-Identifier: GPL-2.0 */
/*
 * C declarations for ring.rs.
 */
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <linux/rust_ring.h>
