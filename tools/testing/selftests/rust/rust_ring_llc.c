// SPDX-License-Identifier: GPL-2.0
/*
 * Observes the last-level caches on which the two sides of a ring of
 * samples/rust/zerocopy/rust_ring/ run, and makes requests for counting the cache lines that move.
 *
 *	rust_ring_llc			tests ring_place() and the sampler
 *	rust_ring_llc place SECONDS	measures the time with both sides on one cache, with and
 *					without cache-aware balancing
 *	rust_ring_llc short		measures one workload, 2 s without and 2 s with balancing
 *	rust_ring_llc lines		sends requests with both sides pinned, for the QEMU plugin
 *					tools/testing/rust/lines
 *
 * The measurements need two last-level caches of several CPUs. scripts/llc boots such a machine.
 * The measurements switch the balancing of the whole machine off and on, and leave it on, or off
 * after an error.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "clocks.h"
#include "ring.h"
#include "ring_lines.h"
#include "ring_place.h"
#include "thread.h"
#include "../kselftest_harness.h"

#define PAGE		4096UL
#define STACK		16384
#define ROUNDS		3
#define BATCH		16
/* The interval between samples, and the time before the scheduler may move both sides, in us. */
#define INTERVAL	10000
#define APART		150000

/* A way to use the rings. */
struct workload {
	const char *name;
	bool server_sleeps, client_sleeps, two_processes, placed;
};

static const struct workload workloads[] = {
	{ "both busy" },
	{ "server sleeps", .server_sleeps = true },
	{ "both sleep", .server_sleeps = true, .client_sleeps = true },
	{ "two processes", .two_processes = true },
	{ "two processes, placed", .two_processes = true, .placed = true },
};

/* The state that the sides of a ring share with the process that observes them. */
static struct {
	/* The IDs of the two threads. */
	pid_t client, server;
	/* Set when the threads may leave their first CPUs. */
	bool released;
	/* The errno with which a side failed, or 0. */
	int error;
	unsigned long requests;
} *sides;

static const struct workload *workload;
static struct ring ring;
static _Alignas(16) char server_stack[STACK];

static void fail(const char *what)
{
	printf("# llc: %s: errno %d\n", what, errno);
	exit(1);
}

/* Ends this side and all threads of its process. */
static void give_up(int error)
{
	sides->error = error;
	printf("# llc: a side of the ring failed: errno %d\n", error);
	_syscall(__NR_exit_group, 1);
}

/* Serves the ring, in a thread or in another process. */
static void serve(void)
{
	const unsigned int command = workload->server_sleeps ? RUST_RING_SERVE : RUST_RING_ENTER;

	sides->server = gettid();
	for (;;) {
		/* Not ioctl(), since the threads share errno. */
		long ret = _syscall(__NR_ioctl, ring.fd, command, RUST_RING_MAX_IDLE_MS);

		if (ret < 0)
			give_up(-ret);
	}
}

static void start_server(void)
{
	const pid_t client = getpid();
	pid_t pid;
	long ret;

	if (!workload->two_processes) {
		ret = thread_start(serve, server_stack + STACK);
		if (ret < 0)
			give_up(-ret);
		return;
	}
	pid = fork();
	if (pid < 0)
		give_up(errno);
	if (pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() == client)
		serve();
	_exit(0);
}

/* Submits COUNT requests that start at word START, and takes their completions. */
static void round_trip(unsigned int count, unsigned int start, unsigned int words)
{
	struct rust_ring_submission submission = {
		.start = start,
		.count = words,
		.operation = RUST_RING_CHECKSUM,
	};
	struct rust_ring_completion completion;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (ring_push(&ring, submission))
			give_up(errno);
		submission.start = (submission.start + words) % RUST_RING_WORDS;
	}
	ring_submit(&ring);
	while (count) {
		if (ring_pop(&ring, &completion)) {
			if (completion.result)
				give_up(-completion.result);
			count--;
		} else if (workload->client_sleeps && ring_wait(&ring, -1) < 0) {
			give_up(errno);
		}
	}
}

/* Uses the ring until this process is killed. */
static void run(void)
{
	bool placed = false;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (ring_open(&ring))
		give_up(errno);
	start_server();
	sides->client = gettid();
	for (;;) {
		round_trip(BATCH, 0, 8);
		sides->requests += BATCH;
		if (!workload->placed || placed ||
		    !__atomic_load_n(&sides->released, __ATOMIC_RELAXED))
			continue;
		if (ring_place(sides->server))
			give_up(errno);
		placed = true;
	}
}

/* Observation by a separate process. */

/* Reads a file of a side as a string. */
static void read_proc(pid_t process, pid_t thread, const char *name, char *text, size_t size)
{
	char path[64];
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", process, thread, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		fail(path);
	length = read(fd, text, size - 1);
	if (length <= 0)
		fail(path);
	text[length] = 0;
	close(fd);
}

