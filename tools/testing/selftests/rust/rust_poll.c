// SPDX-License-Identifier: GPL-2.0
/*
 * Tests samples/rust/zerocopy/rust_poll/: each way to wait for events on a file, after all
 * references to the wait queue except the waiter's have been dropped.
 *
 * The waiter is a process that shares its file descriptors with the test.
 */
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/aio_abi.h>
#include <linux/eventpoll.h>
#include <linux/io_uring.h>
#include <linux/rust_poll.h>
#include <linux/sched.h>

#include "transcript.h"
#include "../kselftest_harness.h"

#define DEVICE		"/dev/rust-poll"

/* Prefer the system call with 64-bit times, which every kernel has. */
#ifdef __NR_io_pgetevents_time64
#define IO_PGETEVENTS	__NR_io_pgetevents_time64
#else
#define IO_PGETEVENTS	__NR_io_pgetevents
#endif
/* Timeouts in milliseconds, for expected events and for events that must not come. */
#define LONG		20000
#define SHORT		200

/* The ways to wait. Each returns the number of ready files, 0 on timeout, or a negative errno. */

static int by_poll(int fd, int timeout)
{
	struct pollfd poller = { .fd = fd, .events = POLLIN };

	return poll(&poller, 1, timeout) < 0 ? -errno : !!poller.revents;
}

static int by_select(int fd, int timeout)
{
	struct timeval time = { timeout / 1000, timeout % 1000 * 1000 };
	fd_set set;
	int ret;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	ret = select(fd + 1, &set, NULL, NULL, &time);
	return ret < 0 ? -errno : ret;
}

static int by_epoll(int fd, int timeout)
{
	struct epoll_event event = { .events = EPOLLIN };
	int ret, epoll = syscall(__NR_epoll_create1, 0);

	if (epoll < 0)
		return -errno;
	ret = syscall(__NR_epoll_ctl, epoll, EPOLL_CTL_ADD, fd, &event);
	if (!ret)
		ret = syscall(__NR_epoll_pwait, epoll, &event, 1, timeout, NULL, 8);
	ret = ret < 0 ? -errno : ret;
	close(epoll);
	return ret;
}

static int by_io_uring(int fd, int timeout)
{
	struct __kernel_timespec time = { timeout / 1000, timeout % 1000 * 1000000 };
	struct io_uring_getevents_arg argument = { .ts = (unsigned long)&time };
	struct io_uring_params parameters = {};
	struct io_uring_sqe *entry;
	char *ring;
	int ret, io_uring = syscall(__NR_io_uring_setup, 1, &parameters);

	if (io_uring < 0)
		return -errno;
	ring = mmap(NULL, parameters.sq_off.array + sizeof(__u32), PROT_READ | PROT_WRITE,
		    MAP_SHARED, io_uring, IORING_OFF_SQ_RING);
	entry = mmap(NULL, sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED, io_uring,
		     IORING_OFF_SQES);
	if (ring == MAP_FAILED || entry == MAP_FAILED)
		return -errno;
	*entry = (struct io_uring_sqe) {
		.opcode = IORING_OP_POLL_ADD,
		.fd = fd,
		.poll32_events = POLLIN,
	};
	*(__u32 *)(ring + parameters.sq_off.array) = 0;
	__atomic_store_n((__u32 *)(ring + parameters.sq_off.tail), 1, __ATOMIC_RELEASE);
	ret = syscall(__NR_io_uring_enter, io_uring, 1, 1,
		      IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &argument, sizeof(argument));
	/* One request was submitted, even if it timed out. */
	if (ret == 1)
		ret = __atomic_load_n((__u32 *)(ring + parameters.cq_off.tail), __ATOMIC_ACQUIRE);
	else
		ret = -errno;
	close(io_uring);
	return ret;
}

