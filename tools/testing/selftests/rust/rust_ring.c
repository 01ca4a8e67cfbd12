// SPDX-License-Identifier: GPL-2.0
/*
 * Tests samples/rust/zerocopy/rust_ring/: mappings, requests and limits, and that a process with
 * random writes to the shared memory harms only itself.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/signal.h>

#include "cgroup.h"
#include "ring.h"
#include "transcript.h"
#include "../kselftest_harness.h"

#define SIZE		sizeof(struct rust_ring)
#define READ_WRITE	(PROT_READ | PROT_WRITE)
/* The largest page size of any kernel. */
#define LARGE_PAGE	65536UL

static __u32 load(__u32 *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static __u64 checksum(struct ring *ring, __u32 start, __u32 count)
{
	__u64 sum = 0;

	while (count--)
		sum = RUST_RING_CHECKSUM_NEXT(sum, ring->shared->payload[start++]);
	return sum;
}

/* Pushes a request for words. The ring must not be full. */
static void push_words(struct ring *ring, __u64 user_data, __u32 start, __u32 count)
{
	ring_push(ring, (struct rust_ring_submission) {
		.user_data = user_data,
		.start = start,
		.count = count,
		.operation = RUST_RING_CHECKSUM,
	});
}

static int enter(struct ring *ring)
{
	return TRANSCRIBE(ring_enter(ring), "ioctl(RUST_RING_ENTER)");
}

/* Enters without publishing the counters first. */
static int call(int fd)
{
	return TRANSCRIBE(ioctl(fd, RUST_RING_ENTER, 0), "ioctl(RUST_RING_ENTER)");
}

static int quietly(long result)
{
	return result < 0 ? -errno : result;
}

static int pin(int fd, void *words, __u64 count, const char *what)
{
	struct rust_ring_buffer buffer = { .words = (unsigned long)words, .count = count };

	return TRANSCRIBE(ioctl(fd, RUST_RING_PIN, &buffer), "ioctl(RUST_RING_PIN, %s)", what);
}

/* Returns the result of one request. */
static int result_of(struct ring *ring, struct rust_ring_submission request)
{
	struct rust_ring_completion completion;

	if (ring_push(ring, request) || ring_enter(ring) != 1 || !ring_pop(ring, &completion))
		return -EIO;
	if (completion.user_data != request.user_data || completion.reserved)
		return -EIO;
	return completion.result;
}

/* Returns true if COUNT requests for different words return the correct checksums. */
static int round_trip(struct ring *ring, unsigned int count, __u32 seed)
{
	struct rust_ring_completion completion;
	unsigned int i;

	for (i = 0; i < count; i++)
		ring->shared->payload[seed % 1000 + i] = (seed + i) * 0x123456789abcdefULL;
	for (i = 0; i < count; i++)
		push_words(ring, seed + i, seed % 1000, i);
	if (ring_enter(ring) != (int)count)
		return 0;
	for (i = 0; i < count; i++)
		if (!ring_pop(ring, &completion) || completion.user_data != seed + i ||
		    completion.result || completion.checksum != checksum(ring, seed % 1000, i))
			return 0;
	return !ring_pop(ring, &completion);
}

static int maps(int fd, size_t size, int prot, int flags, off_t offset, const char *what)
{
	void *at = mmap(NULL, size, prot, flags, fd, offset);
	int error = at == MAP_FAILED ? errno : 0;

	if (!error)
		munmap(at, size);
	errno = error;
	return TRANSCRIBE(error ? -1 : 0, "mmap(%s)", what);
}

static int protects(void *at, int prot, const char *what)
{
	return TRANSCRIBE(syscall(__NR_mprotect, at, SIZE, prot), "mprotect(%s)", what);
}

static int remaps(void *at, size_t old_size, size_t size, const char *what)
{
	return TRANSCRIBE((long)mremap(at, old_size, size, MREMAP_MAYMOVE, NULL),
			  "mremap(%s)", what);
}

FIXTURE(ring) {
	struct ring ring;
	struct rust_ring *shared;
	int fd;
};

FIXTURE_SETUP(ring)
{
	ASSERT_EQ(ring_open(&self->ring), 0);
	self->shared = self->ring.shared;
	self->fd = self->ring.fd;
}

FIXTURE_TEARDOWN(ring)
{
	ring_close(&self->ring);
}

TEST_F(ring, new_memory_is_zeroed)
{
	unsigned char *bytes = (void *)self->shared;
	size_t i;

	for (i = 0; i < SIZE && !bytes[i]; i++)
		;
	EXPECT_EQ(i, SIZE);
	EXPECT_EQ(enter(&self->ring), 0);
}

TEST_F(ring, other_mappings_are_refused)
{
	EXPECT_EQ(maps(self->fd, SIZE, READ_WRITE, MAP_SHARED, 0, "all pages, shared"), 0);
	EXPECT_EQ(maps(self->fd, SIZE, PROT_READ, MAP_SHARED, 0, "read-only"), 0);
	EXPECT_EQ(maps(self->fd, SIZE, READ_WRITE, MAP_PRIVATE, 0, "private"), -EINVAL);
	EXPECT_EQ(maps(self->fd, SIZE - LARGE_PAGE, READ_WRITE, MAP_SHARED, 0, "smaller"), -EINVAL);
	EXPECT_EQ(maps(self->fd, SIZE + LARGE_PAGE, READ_WRITE, MAP_SHARED, 0, "larger"), -EINVAL);
	EXPECT_EQ(maps(self->fd, SIZE, READ_WRITE, MAP_SHARED, LARGE_PAGE, "at an offset"),
		  -EINVAL);
	EXPECT_EQ(maps(self->fd, SIZE, PROT_READ | PROT_EXEC, MAP_SHARED, 0, "to execute"),
		  -EACCES);
}

TEST_F(ring, a_mapping_cannot_change)
{
	EXPECT_EQ(protects(self->shared, PROT_READ | PROT_EXEC, "to execute"), -EACCES);
	EXPECT_EQ(remaps(self->shared, SIZE, SIZE + LARGE_PAGE, "to a larger size"), -EFAULT);
	EXPECT_EQ(remaps(self->shared, 0, SIZE, "to a second mapping"), -EFAULT);
	EXPECT_TRUE(round_trip(&self->ring, 3, 1));
}

TEST_F(ring, a_read_only_file_has_no_writable_mapping)
{
	int fd = open("/dev/rust-ring", O_RDONLY);
	void *at;

	ASSERT_GE(fd, 0);
	EXPECT_EQ(maps(fd, SIZE, READ_WRITE, MAP_SHARED, 0, "writable, read-only file"), -EACCES);
	at = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
	ASSERT_NE(at, MAP_FAILED);
	EXPECT_EQ(protects(at, READ_WRITE, "to write"), -EACCES);
	munmap(at, SIZE);
	close(fd);
}

TEST_F(ring, checksums_match_user_space)
{
	struct rust_ring_completion completion;
	unsigned int i;

	for (i = 0; i < RUST_RING_WORDS; i++)
		self->shared->payload[i] = i * 0x123456789abcdefULL;
	push_words(&self->ring, ~0ULL, 0, RUST_RING_WORDS);
	push_words(&self->ring, 1, RUST_RING_WORDS - 1, 1);
	push_words(&self->ring, 2, RUST_RING_WORDS, 0);

	EXPECT_EQ(enter(&self->ring), 3);
	EXPECT_EQ(load(&self->shared->kernel.sq_head), 3);
	ASSERT_TRUE(ring_pop(&self->ring, &completion));
	EXPECT_EQ(completion.user_data, ~0ULL);
	EXPECT_EQ(completion.result, 0);
	EXPECT_EQ(completion.checksum, checksum(&self->ring, 0, RUST_RING_WORDS));
	ASSERT_TRUE(ring_pop(&self->ring, &completion));
	EXPECT_EQ(completion.user_data, 1);
	EXPECT_EQ(completion.result, 0);
	EXPECT_EQ(completion.checksum, checksum(&self->ring, RUST_RING_WORDS - 1, 1));
	ASSERT_TRUE(ring_pop(&self->ring, &completion));
	EXPECT_EQ(completion.result, 0);
	EXPECT_EQ(completion.checksum, 0);
	EXPECT_FALSE(ring_pop(&self->ring, &completion));
}

TEST_F(ring, batches_of_all_sizes_wrap_around)
{
	unsigned int count;

	for (count = 0; count <= RUST_RING_SUBMISSIONS; count += 3)
		ASSERT_TRUE(round_trip(&self->ring, count, count * 1000));
	EXPECT_TRUE(round_trip(&self->ring, RUST_RING_SUBMISSIONS, 1));
	EXPECT_GT(self->shared->user.sq_tail, 10 * RUST_RING_COMPLETIONS);
}

TEST_F(ring, requests_wait_for_space)
{
	struct rust_ring_completion completion;
	unsigned int i;

	for (i = 0; i < RUST_RING_COMPLETIONS + 10; i++) {
		push_words(&self->ring, i, 0, 0);
		if (i % RUST_RING_SUBMISSIONS == RUST_RING_SUBMISSIONS - 1)
			EXPECT_EQ(enter(&self->ring), RUST_RING_SUBMISSIONS);
	}
	EXPECT_EQ(enter(&self->ring), 0);
	EXPECT_EQ(self->shared->kernel.sq_head, RUST_RING_COMPLETIONS);
	for (i = 0; i < 4; i++)
		EXPECT_TRUE(ring_pop(&self->ring, &completion));
	EXPECT_EQ(enter(&self->ring), 4);
	for (; i < RUST_RING_COMPLETIONS + 4; i++) {
		ASSERT_TRUE(ring_pop(&self->ring, &completion));
		ASSERT_EQ(completion.user_data, i);
	}
	EXPECT_EQ(enter(&self->ring), 6);
}

TEST_F(ring, bad_requests_are_answered)
{
	struct rust_ring_submission good = {
		.user_data = 5,
		.count = 1,
		.operation = RUST_RING_CHECKSUM,
	};
	struct rust_ring_submission request = good;
	unsigned int i;

	EXPECT_EQ(result_of(&self->ring, good), 0);
	request.operation = 0;
	EXPECT_EQ(result_of(&self->ring, request), -EINVAL);
	request.operation = ~0U;
	EXPECT_EQ(result_of(&self->ring, request), -EINVAL);
	for (i = 0; i < ARRAY_SIZE(request.reserved); i++) {
		request = good;
		request.reserved[i] = 1U << 31;
		EXPECT_EQ(result_of(&self->ring, request), -EINVAL);
	}
	request = good;
	request.start = RUST_RING_WORDS;
	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
	request.start = ~0U;
	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
	request.count = 2;
	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
	request.start = 1;
	request.count = RUST_RING_WORDS;
	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
	request.count = ~0U;
	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
	EXPECT_EQ(result_of(&self->ring, good), 0);
}

/* Returns true if the checksum of pinned words is correct. */
static int pinned_match(struct ring *ring, const __u64 *words, __u32 start, __u32 count)
{
	struct rust_ring_submission request = {
		.start = start,
		.count = count,
		.operation = RUST_RING_CHECKSUM_PINNED,
	};
	struct rust_ring_completion completion;
	__u64 sum = 0;
	__u32 i;

	for (i = start; i < start + count; i++)
		sum = RUST_RING_CHECKSUM_NEXT(sum, words[i]);
	if (ring_push(ring, request) || ring_enter(ring) != 1 || !ring_pop(ring, &completion))
		return 0;
	return !completion.result && completion.checksum == sum;
}

#define PINNED_SIZE	(4 * LARGE_PAGE)

TEST_F(ring, pinned_words_are_read_in_place)
{
	/* Does not start at the beginning of a page. */
	const __u32 count = PINNED_SIZE / sizeof(__u64) - 5;
	__u64 *words = mmap(NULL, PINNED_SIZE, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	__u32 i;

	ASSERT_NE(words, MAP_FAILED);
	words += 5;
	for (i = 0; i < count; i++)
		words[i] = i * 0x123456789abcdefULL;
	EXPECT_EQ(pin(self->fd, words, count, "a buffer"), 0);
	EXPECT_TRUE(pinned_match(&self->ring, words, 0, count));
	for (i = 0; i < 1024; i += 7)
		ASSERT_TRUE(pinned_match(&self->ring, words, i, 3 * i));
	words[700] = 0x55;
	EXPECT_TRUE(pinned_match(&self->ring, words, 700, 1));
	/* A new buffer replaces the previous one. */
	EXPECT_EQ(pin(self->fd, &words[700], 1, "a word of the buffer"), 0);
	EXPECT_TRUE(pinned_match(&self->ring, &words[700], 0, 1));
	munmap(words - 5, PINNED_SIZE);
}

TEST_F(ring, pinned_memory_outlives_its_mapping)
{
	__u64 *words = mmap(NULL, LARGE_PAGE, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	__u64 word = 0x123456789abcdefULL;

	ASSERT_NE(words, MAP_FAILED);
	*words = word;
	EXPECT_EQ(pin(self->fd, words, 1, "one word"), 0);
	munmap(words, LARGE_PAGE);
	EXPECT_TRUE(pinned_match(&self->ring, &word, 0, 1));
}

TEST_F(ring, bad_buffers_are_refused)
{
	struct rust_ring_submission request = { .operation = RUST_RING_CHECKSUM_PINNED };
	static __u64 words[2] = { 1, 2 };

	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
	EXPECT_EQ(pin(self->fd, words, 2, "2 words"), 0);
	EXPECT_EQ(pin(self->fd, words, 0, "no words"), -EINVAL);
	EXPECT_EQ(pin(self->fd, (char *)words + 4, 1, "not aligned"), -EINVAL);
	EXPECT_EQ(pin(self->fd, words, RUST_RING_WORDS + 1, "more than the maximum"), -E2BIG);
	EXPECT_EQ(pin(self->fd, words, 1ULL << 61, "2^64 bytes"), -E2BIG);
	EXPECT_EQ(pin(self->fd, NULL, 1, "NULL"), -EFAULT);
	EXPECT_EQ(pin(self->fd, (void *)-LARGE_PAGE, 1, "a kernel address"), -EFAULT);
	/* The previous buffer is still pinned. */
	EXPECT_TRUE(pinned_match(&self->ring, words, 0, 2));
	request.start = 2;
	EXPECT_EQ(result_of(&self->ring, request), 0);
	request.start = 3;
	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
	request.start = 1;
	request.count = 2;
	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
	request.start = ~0U;
	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
	request.start = 0;
	request.count = ~0U;
	EXPECT_EQ(result_of(&self->ring, request), -ERANGE);
}

TEST_F(ring, far_counters_are_refused)
{
	unsigned int bit;

	EXPECT_TRUE(round_trip(&self->ring, 7, 1));
	self->shared->user.sq_tail = 7 + RUST_RING_SUBMISSIONS + 1;
	EXPECT_EQ(call(self->fd), -EOVERFLOW);
	self->shared->user.sq_tail = 6;
	EXPECT_EQ(call(self->fd), -EOVERFLOW);
	for (bit = 9; bit < 32; bit++) {
		self->shared->user.sq_tail = 7 + (1U << bit);
		EXPECT_EQ(quietly(ioctl(self->fd, RUST_RING_ENTER, 0)), -EOVERFLOW);
	}
	self->shared->user.sq_tail = 7;

	self->shared->user.cq_head = 8;
	EXPECT_EQ(call(self->fd), -EOVERFLOW);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_RING_SERVE, 0), "ioctl(RUST_RING_SERVE, 0)"),
		  -EOVERFLOW);
	self->shared->user.cq_head = 7;
	EXPECT_TRUE(round_trip(&self->ring, 7, 2));
}