/* Returns the CPU of a thread: field 39 of its stat. Field 3 follows the name in parentheses. */
static unsigned int cpu_of(pid_t process, pid_t thread)
{
	char text[1024], *field;
	int i;

	read_proc(process, thread, "stat", text, sizeof(text));
	field = strrchr(text, ')');
	for (i = 2; field && i < 39; i++)
		field = strchr(field + 1, ' ');
	if (!field)
		fail("stat");
	return atoi(field + 1);
}

/* Returns the number of migrations of a thread. */
static unsigned long migrations_of(pid_t process, pid_t thread)
{
	static char text[8192];
	char *value;

	read_proc(process, thread, "sched", text, sizeof(text));
	value = strstr(text, "nr_migrations");
	value = value ? strchr(value, ':') : NULL;
	if (!value)
		fail("nr_migrations");
	while (*++value == ' ')
		;
	return strtoul(value, NULL, 10);
}

static void pin(pid_t thread, unsigned int cpu)
{
	struct ring_cpus cpus = { };

	ring_cpus_add(&cpus, cpu);
	if (ring_set_affinity(thread, &cpus))
		fail("sched_setaffinity");
}

static void unpin(pid_t thread)
{
	struct ring_cpus cpus;

	memset(&cpus, 0xff, sizeof(cpus));
	if (ring_set_affinity(thread, &cpus))
		fail("sched_setaffinity");
}

static void balance(bool enabled)
{
	int fd = open("/sys/kernel/debug/sched/llc_balancing/enabled", O_WRONLY);

	if (fd < 0)
		fail("no llc_balancing: mount debugfs, and enable CONFIG_SCHED_CACHE");
	if (write(fd, enabled ? "1" : "0", 1) != 1)
		fail("llc_balancing/enabled");
	close(fd);
}

/*
 * Finds the CPUs of the first cache. Returns a CPU of another cache, or 0 if there is none or if
 * either cache has only one CPU.
 */
static unsigned int find_caches(struct ring_cpus *first)
{
	struct ring_cpus other;
	unsigned int cpu;

	if (ring_cache_cpus(0, first))
		return 0;
	for (cpu = 0; ring_cpus_has(first, cpu); cpu++)
		;
	return cpu > 1 && !ring_cache_cpus(cpu, &other) && ring_cpus_has(&other, cpu + 1) ? cpu : 0;
}

static unsigned int need_caches(struct ring_cpus *first)
{
	unsigned int apart_cpu = find_caches(first);

	if (!apart_cpu) {
		printf("# llc: expected two caches of several CPUs, found fewer: use make llc\n");
		exit(1);
	}
	return apart_cpu;
}

static void wait_for_sides(void)
{
	unsigned int tries = 10000;

	while (!sides->error && tries--) {
		if (sides->client && sides->server && sides->requests)
			return;
		usleep(1000);
	}
	errno = sides->error;
	fail("the sides of the ring do not start");
}

/*
 * Runs a workload with both sides on different caches, then lets the scheduler move them. Prints
 * for scripts/llc: the workload, the balancing, the number of samples with both sides on one cache,
 * the number of all samples, the time until the first sample on one cache in ms or -1, and the
 * numbers of migrations and of requests.
 */
static void measure(bool enabled, unsigned int samples)
{
	unsigned int i, together = 0, apart_cpu;
	unsigned long before, requests;
	struct ring_cpus first;
	pid_t process, server;
	__u64 start;
	long met = -1;

	apart_cpu = need_caches(&first);
	balance(enabled);
	memset(sides, 0, sizeof(*sides));
	process = fork();
	if (process < 0)
		fail("fork");
	if (!process)
		run();
	wait_for_sides();
	server = workload->two_processes ? sides->server : process;
	pin(sides->client, 0);
	pin(sides->server, apart_cpu);
	usleep(APART);
	before = migrations_of(process, sides->client) + migrations_of(server, sides->server);
	requests = sides->requests;
	unpin(sides->client);
	unpin(sides->server);
	__atomic_store_n(&sides->released, true, __ATOMIC_RELAXED);
	start = nanoseconds();
	for (i = 0; i < samples; i++) {
		usleep(INTERVAL);
		if (ring_cpus_has(&first, cpu_of(process, sides->client)) !=
		    ring_cpus_has(&first, cpu_of(server, sides->server)))
			continue;
		if (!together++)
			met = (nanoseconds() - start) / 1000000;
	}
	if (sides->error) {
		errno = sides->error;
		fail(workload->name);
	}
	if (sides->requests == requests)
		fail("the ring served no request");
	printf("# place: %s: %s: %u: %u: %ld: %lu: %lu\n", workload->name,
	       enabled ? "on" : "off", together, samples, met,
	       migrations_of(process, sides->client) + migrations_of(server, sides->server) -
	       before, sides->requests - requests);
	fflush(stdout);
	/* A server in a process of its own dies with its parent. */
	kill(process, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static int measure_places(unsigned int seconds, unsigned int rounds, unsigned int count)
{
	unsigned int round, i;

	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < count; i++) {
			workload = &workloads[i];
			measure(false, seconds * 1000000 / INTERVAL);
			measure(true, seconds * 1000000 / INTERVAL);
		}
	}
	return 0;
}

