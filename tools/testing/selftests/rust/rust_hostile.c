// SPDX-License-Identifier: GPL-2.0
/*
 * Attacks samples/rust/zerocopy/rust_ring/ through its shared memory and pinned buffers.
 *
 *	rust_hostile [SECONDS [SEED]]
 *
 * Honest processes have rings of their own, and check all completions. Two hostile processes share
 * a ring: one rewrites its counters, entries and payload, and the other makes the kernel serve it.
 * Further hostile processes do both in threads. Meanwhile they map, unmap, move and protect the
 * ring and the pinned buffer, and fork, until they fault, exit or are killed. New processes then
 * replace them.
 *
 * At the end, all checks must have passed, and all processes must exit.
 */
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "ring.h"
#include "thread.h"
#include "../kselftest.h"

#define SIZE		sizeof(struct rust_ring)
#define READ_WRITE	(PROT_READ | PROT_WRITE)
/* The largest page size of any kernel. */
#define LARGE_PAGE	65536UL
#define STACK		16384
/* The number of words of the buffer that hostile processes pin. */
#define BUFFER		(8 * (__u32)LARGE_PAGE / sizeof(__u64))
/* The time limit for processes to exit, and the time between two progress reports, in seconds. */
#define PATIENCE	30
#define PERIOD		60

/* The statistics that all processes share. */
static struct {
	bool over;
	/* The first error, and the result of the call. */
	const char *complaint;
	long result;
	unsigned long round_trips, waits, calls, refused, served, rewrites;
	unsigned long lives, maps, unmaps, moves, protections, forks, pins;
} *done;

static void count(unsigned long *what)
{
	__atomic_add_fetch(what, 1, __ATOMIC_RELAXED);
}

static bool is_over(void)
{
	return __atomic_load_n(&done->over, __ATOMIC_RELAXED);
}

static void complain(const char *complaint, long result)
{
	const char *none = NULL;

	if (__atomic_compare_exchange_n(&done->complaint, &none, complaint, false,
					__ATOMIC_RELAXED, __ATOMIC_RELAXED))
		done->result = result;
}

static __u32 random_u32(__u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL >> 32;
}

/* Returns a number below LIMIT. */
static __u32 below(__u64 *state, __u32 limit)
{
	return random_u32(state) % limit;
}

/* Forks a process that exits with its parent. */
static pid_t fork_child(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* The parent may have exited already. */
	if (getppid() != parent)
		_exit(0);
	return 0;
}

/* The honest processes. */

/* The pinned words. */
static __aligned_u64 own[64];

static int pin(int fd, const void *words, __u64 count)
{
	struct rust_ring_buffer buffer = { .words = (unsigned long)words, .count = count };

	return _syscall(__NR_ioctl, fd, RUST_RING_PIN, &buffer);
}

static void open_honestly(struct ring *ring)
{
	if (ring_open(ring))
		complain("an honest process cannot open the device", -errno);
	if (pin(ring->fd, own, ARRAY_SIZE(own)))
		complain("an honest process cannot pin its words", -errno);
}

/* Submits requests for COUNT different ranges of words with known checksums. */
static void push_words(struct ring *ring, __u32 count, __u64 seed)
{
	__u32 i;

	for (i = 0; i < count; i++) {
		own[i] = (seed + i) * 0x123456789abcdefULL;
		ring->shared->payload[i] = own[i];
		ring_push(ring, (struct rust_ring_submission) {
			.user_data = seed + i,
			.count = i,
			.operation = i % 2 ? RUST_RING_CHECKSUM : RUST_RING_CHECKSUM_PINNED,
		});
	}
}

/* Returns true if COMPLETION is correct for request I of push_words(). */
static bool is_right(const struct rust_ring_completion *completion, __u32 i, __u64 seed)
{
	__u64 sum = 0;
	__u32 word;

	for (word = 0; word < i; word++)
		sum = RUST_RING_CHECKSUM_NEXT(sum, (seed + word) * 0x123456789abcdefULL);
	return completion->user_data == seed + i && completion->checksum == sum &&
	       !completion->result && !completion->reserved;
}

