/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User memory for testing accesses that must fail.
 */
#ifndef SELFTESTS_RUST_PAGES_H
#define SELFTESTS_RUST_PAGES_H

#include <sys/mman.h>

#define PAGE 4096UL

struct pages {
	/* Writable, and followed by an unmapped page. */
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
	/* Unmap this page last, so that no other mapping takes its address. */
	return munmap(pages->page + PAGE, PAGE);
}

static void pages_unmap(struct pages *pages)
{
	munmap(pages->page, PAGE);
	munmap(pages->read_only, PAGE);
}

#endif /* SELFTESTS_RUST_PAGES_H */