TEST_F(ring, the_kernel_keeps_its_own_counters)
{
	struct rust_ring_completion completion;

	EXPECT_TRUE(round_trip(&self->ring, 7, 1));
	memset(&self->shared->kernel, 0xff, sizeof(self->shared->kernel));
	memset(self->shared->completions, 0xff, sizeof(self->shared->completions));
	push_words(&self->ring, 9, 0, 0);
	EXPECT_EQ(enter(&self->ring), 1);
	EXPECT_EQ(self->shared->kernel.sq_head, 8);
	EXPECT_EQ(self->shared->kernel.cq_tail, 8);
	EXPECT_TRUE(ring_pop(&self->ring, &completion));
	EXPECT_EQ(completion.user_data, 9);
}

TEST_F(ring, a_child_shares_the_ring)
{
	struct rust_ring_completion completion;
	int status;
	pid_t pid = fork();

	ASSERT_GE(pid, 0);
	if (!pid) {
		self->shared->payload[5] = 0x55;
		push_words(&self->ring, 77, 5, 1);
		ring_publish(&self->ring);
		_exit(0);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	/* Only the counters in shared memory include the child's submission. */
	EXPECT_EQ(call(self->fd), 1);
	ASSERT_TRUE(ring_pop(&self->ring, &completion));
	EXPECT_EQ(completion.user_data, 77);
	EXPECT_EQ(completion.checksum, RUST_RING_CHECKSUM_NEXT(0, 0x55));
}

TEST_F(ring, a_mapping_may_be_removed_at_any_time)
{
	struct rust_ring_completion completion;

	push_words(&self->ring, 1, 0, RUST_RING_WORDS);
	/* Unmap a part first, and then the rest. */
	EXPECT_EQ(munmap((char *)self->shared + LARGE_PAGE, LARGE_PAGE), 0);
	EXPECT_EQ(enter(&self->ring), 1);
	push_words(&self->ring, 2, 0, RUST_RING_WORDS);
	ring_publish(&self->ring);
	ring_unmap(&self->ring);
	EXPECT_EQ(call(self->fd), 1);

	ASSERT_EQ(ring_map(&self->ring), 0);
	EXPECT_TRUE(ring_pop(&self->ring, &completion));
	EXPECT_TRUE(ring_pop(&self->ring, &completion));
	EXPECT_EQ(completion.user_data, 2);
}

TEST_F(ring, a_mapping_keeps_the_file)
{
	close(self->fd);
	memset(self->shared, 0xa5, SIZE);
	EXPECT_EQ(self->shared->payload[RUST_RING_WORDS - 1], 0xa5a5a5a5a5a5a5a5ULL);
}

TEST_F(ring, a_mapping_keeps_the_module)
{
	close(self->fd);
	EXPECT_EQ(TRANSCRIBE(syscall(__NR_delete_module, "rust_ring", O_NONBLOCK),
			     "delete_module(rust_ring)"), -EAGAIN);
}

TEST_F(ring, poll_reports_completions)
{
	struct pollfd poller = { .fd = self->fd, .events = POLLIN | POLLOUT };
	struct rust_ring_completion completion;

	EXPECT_EQ(TRANSCRIBE(poll(&poller, 1, 0), "poll(nothing there)"), 0);
	push_words(&self->ring, 1, 0, 0);
	EXPECT_EQ(ring_submit(&self->ring), 0);
	EXPECT_EQ(ring_wait(&self->ring, 0), 0);
	EXPECT_EQ(enter(&self->ring), 1);
	EXPECT_EQ(TRANSCRIBE(poll(&poller, 1, -1), "poll(a completion there)"), 1);
	EXPECT_EQ(poller.revents, POLLIN);
	EXPECT_EQ(ring_wait(&self->ring, -1), 1);
	EXPECT_TRUE(ring_pop(&self->ring, &completion));
	EXPECT_EQ(ring_wait(&self->ring, 0), 0);
	EXPECT_EQ(poll(&poller, 1, 0), 0);
}

/* Starts a process that serves the ring, and exits with the errno that ended it. */
static pid_t start_serving(int fd)
{
	pid_t pid = fork();
	int served;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	do
		served = ioctl(fd, RUST_RING_SERVE, RUST_RING_MAX_IDLE_MS);
	while (served >= 0);
	_exit(errno);
}

/* Waits until a serving thread sleeps. Returns 0 after a timeout. */
static int waits(struct ring *ring)
{
	int patience = 10000;

	while (!load(&ring->shared->kernel.need_wakeup) && patience--)
		usleep(1000);
	return patience > 0;
}

TEST_F(ring, a_thread_serves_until_it_is_killed)
{
	struct rust_ring_completion completion;
	unsigned int i, kicks = 0;
	int status;
	pid_t pid = start_serving(self->fd);

	ASSERT_GE(pid, 0);
	for (i = 0; i < 1000; i++) {
		push_words(&self->ring, i, 0, i);
		kicks += ring_submit(&self->ring);
		ASSERT_EQ(ring_wait(&self->ring, 10000), 1);
		ASSERT_TRUE(ring_pop(&self->ring, &completion));
		ASSERT_EQ(completion.user_data, i);
		ASSERT_EQ(completion.checksum, checksum(&self->ring, 0, i));
	}
	EXPECT_GT(kicks, 0);

	/* A call interrupted without a handler is restarted, for example after a stop. */
	for (i = 0; i < 20; i++) {
		ASSERT_TRUE(waits(&self->ring));
		kill(pid, SIGSTOP);
		usleep(1000);
		kill(pid, SIGCONT);
		usleep(1000);
		ASSERT_EQ(waitpid(pid, &status, WNOHANG), 0);
	}
	push_words(&self->ring, i, 0, i);
	ring_submit(&self->ring);
	EXPECT_EQ(ring_wait(&self->ring, 10000), 1);

	kill(pid, SIGKILL);
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_TRUE(WIFSIGNALED(status));
}

#ifdef __x86_64__
void restore(void);
asm("restore:\n\tmov $15, %eax\n\tsyscall");

static void handle(int signal)
{
}

static void handle_signal(int signal, unsigned long flags)
{
	struct sigaction action = {
		.sa_handler = handle,
		.sa_flags = SA_RESTORER | flags,
		.sa_restorer = restore,
	};

	syscall(__NR_rt_sigaction, signal, &action, NULL, sizeof(action.sa_mask));
}

/* The server has installed both handlers when it sleeps. */
TEST_F(ring, a_signal_handler_decides_about_a_restart)
{
	int i, status;
	pid_t pid;

	handle_signal(SIGUSR1, 0);
	handle_signal(SIGUSR2, SA_RESTART);
	pid = start_serving(self->fd);
	ASSERT_GE(pid, 0);
	for (i = 0; i < 20; i++) {
		ASSERT_TRUE(waits(&self->ring));
		kill(pid, SIGUSR2);
		usleep(1000);
		ASSERT_EQ(waitpid(pid, &status, WNOHANG), 0);
	}
	for (i = 0; i < 10000 && !waitpid(pid, &status, WNOHANG); i++) {
		kill(pid, SIGUSR1);
		usleep(1000);
	}
	ASSERT_LT(i, 10000);
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(WEXITSTATUS(status), EINTR);
}
#endif

TEST_F(ring, a_serving_thread_returns_after_its_time)
{
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_RING_SERVE, RUST_RING_MAX_IDLE_MS + 1),
			     "ioctl(RUST_RING_SERVE, more than the maximum)"), -EINVAL);
	push_words(&self->ring, 1, 0, 0);
	push_words(&self->ring, 1, 0, 0);
	ring_publish(&self->ring);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_RING_SERVE, 10), "ioctl(RUST_RING_SERVE, 10)"),
		  0);
	EXPECT_EQ(load(&self->shared->kernel.cq_tail), 2);
	EXPECT_EQ(load(&self->shared->kernel.need_wakeup), 0);
}

