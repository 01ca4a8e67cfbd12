/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User memory where an access must fail.
 */
#ifndef SELFTESTS_RUST_PAGES_H
#define SELFTESTS_RUST_PAGES_H

#include <sys/mman.h>

#define PAGE 4096UL

struct pages {
	/* Writable; what follows it is not mapped. */
	unsigned char *page;
	void *read_only;
};

static int pages_map(struct pages *pages)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;

	pages->read_only = mmap(NULL, PAGE, PROT_READ, flags, -1, 0);
	pages->page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (pages->read_only == MAP_FAILED || pages->page == MAP_FAILED)
		return -1;
	/* Last, or another mapping would take its place. */
	return munmap(pages->page + PAGE, PAGE);
}

static void pages_unmap(struct pages *pages)
{
	munmap(pages->page, PAGE);
	munmap(pages->read_only, PAGE);
}

#endif /* SELFTESTS_RUST_PAGES_H */
