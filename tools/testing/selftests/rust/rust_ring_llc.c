// SPDX-License-Identifier: GPL-2.0
/*
 * Tests ring_place(), which pins both sides of a ring to one last-level cache.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "ring_place.h"
#include "../kselftest_harness.h"

static void fail(const char *what)
{
	printf("# llc: %s: errno %d\n", what, errno);
	exit(1);
}

static void pin(pid_t thread, unsigned int cpu)
{
	struct ring_cpus cpus = { };

	ring_cpus_add(&cpus, cpu);
	if (ring_set_affinity(thread, &cpus))
		fail("sched_setaffinity");
}

/* Finds the CPUs of the first cache. Returns a CPU of another one, or 0 if there is none. */
static unsigned int find_caches(struct ring_cpus *first)
{
	struct ring_cpus other;
	unsigned int cpu;

	if (ring_cache_cpus(0, first))
		return 0;
	for (cpu = 0; ring_cpus_has(first, cpu); cpu++)
		;
	return cpu > 1 && !ring_cache_cpus(cpu, &other) ? cpu : 0;
}

FIXTURE(place)
{
	pid_t other;
	unsigned int apart_cpu;
	struct ring_cpus cpus, first;
};

FIXTURE_SETUP(place)
{
	const pid_t parent = getpid();

	self->apart_cpu = find_caches(&self->first);
	ASSERT_EQ(ring_get_affinity(0, &self->cpus), 0);
	self->other = fork();
	ASSERT_GE(self->other, 0);
	if (self->other)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	while (getppid() == parent)
		sleep(1);
	_exit(0);
}

FIXTURE_TEARDOWN(place)
{
	if (self->other <= 0)
		return;
	kill(self->other, SIGKILL);
	waitpid(self->other, NULL, 0);
}

TEST_F(place, both_threads_are_pinned_to_one_cache)
{
	struct ring_cpus own, others, cache;

	if (!self->apart_cpu)
		SKIP(return, "needs two last-level caches of several CPUs");
	ASSERT_EQ(ring_place(self->other), 0)
		TH_LOG("%s", ring_place_error(errno));
	ASSERT_EQ(ring_get_affinity(0, &own), 0);
	ASSERT_EQ(ring_get_affinity(self->other, &others), 0);
	ASSERT_EQ(memcmp(&own, &others, sizeof(own)), 0);
	ASSERT_EQ(ring_cache_cpus(ring_cpus_has(&own, 0) ? 0 : self->apart_cpu, &cache), 0);
	ASSERT_EQ(memcmp(&own, &cache, sizeof(own)), 0);
}

TEST_F(place, only_allowed_cpus_are_used)
{
	struct ring_cpus allowed = { }, others;
	unsigned int cpu;

	if (!self->apart_cpu)
		SKIP(return, "needs two last-level caches of several CPUs");
	/* Two CPUs of each cache. */
	for (cpu = 0; cpu < 2; cpu++) {
		ring_cpus_add(&allowed, cpu);
		ring_cpus_add(&allowed, self->apart_cpu + cpu);
	}
	ASSERT_EQ(ring_set_affinity(self->other, &allowed), 0);
	ASSERT_EQ(ring_place(self->other), 0);
	ASSERT_EQ(ring_get_affinity(self->other, &others), 0);
	ASSERT_EQ(ring_cpus_count(&others), 2);
	ASSERT_EQ(ring_cpus_has(&others, 0), ring_cpus_has(&others, 1));
}

TEST_F(place, one_cpu_does_not_suffice)
{
	struct ring_cpus cache, own, others;

	pin(gettid(), 0);
	ASSERT_EQ(ring_place(self->other), -1);
	ASSERT_EQ(errno, ring_cache_cpus(0, &cache) ? ENODATA : EBUSY);
	ASSERT_EQ(ring_get_affinity(0, &own), 0);
	ASSERT_EQ(ring_cpus_count(&own), 1);
	ASSERT_EQ(ring_get_affinity(self->other, &others), 0);
	ASSERT_EQ(memcmp(&others, &self->cpus, sizeof(others)), 0);
}

TEST_F(place, the_other_thread_must_exist)
{
	struct ring_cpus own;

	/* Larger than any thread ID. */
	ASSERT_EQ(ring_place(1 << 30), -1);
	ASSERT_EQ(errno, ESRCH);
	ASSERT_EQ(ring_get_affinity(0, &own), 0);
	ASSERT_EQ(memcmp(&own, &self->cpus, sizeof(own)), 0);
}

TEST(lists_of_cpus_are_parsed)
{
	struct ring_cpus cpus;

	ring_parse_cpus("0\n", &cpus);
	ASSERT_EQ(ring_cpus_count(&cpus), 1);
	ASSERT_TRUE(ring_cpus_has(&cpus, 0));

	ring_parse_cpus("2-3,64,100-102\n", &cpus);
	ASSERT_EQ(ring_cpus_count(&cpus), 6);
	ASSERT_FALSE(ring_cpus_has(&cpus, 1));
	ASSERT_TRUE(ring_cpus_has(&cpus, 2));
	ASSERT_TRUE(ring_cpus_has(&cpus, 3));
	ASSERT_TRUE(ring_cpus_has(&cpus, 64));
	ASSERT_TRUE(ring_cpus_has(&cpus, 102));

	/* More CPUs than the set has space for. */
	ring_parse_cpus("8190-9000\n", &cpus);
	ASSERT_EQ(ring_cpus_count(&cpus), 2);
}

TEST_HARNESS_MAIN