static int by_aio(int fd, int timeout)
{
	struct iocb request = {
		.aio_lio_opcode = IOCB_CMD_POLL,
		.aio_fildes = fd,
		.aio_buf = POLLIN,
	}, *requests = &request;
	struct __kernel_timespec time = { timeout / 1000, timeout % 1000 * 1000000 };
	aio_context_t context = 0;
	struct io_event event;
	int ret;

	if (syscall(__NR_io_setup, 1, &context))
		return -errno;
	ret = syscall(__NR_io_submit, context, 1, &requests);
	if (ret == 1)
		ret = syscall(IO_PGETEVENTS, context, 1, 1, &event, &time, NULL);
	ret = ret < 0 ? -errno : ret;
	syscall(__NR_io_destroy, context);
	return ret;
}

/* Returns true if a process sleeps. */
static int is_asleep(pid_t pid)
{
	char path[32], stat[256], *state;
	ssize_t length;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	length = fd < 0 ? -1 : read(fd, stat, sizeof(stat) - 1);
	if (fd >= 0)
		close(fd);
	stat[length > 0 ? length : 0] = 0;
	state = strchr(stat, ')');
	return state && state[2] == 'S';
}

FIXTURE(file) {
	/* Two files with the same topic. */
	int fd, other;
	pid_t waiter;
};

FIXTURE_VARIANT(file) {
	int (*wait)(int fd, int timeout);
	/*
	 * True if the wait looks up the file descriptor again after a wake-up, and finds it closed.
	 */
	int looks_again;
	/* True if the wait keeps the file open. */
	int holds_file;
};

FIXTURE_VARIANT_ADD(file, poll) { .wait = by_poll, .looks_again = 1, .holds_file = 1 };
FIXTURE_VARIANT_ADD(file, select) { .wait = by_select, .looks_again = 1, .holds_file = 1 };
FIXTURE_VARIANT_ADD(file, epoll) { .wait = by_epoll };
FIXTURE_VARIANT_ADD(file, io_uring) { .wait = by_io_uring, .holds_file = 1 };
FIXTURE_VARIANT_ADD(file, aio) { .wait = by_aio, .holds_file = 1 };

FIXTURE_SETUP(file)
{
	self->fd = open(DEVICE, O_RDWR);
	self->other = open(DEVICE, O_RDWR);
	ASSERT_GE(self->fd, 0);
	ASSERT_GE(self->other, 0);
	self->waiter = -1;
}

FIXTURE_TEARDOWN(file)
{
	if (self->waiter > 0)
		kill(self->waiter, SIGKILL);
	close(self->fd);
	close(self->other);
}

/*
 * Starts a process that waits for the file and exits with the result. Returns when the process
 * sleeps. FLAGS is CLONE_FILES to share the file descriptors with the process, or 0 to copy them.
 */
static pid_t start_waiting(int (*wait)(int, int), int fd, int timeout, __u64 flags)
{
	struct clone_args arguments = { .flags = flags, .exit_signal = SIGCHLD };
	pid_t parent = getpid(), pid = syscall(__NR_clone3, &arguments, sizeof(arguments));
	int i;

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		if (getppid() != parent)
			_exit(0);
		_exit(wait(fd, timeout));
	}
	for (i = 0; i < 10000 && !is_asleep(pid); i++)
		usleep(1000);
	/* Give the process time to reach its final wait. */
	usleep(20000);
	return pid;
}

#define WAITER(timeout, flags) ({								\
	self->waiter = start_waiting(variant->wait, self->fd, timeout, flags);			\
	ASSERT_GT(self->waiter, 0);								\
})

