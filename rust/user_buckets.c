// SPDX-License-Identifier: GPL-2.0
/*
 * Allocates memory whose size user space controls, for Rust. As with
 * memdup_user(), the memory comes from dedicated slab caches, so user data
 * never reuses the memory of a freed kernel object.
 */

#include <linux/export.h>
#include <linux/init.h>
#include <linux/rust_user_buckets.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static kmem_buckets *user_buckets __ro_after_init;

static int __init rust_user_buckets_init(void)
{
	user_buckets = kmem_buckets_create("rust_user", 0, 0, INT_MAX, NULL);
	return 0;
}
subsys_initcall(rust_user_buckets_init);

static noinline void *alloc_large(size_t size, size_t align, gfp_t flags)
{
	void *addr = kmem_buckets_valloc(user_buckets, size, flags);

	if (likely(IS_ALIGNED((unsigned long)addr, align)))
		return addr;

	/* Unlike the kmalloc() caches, these do not guarantee power-of-two alignment. */
	kvfree(addr);
	return vrealloc_node_align(NULL, size, align, flags, NUMA_NO_NODE);
}

/*
 * The caller frees the memory with kvfree(). kfree() suffices for at most PAGE_SIZE bytes with at
 * most the alignment of a long. Failures do not warn: user space chose the size.
 */
void *rust_user_alloc(size_t size, size_t align, gfp_t flags)
{
	flags |= __GFP_HARDWALL | __GFP_NOWARN;
	if (likely(size <= PAGE_SIZE) && likely(align <= __alignof__(long)))
		return kmem_buckets_alloc(user_buckets, size, flags);
	return alloc_large(size, align, flags);
}
EXPORT_SYMBOL_GPL(rust_user_alloc);

#ifdef CONFIG_RUST_ALLOCATOR_KUNIT_TEST
#include "../mm/slab.h"

/* Returns true if the object at ADDR is in one of these caches. */
bool rust_user_owns(const void *addr)
{
	struct slab *slab = virt_to_slab(addr);

	return slab && strstarts(slab->slab_cache->name, "rust_user-");
}
#endif