/* Serves its requests with its own calls. */
static void enter(__u64 state)
{
	struct rust_ring_completion completion;
	struct ring ring;
	__u32 number, i;
	__u64 seed;

	open_honestly(&ring);
	while (!is_over() && !done->complaint) {
		number = below(&state, ARRAY_SIZE(own));
		seed = random_u32(&state);
		push_words(&ring, number, seed);
		if (ring_enter(&ring) != (int)number)
			complain("an honest process did not serve all requests", number);
		for (i = 0; i < number; i++)
			if (!ring_pop(&ring, &completion) || !is_right(&completion, i, seed))
				complain("an honest process received a wrong completion", i);
		count(&done->round_trips);
	}
	ring_close(&ring);
}

/* Waits for another process to serve its requests. */
static void wait_for_server(__u64 state)
{
	struct rust_ring_completion completion;
	struct ring ring;
	__u32 number, i;
	long result = 0;
	__u64 seed;
	pid_t pid;

	open_honestly(&ring);
	pid = fork_child();
	if (!pid) {
		while (result >= 0)
			result = _syscall(__NR_ioctl, ring.fd, RUST_RING_SERVE,
					  RUST_RING_MAX_IDLE_MS);
		complain("the server of an honest process failed", result);
		_exit(0);
	}
	while (!is_over() && !done->complaint) {
		number = 1 + below(&state, 8);
		seed = random_u32(&state);
		push_words(&ring, number, seed);
		ring_publish(&ring);
		for (i = 0; i < number; i++) {
			while (!ring_pop(&ring, &completion))
				if (ring_wait(&ring, PATIENCE * 1000) != 1)
					complain("an honest process was not woken", i);
			if (!is_right(&completion, i, seed))
				complain("an honest process received a wrong completion", i);
		}
		count(&done->waits);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ring_close(&ring);
}

/* The ring of the hostile processes. */

static struct ring hostile;
static __u64 *buffer;

/* Writes a request that the kernel accepts, unless the memory changes in the meantime. */
static void rewrite_request(__u32 value)
{
	hostile.shared->submissions[value % RUST_RING_SUBMISSIONS] = (struct rust_ring_submission) {
		.start = value / RUST_RING_SUBMISSIONS % BUFFER,
		.count = value % 64,
		.operation = value & 64 ? RUST_RING_CHECKSUM : RUST_RING_CHECKSUM_PINNED,
	};
}

/*
 * Rewrites random words of the memory, and counters that the kernel accepts. Restores the kernel's
 * own counters, because user space could otherwise not tell which entries are in use.
 */
static void rewrite(__u64 *state)
{
	struct rust_ring *ring = hostile.shared;
	const __u32 words = SIZE / sizeof(__u32), entries = 4096 / sizeof(__u32);
	const __u32 counters = offsetof(struct rust_ring, reserved) / sizeof(__u32);
	const __u32 of_kernel = offsetof(struct rust_ring, kernel) / sizeof(__u32);
	__u32 *word = (void *)ring;
	__u32 value = random_u32(state), i, old;

	switch (value >> 28) {
	case 0:
		i = value % counters;
		old = __atomic_exchange_n(&word[i], value, __ATOMIC_RELAXED);
		if (i >= of_kernel)
			__atomic_store_n(&word[i], old, __ATOMIC_RELAXED);
		break;
	case 1 ... 4:
		__atomic_store_n(&word[entries + value % (5 * entries)],
				 value % (2 * RUST_RING_WORDS), __ATOMIC_RELAXED);
		break;
	case 5 ... 6:
		rewrite_request(value);
		break;
	case 7 ... 8:
		__atomic_store_n(&word[entries + value % (words - entries)], value,
				 __ATOMIC_RELAXED);
		break;
	case 9 ... 12:
		__atomic_store_n(&ring->user.sq_tail,
				 __atomic_load_n(&ring->kernel.sq_head, __ATOMIC_RELAXED) +
				 value % 300, __ATOMIC_RELAXED);
		break;
	default:
		__atomic_store_n(&ring->user.cq_head,
				 __atomic_load_n(&ring->kernel.cq_tail, __ATOMIC_RELAXED) -
				 value % 600, __ATOMIC_RELAXED);
	}
	count(&done->rewrites);
}

/* Pins a range of the buffer, which may have been unmapped. */
static int pin_some(__u64 *state)
{
	__u32 start = below(state, BUFFER), words = 1 + below(state, below(state, 2) ? 64 : BUFFER);

	count(&done->pins);
	return pin(hostile.fd, buffer + start, words);
}

/* Makes a random call: serves the ring, wakes a thread, pins memory, or polls the ring. */
static void call(__u64 *state)
{
	struct pollfd poller = { .fd = hostile.fd, .events = POLLIN };
	long result = 0;

	switch (below(state, 8)) {
	case 0:
		result = _syscall(__NR_ioctl, hostile.fd, RUST_RING_SERVE, below(state, 3));
		break;
	case 1:
		result = _syscall(__NR_ioctl, hostile.fd, RUST_RING_KICK, 0);
		break;
	case 2:
		poll(&poller, 1, below(state, 2));
		break;
	case 3:
		result = pin_some(state);
		if (result == -EFAULT)
			result = 0;
		break;
	default:
		result = _syscall(__NR_ioctl, hostile.fd, RUST_RING_ENTER, 0);
		if (result > 0)
			count(&done->served);
	}
	count(&done->calls);
	if (result == -EOVERFLOW)
		count(&done->refused);
	/* Another thread may have closed the file. */
	else if (result < 0 && result != -EBADF)
		complain("a hostile process received an undocumented error", result);
	/* On a machine with one CPU, let the others run. */
	if (!below(state, 16))
		sched_yield();
}

static void rewrite_on(__u64 state)
{
	for (;;)
		rewrite(&state);
}

static void call_on(__u64 state)
{
	for (;;)
		call(&state);
}

/* The threads of a hostile process. A fault in one thread ends all threads. */

static __u64 seeds[2];

static void rewrite_in_thread(void)
{
	for (;;)
		rewrite(&seeds[0]);
}

static void call_in_thread(void)
{
	for (;;)
		call(&seeds[1]);
}

#ifdef __x86_64__
static void leave(int signal)
{
	_syscall(__NR_exit_group, 0);
}

static void leave_on(int signal)
{
	struct sigaction action = { .sa_handler = leave, .sa_flags = SA_RESTORER };

	_syscall(__NR_rt_sigaction, signal, &action, NULL, sizeof(action.sa_mask));
}

static void start_thread(void (*run)(void))
{
	static _Alignas(16) char stacks[2][STACK];
	static int used;
	long ret = thread_start(run, stacks[used++] + STACK);

	if (ret < 0)
		complain("a hostile process cannot start a thread", ret);
}
#else
/* On other architectures, use a process with a copy of the mappings instead of a thread. */
static void leave_on(int signal)
{
}

static void start_thread(void (*run)(void))
{
	if (fork_child())
		return;
	run();
}
#endif

static void map_at(void *at, int fixed)
{
	count(&done->maps);
	mmap(at, SIZE, READ_WRITE, MAP_SHARED | fixed, hostile.fd, 0);
}

static void map_once_more(__u64 *state)
{
	map_at(NULL, 0);
}

static void map_again(__u64 *state)
{
	map_at(hostile.shared, MAP_FIXED);
}

static void unmap_and_map(__u64 *state)
{
	count(&done->unmaps);
	munmap(hostile.shared, SIZE);
	map_again(state);
}

static void unmap_a_part(__u64 *state)
{
	count(&done->unmaps);
	munmap((char *)hostile.shared + LARGE_PAGE * below(state, SIZE / LARGE_PAGE), LARGE_PAGE);
}

static void move(__u64 *state)
{
	void *at = mremap(hostile.shared, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED,
			  (char *)hostile.shared - 2 * SIZE);

	count(&done->moves);
	if (at != MAP_FAILED)
		hostile.shared = at;
}

static void resize(__u64 *state)
{
	count(&done->moves);
	mremap(hostile.shared, SIZE, SIZE - LARGE_PAGE + 2 * LARGE_PAGE * below(state, 2),
	       MREMAP_MAYMOVE, NULL);
}

static void protect(__u64 *state)
{
	count(&done->protections);
	_syscall(__NR_mprotect, hostile.shared, SIZE, PROT_READ);
	_syscall(__NR_mprotect, hostile.shared, SIZE, READ_WRITE);
}

static void discard(__u64 *state)
{
	_syscall(__NR_madvise, hostile.shared, SIZE, MADV_DONTNEED);
}

/* Unmaps, protects, moves, discards or replaces a part of the pinned buffer. */
static void change_pinned(__u64 *state)
{
	char *at = (char *)buffer + LARGE_PAGE * below(state, 7);
	const size_t size = LARGE_PAGE * (1 + below(state, 2));

	switch (below(state, 6)) {
	case 0:
		count(&done->unmaps);
		munmap(at, size);
		break;
	case 1:
		count(&done->protections);
		_syscall(__NR_mprotect, at, size, PROT_READ);
		break;
	case 2:
		count(&done->moves);
		mremap(at, size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
		       (char *)buffer + LARGE_PAGE * below(state, 7));
		break;
	case 3:
		_syscall(__NR_madvise, at, size, MADV_DONTNEED);
		break;
	default:
		count(&done->maps);
		mmap(at, size, READ_WRITE, MAP_FIXED | MAP_ANONYMOUS |
		     (below(state, 2) ? MAP_PRIVATE : MAP_SHARED), -1, 0);
	}
}

static void open_again(__u64 *state)
{
	int fd = open("/dev/rust-ring", O_RDWR);

	_syscall(__NR_dup3, fd, hostile.fd, 0);
	close(fd);
}

static void fork_off(__u64 *state)
{
	__u32 rewrites = below(state, 1000);

	count(&done->forks);
	if (fork_child())
		return;
	while (rewrites--)
		rewrite(state);
	_syscall(__NR_ioctl, hostile.fd, RUST_RING_ENTER, 0);
	_syscall(__NR_exit_group, 0);
}

static void (*const actions[])(__u64 *state) = {
	change_pinned,
	change_pinned,
	change_pinned,
	discard,
	fork_off,
	map_again,
	map_once_more,
	move,
	open_again,
	protect,
	resize,
	unmap_a_part,
	unmap_and_map,
};

/* Changes the mappings for a while, with threads using the ring. */
static void act(__u64 state)
{
	unsigned int left = below(&state, 100);

	ring_close(&hostile);
	if (ring_open(&hostile))
		complain("a hostile process cannot open the device", -errno);
	leave_on(SIGSEGV);
	leave_on(SIGBUS);
	seeds[0] = state ^ 1;
	seeds[1] = state ^ 2;
	start_thread(rewrite_in_thread);
	start_thread(call_in_thread);
	while (left--) {
		usleep(below(&state, 3000));
		actions[below(&state, ARRAY_SIZE(actions))](&state);
	}
	_syscall(__NR_exit_group, 0);
}

/* A process that is not permanent may exit at any time, and is replaced. */
static struct process {
	void (*run)(__u64 state);
	bool honest, lasts;
	pid_t pid;
} processes[] = {
	{ enter, .honest = true, .lasts = true },
	{ wait_for_server, .honest = true, .lasts = true },
	{ rewrite_on, .lasts = true },
	{ call_on, .lasts = true },
	{ act },
	{ act },
};

static void start(struct process *process, __u64 *state)
{
	__u64 seed = (__u64)random_u32(state) << 32 | random_u32(state) | 1;

	process->pid = fork_child();
	if (process->pid < 0)
		ksft_exit_fail_msg("fork: errno %d\n", errno);
	if (process->pid)
		return;
	process->run(seed);
	_exit(0);
}

/* Handles the exit of a process, and starts a replacement. */
static void ended(pid_t pid, int status, __u64 *state)
{
	struct process *process;

	for (process = processes; process < processes + ARRAY_SIZE(processes); process++) {
		/* Other PIDs are forks of processes that have exited before. */
		if (process->pid != pid)
			continue;
		if (process->lasts)
			complain("a permanent process has exited", status);
		count(&done->lives);
		start(process, state);
	}
}

static void report(time_t since)
{
	ksft_print_msg("%ld s: %lu calls (%lu rejected, %lu served requests), %lu rewrites\n",
		       (long)(time(NULL) - since), done->calls, done->refused, done->served,
		       done->rewrites);
	ksft_print_msg("  %lu exits: %lu maps, %lu unmaps, %lu moves, %lu protections, %lu forks\n",
		       done->lives, done->maps, done->unmaps, done->moves, done->protections,
		       done->forks);
	ksft_print_msg("  %lu pins; honest: %lu calls, %lu waits\n", done->pins, done->round_trips,
		       done->waits);
}

/* Ends all processes; honest ones exit on request. Returns true if all exit in time. */
static bool end(void)
{
	time_t start = time(NULL);
	struct process *process;
	pid_t pid;

	__atomic_store_n(&done->over, true, __ATOMIC_RELAXED);
	for (process = processes; process < processes + ARRAY_SIZE(processes); process++)
		if (!process->honest)
			kill(process->pid, SIGKILL);
	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
		if (time(NULL) - start > PATIENCE)
			return false;
		if (!pid)
			usleep(1000);
	}
	return true;
}

