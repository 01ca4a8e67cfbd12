// SPDX-License-Identifier: GPL-2.0
/* The C counterparts of the functions in uaccess.rs. */
#include <linux/types.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>

#include <asm/futex.h>

struct limits {
	u64 low;
	u64 high;
};

struct page_of_words {
	u64 words[512];
};

enum mode { SLOW, FAST, FASTEST, MODES };

long read_struct(const void __user *arg)
{
	struct limits limits;

	if (copy_from_user(&limits, arg, sizeof(limits)))
		return -EFAULT;
	return limits.low ^ limits.high;
}

long read_word(const u64 __user *arg)
{
	u64 word;

	if (get_user(word, arg))
		return -EFAULT;
	return word;
}

long read_page(struct page_of_words *page, const void __user *arg)
{
	if (copy_from_user(page, arg, sizeof(*page)))
		return -EFAULT;
	return 0;
}

long write_struct(void __user *arg, const struct limits *limits)
{
	if (copy_to_user(arg, limits, sizeof(*limits)))
		return -EFAULT;
	return 0;
}

long read_mode(const u32 __user *arg)
{
	u32 mode;

	if (get_user(mode, arg))
		return -EFAULT;
	if (mode >= MODES)
		return -EINVAL;
	return mode;
}

long read_slice(u64 *words, size_t count, const void __user *arg)
{
	if (copy_from_user(words, arg, count * sizeof(*words)))
		return -EFAULT;
	return 0;
}

long write_slice(void __user *arg, const u64 *words, size_t count)
{
	if (copy_to_user(arg, words, count * sizeof(*words)))
		return -EFAULT;
	return 0;
}

long cmpxchg_word(u32 __user *word, u32 old, u32 new)
{
	u32 found;
	int ret;

	pagefault_disable();
	ret = futex_atomic_cmpxchg_inatomic(&found, word, old, new);
	pagefault_enable();
	return ret ? ret : found == old;
}

long read_versioned(const void __user *arg, size_t size)
{
	struct limits limits;
	int ret;

	if (size < offsetofend(struct limits, low))
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	ret = copy_struct_from_user(&limits, sizeof(limits), arg, size);
	if (ret)
		return ret;
	return limits.low ^ limits.high;
}
