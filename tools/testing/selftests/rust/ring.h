/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rings of linux/rust_ring.h, as a program uses them:
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
 * Where a thread serves the ring (RUST_RING_SERVE), ring_submit() or ring_wait() take the place of
 * ring_enter(). One thread uses a struct ring at a time.
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
 * @fd: its file
 * @shared: what is mapped
 * @pushed: how many submissions the program has made
 * @popped: how many completions it has taken
 * @taken: how many submissions the kernel had taken when that was last looked at
 * @posted: how many completions the kernel had posted when that was last looked at
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

/* Opens a ring; returns 0, or -1 and errno. */
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

/* Writes a submission; returns 0, or -1 and ENOSPC until the kernel has taken some. */
static inline int ring_push(struct ring *ring, struct rust_ring_submission submission)
{
	struct rust_ring *shared = ring->shared;

	if (ring->pushed - ring->taken >= RUST_RING_SUBMISSIONS) {
		ring->taken = __atomic_load_n(&shared->kernel.submissions, __ATOMIC_ACQUIRE);
		if (ring->pushed - ring->taken >= RUST_RING_SUBMISSIONS) {
			errno = ENOSPC;
			return -1;
		}
	}
	shared->submissions[ring->pushed++ % RUST_RING_SUBMISSIONS] = submission;
	return 0;
}

/* Takes a completion; returns whether there is one. */
static inline int ring_pop(struct ring *ring, struct rust_ring_completion *completion)
{
	struct rust_ring *shared = ring->shared;

	if (ring->popped == ring->posted) {
		ring->posted = __atomic_load_n(&shared->kernel.completions, __ATOMIC_ACQUIRE);
		if (ring->popped == ring->posted)
			return 0;
	}
	*completion = shared->completions[ring->popped++ % RUST_RING_COMPLETIONS];
	return 1;
}

/* Lets the kernel have what has been pushed, and the places of what has been popped. */
static inline void ring_publish(struct ring *ring)
{
	struct rust_ring_counters *program = &ring->shared->program;

	__atomic_store_n(&program->completions, ring->popped, __ATOMIC_RELEASE);
	__atomic_store_n(&program->submissions, ring->pushed, __ATOMIC_RELEASE);
}

/* Has the kernel serve what has been pushed; returns how many, or -1 and errno. */
static inline int ring_enter(struct ring *ring)
{
	ring_publish(ring);
	return ioctl(ring->fd, RUST_RING_ENTER, 0);
}

/* Leaves what has been pushed to those that serve; returns whether they slept and are woken. */
static inline int ring_submit(struct ring *ring)
{
	ring_publish(ring);
	/* Either it sees the counters before it sleeps, or it is seen to sleep. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&ring->shared->kernel.sleeps, __ATOMIC_RELAXED))
		return 0;
	ioctl(ring->fd, RUST_RING_KICK, 0);
	return 1;
}

/*
 * Submits, and waits until there are completions, at most for so many ms, or for ever if that is
 * negative; returns 1 if there are some, 0 if not, or -1 and errno.
 */
static inline int ring_wait(struct ring *ring, int timeout)
{
	struct pollfd poller = { .fd = ring->fd, .events = POLLIN };
	struct rust_ring *shared = ring->shared;
	int ready = 1;

	ring_submit(ring);
	__atomic_store_n(&shared->program.sleeps, 1, __ATOMIC_RELAXED);
	/* Either the kernel sees that the program sleeps, or its completions are seen. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&shared->kernel.completions, __ATOMIC_RELAXED) == ring->popped)
		ready = poll(&poller, 1, timeout);
	__atomic_store_n(&shared->program.sleeps, 0, __ATOMIC_RELAXED);
	return ready;
}

#endif /* SELFTESTS_RUST_RING_H */
