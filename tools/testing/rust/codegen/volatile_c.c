// SPDX-License-Identifier: GPL-2.0
/* The C counterparts of the functions in volatile.rs. */
#include <linux/errno.h>
#include <linux/nospec.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/page.h>
#include <asm/rwonce.h>
#include <uapi/linux/rust_ring.h>

struct request {
	u64 start;
	u32 count;
	u32 operation;
};

struct words {
	const u64 *start;
	size_t len;
};

struct pinned {
	const void *const *pages;
	size_t count;
	size_t offset;
	size_t len;
};

struct mapped {
	const void *start;
	size_t len;
};

struct ring {
	u32 *tail;
	u32 *head;
	u64 (*entries)[4];
	u32 count;
	u32 own;
};

struct producer {
	u32 *head;
	u64 (*entries)[3];
	u32 count;
	u32 own;
	u32 seen;
};

static __always_inline void load_words(u64 *to, const u64 *from, unsigned int count)
{
	unsigned int i;

#pragma unroll
	for (i = 0; i < count; i++)
		to[i] = READ_ONCE(from[i]);
}

void read_once(const u64 *const *location, struct rust_ring_submission *out)
{
	load_words((u64 *)out, *location, sizeof(*out) / sizeof(u64));
}

u32 load(u32 *const *location)
{
	/* As in volatile.rs. */
	return smp_load_acquire(*location);
}

void store(u32 *const *location, u32 value)
{
	/* As in volatile.rs. */
	smp_store_release(*location, value);
}

long try_read_once(const u64 *const *location)
{
	struct request request;

	load_words((u64 *)&request, *location, sizeof(request) / sizeof(u64));
	if (request.operation < 1 || request.operation > 3)
		return -EINVAL;
	return request.start ^ request.count ^ request.operation;
}

u64 get(const struct words *words, u32 index)
{
	if (index >= words->len)
		return 0;
	return READ_ONCE(words->start[array_index_nospec((size_t)index, words->len)]);
}

u64 range(const struct words *words, u32 start, u32 count)
{
	size_t len = count, at = start;

	if (len > words->len || at > words->len - len)
		return 0;
	len = array_index_nospec(len, words->len + 1);
	at = array_index_nospec(at, words->len - len + 1);
	return len ? READ_ONCE(words->start[at]) : 0;
}

bool chunks(const struct pinned *pinned, u32 offset, u32 count)
{
	size_t size = count * sizeof(u64), start = offset;

	if (size > pinned->len || start > pinned->len - size)
		return false;
	size = array_index_nospec(size, pinned->len + 1);
	start = pinned->offset + array_index_nospec(start, pinned->len - size + 1);
	return start % sizeof(u64) == 0 && start / PAGE_SIZE <= pinned->count;
}

u64 at(const struct mapped *mapped, u32 offset)
{
	size_t start = offset;

	if (sizeof(u64) > mapped->len || start > mapped->len - sizeof(u64))
		return 0;
	start = array_index_nospec(start, mapped->len - sizeof(u64) + 1);
	if ((uintptr_t)(mapped->start + start) % sizeof(u64))
		return 0;
	return READ_ONCE(*(const u64 *)(mapped->start + start));
}

size_t slice(const struct mapped *mapped, u32 offset, u32 count)
{
	size_t fit = mapped->len / sizeof(u64), len = count, start = offset, end;

	if (len > fit)
		return 0;
	len = array_index_nospec(len, fit + 1);
	end = mapped->len - len * sizeof(u64);
	if (start > end)
		return 0;
	start = array_index_nospec(start, end + 1);
	return (uintptr_t)(mapped->start + start) % sizeof(u64) ? 0 : len;
}

u64 sum(const struct words *words)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < words->len; i++)
		sum ^= READ_ONCE(words->start[i]);
	return sum;
}

int pop(struct ring *ring, struct rust_ring_submission *out)
{
	/* Orders this load before the loads of the entry. */
	u32 ready = smp_load_acquire(ring->tail) - ring->own;

	if (ready > ring->count)
		return -EOVERFLOW;
	if (!ready)
		return 0;
	load_words((u64 *)out, ring->entries[ring->own++ & (ring->count - 1)],
		   sizeof(*out) / sizeof(u64));
	/* Orders the loads of the entry before this store. */
	smp_store_release(ring->head, ring->own);
	return 1;
}

int push(struct producer *ring, const u64 *value)
{
	u32 seen, used;
	u64 *entry;

	if (ring->own - ring->seen == ring->count) {
		/* Orders this load before the stores to the entry. */
		seen = smp_load_acquire(ring->head);
		used = ring->own - seen;
		if (used > ring->count)
			return -EOVERFLOW;
		ring->seen = seen;
		if (used == ring->count)
			return -ENOSPC;
	}
	entry = ring->entries[ring->own & (ring->count - 1)];
	WRITE_ONCE(entry[0], value[0]);
	WRITE_ONCE(entry[1], value[1]);
	WRITE_ONCE(entry[2], value[2]);
	ring->own++;
	return 0;
}