/* Nothing wakes the server. The server finds the requests when its time is over. */
TEST_F(ring, a_serving_thread_checks_before_it_returns)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(ioctl(self->fd, RUST_RING_SERVE, RUST_RING_MAX_IDLE_MS) < 0);
	ASSERT_GE(pid, 0);
	while (!load(&self->shared->kernel.need_wakeup))
		usleep(1000);
	push_words(&self->ring, 1, 0, 0);
	ring_publish(&self->ring);
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
	EXPECT_EQ(load(&self->shared->kernel.cq_tail), 1);
}

/* The remaining threads must still be woken. */
TEST_F(ring, one_of_two_serving_threads_may_return)
{
	int i, status, asleep = 0;
	pid_t pid = start_serving(self->fd);

	ASSERT_GE(pid, 0);
	for (i = 0; i < 40; i++) {
		EXPECT_EQ(ioctl(self->fd, RUST_RING_SERVE, 1), 0);
		asleep += load(&self->shared->kernel.need_wakeup);
	}
	printf("#   another thread sleeps after %d of 40 calls\n", asleep);
	EXPECT_GT(asleep, 20);
	kill(pid, SIGKILL);
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
}

/*
 * Writes random words to the shared memory, and counters that the kernel accepts. Does not change
 * the kernel's own counters, because user space could then not tell which entries are in use.
 */