/* Requests for the plugin. */

static void *map_at(unsigned long address, size_t size, int flags, int fd)
{
	void *at = mmap((void *)address, size, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0);

	if (at == MAP_FAILED)
		fail("mmap");
	return at;
}

/* Stores to an address that the plugin knows. */
static void tell(unsigned long address)
{
	__atomic_store_n((__u64 *)address, 1, __ATOMIC_RELAXED);
}

/* Writes WORDS words for each of COUNT requests, and makes the requests. */
static void send(unsigned int count, unsigned int batch, unsigned int words)
{
	static unsigned int start;
	unsigned int i;

	for (; count; count -= batch) {
		for (i = 0; i < batch * words; i++)
			ring.shared->payload[(start + i) % RUST_RING_WORDS] = count + i;
		round_trip(batch, start, words);
		start = (start + batch * words) % (RUST_RING_SUBMISSIONS * 64);
	}
}

/*
 * Makes requests with the server pinned to CPU. Prints for scripts/llc: NAME, the size of the
 * batches, the payload of each request in bytes, and the number of requests.
 */
static void send_to(const char *name, unsigned int cpu)
{
	static const unsigned int sizes[] = { 0, 64 }, batches[] = { 1, 8, 64, 256 };
	unsigned int i, j, count;

	pin(sides->server, cpu);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (j = 0; j < ARRAY_SIZE(batches); j++) {
			count = batches[j] < 64 ? 4096 : 16384;
			/* After this, the caches hold all entries of the rings. */
			send(2 * RUST_RING_COMPLETIONS, batches[j], sizes[i]);
			tell(LINES_START);
			send(count, batches[j], sizes[i]);
			tell(LINES_STOP);
			printf("# lines: %s: %u: %u: %u\n", name, batches[j], sizes[i] * 8, count);
			fflush(stdout);
		}
	}
}

static int send_all(void)
{
	unsigned int apart_cpu;
	struct ring_cpus first;
	size_t offset;

	apart_cpu = need_caches(&first);
	workload = &workloads[0];
	if (ring_open(&ring))
		fail("/dev/rust-ring");
	ring_unmap(&ring);
	ring.shared = map_at(LINES_RING, sizeof(*ring.shared), MAP_SHARED, ring.fd);
	map_at(LINES_CONTROL, PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	for (offset = 0; offset < sizeof(*ring.shared); offset += PAGE)
		__atomic_load_n((char *)ring.shared + offset, __ATOMIC_RELAXED);
	start_server();
	while (!sides->server)
		usleep(1000);
	pin(gettid(), 0);
	send_to("apart", apart_cpu);
	send_to("one cache", 1);
	/* Also ends the server. */
	return _syscall(__NR_exit_group, 0);
}

/* Tests of ring_place(), and of the sampler. */

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
	size_t i;

	if (!self->apart_cpu)
		SKIP(return, "needs two last-level caches of several CPUs");
	ASSERT_EQ(ring_place(self->other), 0)
		TH_LOG("%s", ring_place_error(errno));
	ASSERT_EQ(ring_get_affinity(0, &own), 0);
	ASSERT_EQ(ring_get_affinity(self->other, &others), 0);
	ASSERT_EQ(memcmp(&own, &others, sizeof(own)), 0);
	ASSERT_EQ(ring_cache_cpus(ring_cpus_has(&own, 0) ? 0 : self->apart_cpu, &cache), 0);
	for (i = 0; i < ARRAY_SIZE(cache.bits); i++)
		cache.bits[i] &= self->cpus.bits[i];
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

TEST(the_sampler_finds_the_cpu_of_a_thread)
{
	struct ring_cpus cpus;
	unsigned int last;

	ASSERT_EQ(ring_get_affinity(0, &cpus), 0);
	for (last = RING_MAX_CPUS - 1; !ring_cpus_has(&cpus, last); last--)
		;
	pin(gettid(), last);
	/* The name of a thread precedes the CPU, and may contain anything. */
	ASSERT_EQ(prctl(PR_SET_NAME, (unsigned long)"a) R 1 (2", 0, 0, 0), 0);
	ASSERT_EQ(cpu_of(getpid(), gettid()), last);
}

int main(int argc, char **argv)
{
	sides = mmap(NULL, sizeof(*sides), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (sides == MAP_FAILED)
		fail("mmap");
	if (argc > 2 && !strcmp(argv[1], "place"))
		return measure_places(strtoul(argv[2], NULL, 10), ROUNDS, ARRAY_SIZE(workloads));
	if (argc > 1 && !strcmp(argv[1], "short"))
		return measure_places(2, 1, 1);
	if (argc > 1 && !strcmp(argv[1], "lines"))
		return send_all();
	return test_harness_run(argc, argv);
}
