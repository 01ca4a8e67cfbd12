/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The addresses with which a process talks to tools/testing/rust/lines, a plugin that sees the
 * memory accesses of all CPUs, but not the values.
 */
#ifndef SELFTESTS_RUST_RING_LINES_H
#define SELFTESTS_RUST_RING_LINES_H

/* The process maps its struct rust_ring here, and reads each page once. */
#define LINES_RING	0x5a0000000000UL

/* The process stores to these addresses of a page to start and to stop the count. */
#define LINES_CONTROL	0x5b0000000000UL
#define LINES_START	(LINES_CONTROL + 0)
#define LINES_STOP	(LINES_CONTROL + 8)

#endif /* SELFTESTS_RUST_RING_LINES_H */