static pid_t start_scribbling(struct rust_ring *ring, __u64 state)
{
	__u32 *words = (void *)ring;
	const __u32 count = SIZE / sizeof(*words), entries = 4096 / sizeof(*words);
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	for (;;) {
		__u32 value;

		state ^= state >> 12;
		state ^= state << 25;
		state ^= state >> 27;
		value = state * 0x2545f4914f6cdd1dULL >> 32;
		/* Reload the counters of the kernel, which change. */
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		switch (value >> 28) {
		case 0:
			words[value % (sizeof(ring->user) / sizeof(*words))] = value;
			break;
		case 1 ... 4:
			words[entries + value % entries] = value % (2 * RUST_RING_WORDS);
			break;
		case 5 ... 8:
			words[entries + value % (count - entries)] = value;
			break;
		case 9 ... 12:
			ring->user.sq_tail = ring->kernel.sq_head + value % 300;
			break;
		default:
			ring->user.cq_head = ring->kernel.cq_tail - value % 600;
		}
	}
}

TEST_F(ring, a_hostile_process_harms_only_itself)
{
	int i, result, served = 0, refused = 0;
	struct ring hostile;
	pid_t pid;

	ASSERT_EQ(ring_open(&hostile), 0);
	pid = start_scribbling(hostile.shared, 88172645463325252ULL);
	ASSERT_GE(pid, 0);
	for (i = 0; i < 400; i++) {
		/* On a machine with one CPU, let the other process run. */
		syscall(__NR_sched_yield);
		result = quietly(ioctl(hostile.fd, i % 4 ? RUST_RING_ENTER : RUST_RING_SERVE, 0));
		if (result == -EOVERFLOW)
			refused++;
		else
			ASSERT_GE(result, 0);
		served += result > 0;
		ASSERT_TRUE(round_trip(&self->ring, i % RUST_RING_SUBMISSIONS, i));
	}
	printf("#   400 calls while another process writes: %d rejected, %d served requests\n",
	       refused, served);
	EXPECT_GT(refused, 0);
	EXPECT_GT(served, 0);
	kill(pid, SIGKILL);
	ASSERT_EQ(waitpid(pid, &result, 0), pid);
	ring_close(&hostile);
	EXPECT_TRUE(round_trip(&self->ring, RUST_RING_SUBMISSIONS, 5));
}

