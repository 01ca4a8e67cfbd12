/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clocks for measuring the cost of system calls.
 */
#ifndef SELFTESTS_RUST_CLOCKS_H
#define SELFTESTS_RUST_CLOCKS_H

#include <time.h>

/* Reads the time-stamp counter, which QEMU advances once per instruction (-icount shift=0). */
static inline __u64 ticks(void)
{
#ifdef __x86_64__
	__u32 low, high;

	asm volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (__u64)high << 32 | low;
#else
	return 0;
#endif
}

static inline __u64 nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

#endif /* SELFTESTS_RUST_CLOCKS_H */
