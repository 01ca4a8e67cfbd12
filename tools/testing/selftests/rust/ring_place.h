/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pins both sides of a ring to CPUs that share a last-level cache:
 *
 *	if (ring_place(server))
 *		fprintf(stderr, "ring_place: %s\n", ring_place_error(errno));
 *
 * The scheduler moves the threads of one process to one cache (CONFIG_SCHED_CACHE), but not threads
 * of two processes or kernel threads. See Documentation/rust/zerocopy-placement.rst.
 */
#ifndef SELFTESTS_RUST_RING_PLACE_H
#define SELFTESTS_RUST_RING_PLACE_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>

#define RING_MAX_CPUS		8192
#define RING_BITS_PER_LONG	(8 * sizeof(unsigned long))

/* A set of CPUs, in the format of sched_setaffinity(). */
struct ring_cpus {
	unsigned long bits[RING_MAX_CPUS / RING_BITS_PER_LONG];
};

static inline void ring_cpus_add(struct ring_cpus *cpus, unsigned long cpu)
{
	cpus->bits[cpu / RING_BITS_PER_LONG] |= 1UL << cpu % RING_BITS_PER_LONG;
}

static inline int ring_cpus_has(const struct ring_cpus *cpus, unsigned long cpu)
{
	return cpus->bits[cpu / RING_BITS_PER_LONG] >> cpu % RING_BITS_PER_LONG & 1;
}

static inline unsigned int ring_cpus_count(const struct ring_cpus *cpus)
{
	unsigned int count = 0, cpu;

	for (cpu = 0; cpu < RING_MAX_CPUS; cpu++)
		count += ring_cpus_has(cpus, cpu);
	return count;
}

/* Reads a file of cache INDEX of a CPU as a string. Returns 0 on success. */
static inline int ring_read_cache(unsigned int cpu, int index, const char *name, char *text,
				  size_t size)
{
	char path[96];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/cache/index%d/%s", cpu, index,
		 name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = read(fd, text, size - 1);
	close(fd);
	if (length <= 0)
		return -1;
	text[length] = 0;
	return 0;
}

/* Parses a list of CPUs, such as "0-3,8". */
static inline void ring_parse_cpus(const char *list, struct ring_cpus *cpus)
{
	unsigned long cpu, last;
	char *end;

	memset(cpus, 0, sizeof(*cpus));
	do {
		cpu = strtoul(list, &end, 10);
		if (end == list)
			return;
		last = *end == '-' ? strtoul(end + 1, &end, 10) : cpu;
		for (; cpu <= last && cpu < RING_MAX_CPUS; cpu++)
			ring_cpus_add(cpus, cpu);
		list = end + 1;
	} while (*end == ',');
}

/*
 * Finds the CPUs that share the last-level cache of CPU. Returns 0, or -1 with errno set to ENODATA
 * if the kernel does not describe the caches.
 */
static inline int ring_cache_cpus(unsigned int cpu, struct ring_cpus *cpus)
{
	int index, level, highest = 0;
	char text[4096];

	for (index = 0; !ring_read_cache(cpu, index, "level", text, sizeof(text)); index++) {
		level = atoi(text);
		if (level <= highest ||
		    ring_read_cache(cpu, index, "shared_cpu_list", text, sizeof(text)))
			continue;
		highest = level;
		ring_parse_cpus(text, cpus);
	}
	if (highest)
		return 0;
	errno = ENODATA;
	return -1;
}

static inline int ring_get_affinity(pid_t thread, struct ring_cpus *cpus)
{
	memset(cpus, 0, sizeof(*cpus));
	return syscall(__NR_sched_getaffinity, thread, sizeof(*cpus), cpus) < 0 ? -1 : 0;
}

static inline int ring_set_affinity(pid_t thread, const struct ring_cpus *cpus)
{
	return syscall(__NR_sched_setaffinity, thread, sizeof(*cpus), cpus);
}

/*
 * Pins this thread and the thread OTHER to the CPUs that share the last-level cache of the current
 * CPU. Uses only CPUs that both threads may use already. OTHER may belong to another process.
 * Threads that either thread creates later inherit these CPUs.
 *
 * Returns 0, or -1 with errno set. After an error, both threads may use the same CPUs as before.
 *
 * ENODATA: the kernel does not describe the caches.
 * EBUSY: the two threads may use fewer than two CPUs of this cache.
 * EINVAL: the kernel does not let the thread OTHER use these CPUs, because it is a kernel thread
 *	with a fixed CPU, or because of its cpuset.
 * ESRCH: the thread OTHER does not exist.
 * EPERM: the thread OTHER belongs to another user, and the caller lacks CAP_SYS_NICE.
 */
static inline int ring_place(pid_t other)
{
	struct ring_cpus cpus, own, others;
	unsigned int cpu;
	size_t i;

	if (ring_get_affinity(0, &own) || ring_get_affinity(other, &others) ||
	    syscall(__NR_getcpu, &cpu, NULL, NULL) || ring_cache_cpus(cpu, &cpus))
		return -1;
	for (i = 0; i < RING_MAX_CPUS / RING_BITS_PER_LONG; i++)
		cpus.bits[i] &= own.bits[i] & others.bits[i];
	if (ring_cpus_count(&cpus) < 2) {
		errno = EBUSY;
		return -1;
	}
	if (ring_set_affinity(other, &cpus))
		return -1;
	if (ring_set_affinity(0, &cpus)) {
		int error = errno;

		ring_set_affinity(other, &others);
		errno = error;
		return -1;
	}
	return 0;
}

/* Explains an errno of ring_place(). */
static inline const char *ring_place_error(int error)
{
	switch (error) {
	case ENODATA:
		return "the kernel does not describe the caches: set the CPUs with taskset";
	case EBUSY:
		return "fewer than two CPUs of this cache are allowed: allow more with taskset";
	case EINVAL:
		return "the other thread may not use these CPUs: change its cpuset";
	case ESRCH:
		return "the other thread does not exist: pass the ID of a running thread";
	case EPERM:
		return "the other thread belongs to another user: call this with CAP_SYS_NICE";
	default:
		return strerror(error);
	}
}

#endif /* SELFTESTS_RUST_RING_PLACE_H */