/* Limits on the memory that an untrusted process can make the kernel hold. */

#define RINGS	100

/* Opens up to COUNT rings until ENOMEM. Returns their number, or a negative errno. */
static int open_rings(int *fds, int count)
{
	int opened;

	for (opened = 0; opened < count; opened++) {
		fds[opened] = open("/dev/rust-ring", O_RDWR);
		if (fds[opened] < 0)
			return errno == ENOMEM ? opened : -errno;
	}
	return opened;
}

/* Becomes an ordinary user who may lock MEMLOCK bytes. Returns 0 or -1. */
static int become_user(unsigned long memlock)
{
	struct rlimit limit = { .rlim_cur = memlock, .rlim_max = memlock };
#ifdef __NR_setresuid32
	const long number = __NR_setresuid32;
#else
	const long number = __NR_setresuid;
#endif

	if (chmod("/dev/rust-ring", 0666) || setrlimit(RLIMIT_MEMLOCK, &limit))
		return -1;
	return syscall(number, 12345, 12345, 12345);
}

static void rings_within_limit(void)
{
	int fds[RINGS], count;

	/* The limit allows three rings, but not four. */
	MUST(!become_user(3 * SIZE + SIZE / 2));
	count = open_rings(fds, RINGS);
	TRANSCRIBE(count < RINGS ? -1 : count, "open(/dev/rust-ring), after %d", count);
	MUST(count == 3);
	MUST(open_rings(&fds[3], 1) == 0);
	close(fds[1]);
	MUST(open_rings(&fds[1], 1) == 1);
	MUST(open_rings(&fds[3], 1) == 0);
}

