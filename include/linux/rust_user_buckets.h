/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_RUST_USER_BUCKETS_H
#define _LINUX_RUST_USER_BUCKETS_H

#include <linux/types.h>

void *rust_user_alloc(size_t size, size_t align, gfp_t flags);

#ifdef CONFIG_RUST_ALLOCATOR_KUNIT_TEST
bool rust_user_owns(const void *addr);
#endif

#endif /* _LINUX_RUST_USER_BUCKETS_H */