int main(int argc, char **argv)
{
	unsigned long seconds = argc > 1 ? strtoul(argv[1], NULL, 10) : 3;
	__u64 state = (argc > 2 ? strtoul(argv[2], NULL, 10) : 1) * 0x9e3779b97f4a7c15ULL;
	time_t start_time = time(NULL), reported = start_time;
	struct process *process;
	int status, i;
	bool gone;
	pid_t pid;

	ksft_print_header();
	ksft_set_plan(2);
	done = mmap(NULL, sizeof(*done), READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	buffer = mmap(NULL, 8 * LARGE_PAGE, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (done == MAP_FAILED || buffer == MAP_FAILED || ring_open(&hostile))
		ksft_exit_fail_msg("mmap or open: errno %d\n", errno);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (process = processes; process < processes + ARRAY_SIZE(processes); process++)
		start(process, &state);

	while (time(NULL) - start_time < (time_t)seconds && !done->complaint) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid > 0)
			ended(pid, status, &state);
		else
			usleep(2000);
		i = below(&state, 8 * ARRAY_SIZE(processes));
		if (i < (int)ARRAY_SIZE(processes) && !processes[i].lasts)
			kill(processes[i].pid, SIGKILL);
		if (time(NULL) - reported >= PERIOD) {
			reported += PERIOD;
			report(start_time);
		}
	}
	gone = end();
	report(start_time);
	if (done->complaint)
		ksft_print_msg("%s: %ld\n", done->complaint, done->result);
	ksft_test_result(!done->complaint && done->round_trips && done->waits && done->served &&
			 done->refused, "all results of honest processes are correct\n");
	ksft_test_result(gone, "all processes end\n");
	ksft_finished();
}