static void pins_within_limit(void)
{
	const __u64 words = RUST_RING_WORDS;
	__u64 *buffer = mmap(NULL, words * 8, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fds[2];

	MUST(buffer != MAP_FAILED);
	MUST(!become_user(3 * SIZE + SIZE / 2));
	MUST(open_rings(fds, 2) == 2);
	MUST(pin(fds[0], buffer, words, "within the limit") == 0);
	MUST(pin(fds[1], buffer, words, "past the limit") == -ENOMEM);
	/* The new buffer is pinned before the old one is released. */
	MUST(pin(fds[0], buffer, words, "replacing the first buffer") == -ENOMEM);
	MUST(pin(fds[1], buffer, 1, "one word") == 0);
	MUST(pin(fds[1], buffer, 8192, "replacing the word") == 0);
	close(fds[0]);
	MUST(pin(fds[1], buffer, words, "after closing the first file") == 0);
}

static void capability_has_no_limit(void)
{
	struct rlimit limit = { .rlim_cur = SIZE + SIZE / 2, .rlim_max = SIZE + SIZE / 2 };
	int fds[4];

	MUST(!setrlimit(RLIMIT_MEMLOCK, &limit));
	MUST(open_rings(fds, 4) == 4);
}

TEST(rings_count_towards_rlimit_memlock)
{
	EXPECT_TRUE(ends_well(rings_within_limit));
	/* All memory has been uncharged. */
	EXPECT_TRUE(ends_well(rings_within_limit));
	EXPECT_TRUE(ends_well(capability_has_no_limit));
}

TEST(pins_count_towards_rlimit_memlock)
{
	EXPECT_TRUE(ends_well(pins_within_limit));
	EXPECT_TRUE(ends_well(pins_within_limit));
}

FIXTURE(cgroup) {
};

FIXTURE_SETUP(cgroup)
{
	if (cgroup_mount())
		SKIP(return, "needs memory cgroups: set CONFIG_MEMCG=y");
	ASSERT_EQ(write_to(CGROUP "/memory.max", "max"), 0);
}

FIXTURE_TEARDOWN(cgroup)
{
	cgroup_unmount();
}

static void rings_within_cgroup(void)
{
	int fds[RINGS], count;

	MUST(!cgroup_join());
	count = open_rings(fds, RINGS);
	TRANSCRIBE(count < RINGS ? -1 : count, "open(/dev/rust-ring), after %d", count);
	MUST(count > 20 && count < 33);
	close(fds[0]);
	MUST(open_rings(fds, 1) == 1);
}

TEST_F(cgroup, rings_are_charged)
{
	ASSERT_EQ(write_to(CGROUP "/memory.max", "32M"), 0);
	EXPECT_TRUE(ends_well(rings_within_cgroup));
}

#define PINS	32

static void pins_within_cgroup(void)
{
	const __u64 words = RUST_RING_WORDS;
	__u64 *buffer = mmap(NULL, words * 8, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fds[PINS], i;
	long before, after;

	MUST(buffer != MAP_FAILED);
	memset(buffer, 1, words * 8);
	MUST(!cgroup_join());
	MUST(open_rings(fds, PINS) == PINS);
	before = kernel_memory();
	MUST(before > PINS * (1L << 20));
	for (i = 0; i < PINS; i++) {
		struct rust_ring_buffer pinned = { .words = (unsigned long)buffer, .count = words };

		MUST(!ioctl(fds[i], RUST_RING_PIN, &pinned));
	}
	after = kernel_memory();
	printf("#   %d lists of pages: %ld bytes\n", PINS, after - before);
	/*
	 * The kernel stores a pointer to each page. It may free a few pages of other memory in the
	 * meantime, so at least half of the size of the lists must be charged.
	 */
	MUST(after - before >= PINS * (long)(words * 8) / getpagesize() * (long)sizeof(void *) / 2);
}

TEST_F(cgroup, lists_of_pinned_pages_are_charged)
{
	EXPECT_TRUE(ends_well(pins_within_cgroup));
}

#define HUGE_PAGE	(1UL << 21)
#define HUGE_KIB	(1L << 11)

static long pinned_kib(void)
{
	return number_in("/proc/self/status", "VmPin:");
}

/* Pinning one word keeps the whole huge page in memory. */
TEST_F(ring, a_huge_page_is_charged_as_a_whole)
{
	const long before = pinned_kib();
	char *memory, *huge;

	memory = mmap(NULL, 2 * HUGE_PAGE, READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(memory, MAP_FAILED);
	huge = (char *)(((unsigned long)memory + HUGE_PAGE - 1) & -HUGE_PAGE);
	syscall(__NR_madvise, huge, HUGE_PAGE, MADV_HUGEPAGE);
	memset(huge, 1, HUGE_PAGE);
	if (number_in("/proc/meminfo", "AnonHugePages:") < HUGE_KIB)
		SKIP(return,
		     "needs a huge page: set CONFIG_{TRANSPARENT_HUGEPAGE,ADVISE_SYSCALLS}=y");

	EXPECT_EQ(pin(self->fd, huge + 4096, 1, "one word of a huge page"), 0);
	EXPECT_EQ(pinned_kib() - before, HUGE_KIB);
	EXPECT_EQ(pin(self->fd, huge, RUST_RING_WORDS, "half of the huge page"), 0);
	EXPECT_EQ(pinned_kib() - before, HUGE_KIB);
	munmap(memory, 2 * HUGE_PAGE);
}

TEST_HARNESS_MAIN