/* Returns the result of the waiter, or -1 if it was killed. */
static int outcome(pid_t *waiter)
{
	pid_t pid = *waiter;
	int status;

	*waiter = -1;
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int renew(int fd)
{
	return TRANSCRIBE(ioctl(fd, RUST_POLL_RENEW, 0), "ioctl(RUST_POLL_RENEW)");
}

static int raise_event(int fd)
{
	return TRANSCRIBE(ioctl(fd, RUST_POLL_RAISE, 0), "ioctl(RUST_POLL_RAISE)");
}

static int closes(int fd, const char *what)
{
	return TRANSCRIBE(close(fd), "close(%s)", what);
}

/* Checks that new topics work. Their memory may be reused from dropped topics. */
static int new_topics_work(void)
{
	int i, ok = 1, fds[64];

	for (i = 0; i < 64; i++) {
		fds[i] = open(DEVICE, O_RDWR);
		ok &= fds[i] >= 0 && !by_poll(fds[i], 0) && !ioctl(fds[i], RUST_POLL_RENEW, 0);
	}
	for (i = 0; i < 64; i++)
		ok &= !ioctl(fds[i], RUST_POLL_RAISE, 0);
	for (i = 0; i < 64; i++) {
		ok &= by_poll(fds[i], LONG) == 1 && ioctl(fds[i], RUST_POLL_TAKE, 0) == 1;
		close(fds[i]);
	}
	return ok;
}

TEST_F(file, the_file_is_ready_until_events_are_taken)
{
	EXPECT_EQ(variant->wait(self->fd, 0), 0);
	EXPECT_EQ(raise_event(self->fd), 0);
	EXPECT_EQ(raise_event(self->other), 0);
	EXPECT_EQ(variant->wait(self->fd, LONG), 1);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_POLL_TAKE, 0), "ioctl(RUST_POLL_TAKE)"), 2);
	EXPECT_EQ(by_poll(self->fd, 0), 0);
	EXPECT_EQ(by_poll(self->other, 0), 1);
}

TEST_F(file, another_file_wakes_the_waiter)
{
	WAITER(LONG, CLONE_FILES);
	EXPECT_EQ(raise_event(self->other), 0);
	EXPECT_EQ(outcome(&self->waiter), 1);
}

/* Only the file of the waiter keeps the queue alive. */
TEST_F(file, all_other_references_are_dropped)
{
	WAITER(LONG, CLONE_FILES);
	EXPECT_EQ(renew(self->other), 0);
	EXPECT_EQ(closes(self->other, "other"), 0);
	EXPECT_TRUE(new_topics_work());
	EXPECT_EQ(raise_event(self->fd), 0);
	EXPECT_EQ(outcome(&self->waiter), 1);
	EXPECT_TRUE(new_topics_work());
}

/* epoll drops a closed file. The other ways keep it open. */
TEST_F(file, the_file_is_closed)
{
	WAITER(variant->holds_file ? LONG : SHORT, CLONE_FILES);
	EXPECT_EQ(closes(self->fd, "fd"), 0);
	EXPECT_EQ(renew(self->other), 0);
	EXPECT_TRUE(new_topics_work());
	EXPECT_EQ(raise_event(self->other), 0);
	EXPECT_EQ(outcome(&self->waiter), variant->holds_file);
	EXPECT_TRUE(new_topics_work());
}

/* Only the waiter keeps the file open, and only the file keeps the queue alive. */
TEST_F(file, the_file_is_closed_and_other_references_are_dropped)
{
	WAITER(2 * SHORT, CLONE_FILES);
	EXPECT_EQ(renew(self->other), 0);
	EXPECT_EQ(closes(self->fd, "fd"), 0);
	EXPECT_EQ(closes(self->other, "other"), 0);
	EXPECT_TRUE(new_topics_work());
	EXPECT_EQ(outcome(&self->waiter), variant->looks_again);
	EXPECT_TRUE(new_topics_work());
}

/* All references are dropped at once. */
TEST_F(file, the_waiter_is_killed)
{
	int status;

	WAITER(LONG, 0);
	EXPECT_EQ(renew(self->other), 0);
	EXPECT_EQ(closes(self->fd, "fd"), 0);
	EXPECT_EQ(closes(self->other, "other"), 0);
	EXPECT_EQ(kill(self->waiter, SIGKILL), 0);
	EXPECT_EQ(waitpid(self->waiter, &status, 0), self->waiter);
	self->waiter = -1;
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_TRUE(new_topics_work());
}

TEST_HARNESS_MAIN
