/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A user-space interface to the rings of linux/rust_ring.h:
 *
 *	struct ring ring;
 *	struct rust_ring_completion completion;
 *
 *	if (ring_open(&ring))
 *		return 1;
 *	ring.shared->payload[0] = 42;
 *	ring_push(&ring, (struct rust_ring_submission) {
 *		.operation = RUST_RING_CHECKSUM, .count = 1,
 *	});
 *	ring_enter(&ring);
 *	while (ring_pop(&ring, &completion))
 *		printf("%llx\n", completion.checksum);
 *	ring_close(&ring);
 *
 * If a thread serves the ring (RUST_RING_SERVE), use ring_submit() or ring_wait() instead of
 * ring_enter(). Only one thread may use a struct ring at a time.
 */
#ifndef SELFTESTS_RUST_RING_H
#define SELFTESTS_RUST_RING_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <linux/rust_ring.h>

/**
 * struct ring - An open ring
 * @fd: its file descriptor
 * @shared: the mapping
 * @pushed: number of submissions that user space has made
 * @popped: number of completions that user space has taken
 * @taken: last known number of submissions that the kernel has taken
 * @posted: last known number of completions that the kernel has posted
 */
struct ring {
	int fd;
	struct rust_ring *shared;
	__u32 pushed, popped;
	__u32 taken, posted;
};

static inline int ring_map(struct ring *ring)
{
	ring->shared = mmap(NULL, sizeof(*ring->shared), PROT_READ | PROT_WRITE, MAP_SHARED,
			    ring->fd, 0);
	return ring->shared == MAP_FAILED ? -1 : 0;
}

static inline void ring_unmap(struct ring *ring)
{
	munmap(ring->shared, sizeof(*ring->shared));
}

/* Opens a ring. Returns 0, or -1 with errno set. */
static inline int ring_open(struct ring *ring)
{
	*ring = (struct ring) { .fd = open("/dev/rust-ring", O_RDWR | O_CLOEXEC) };
	if (ring->fd < 0)
		return -1;
	if (ring_map(ring)) {
		close(ring->fd);
		return -1;
	}
	return 0;
}

static inline void ring_close(struct ring *ring)
{
	ring_unmap(ring);
	close(ring->fd);
}

/* Writes a submission. Returns 0, or -1 with errno set to ENOSPC if the ring is full. */
static inline int ring_push(struct ring *ring, struct rust_ring_submission submission)
{
	struct rust_ring *shared = ring->shared;

	if (ring->pushed - ring->taken >= RUST_RING_SUBMISSIONS) {
		ring->taken = __atomic_load_n(&shared->kernel.sq_head, __ATOMIC_ACQUIRE);
		if (ring->pushed - ring->taken >= RUST_RING_SUBMISSIONS) {
			errno = ENOSPC;
			return -1;
		}
	}
	shared->submissions[ring->pushed++ % RUST_RING_SUBMISSIONS] = submission;
	return 0;
}

/* Takes a completion. Returns 1 on success, and 0 if the ring is empty. */
static inline int ring_pop(struct ring *ring, struct rust_ring_completion *completion)
{
	struct rust_ring *shared = ring->shared;

	if (ring->popped == ring->posted) {
		ring->posted = __atomic_load_n(&shared->kernel.cq_tail, __ATOMIC_ACQUIRE);
		if (ring->popped == ring->posted)
			return 0;
	}
	*completion = shared->completions[ring->popped++ % RUST_RING_COMPLETIONS];
	return 1;
}

/* Publishes pushed submissions, and releases the entries of popped completions. */
static inline void ring_publish(struct ring *ring)
{
	struct rust_ring_user *user = &ring->shared->user;

	__atomic_store_n(&user->cq_head, ring->popped, __ATOMIC_RELEASE);
	__atomic_store_n(&user->sq_tail, ring->pushed, __ATOMIC_RELEASE);
}

/* Makes the kernel serve pushed submissions. Returns their number, or -1 with errno set. */
static inline int ring_enter(struct ring *ring)
{
	ring_publish(ring);
	return ioctl(ring->fd, RUST_RING_ENTER, 0);
}

/* Submits to the threads that serve the ring. Returns 1 if they slept and were woken. */
static inline int ring_submit(struct ring *ring)
{
	ring_publish(ring);
	/* Either the server sees the counters before it sleeps, or we see that it sleeps. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&ring->shared->kernel.need_wakeup, __ATOMIC_RELAXED))
		return 0;
	ioctl(ring->fd, RUST_RING_KICK, 0);
	return 1;
}

/*
 * Submits, and waits for completions for up to TIMEOUT ms, or forever if it is negative. Returns 1
 * if there are completions, 0 after a timeout, or -1 with errno set.
 */
static inline int ring_wait(struct ring *ring, int timeout)
{
	struct pollfd poller = { .fd = ring->fd, .events = POLLIN };
	struct rust_ring *shared = ring->shared;
	int ready = 1;

	ring_submit(ring);
	__atomic_store_n(&shared->user.need_wakeup, 1, __ATOMIC_RELAXED);
	/* Either the kernel sees that we sleep, or we see its completions. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&shared->kernel.cq_tail, __ATOMIC_RELAXED) == ring->popped)
		ready = poll(&poller, 1, timeout);
	__atomic_store_n(&shared->user.need_wakeup, 0, __ATOMIC_RELAXED);
	return ready;
}

#endif /* SELFTESTS_RUST_RING_H */
