// SPDX-License-Identifier: GPL-2.0
/* What uaccess.rs is compared with. */
#include <linux/types.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>

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

long read_versioned(const void __user *arg, size_t size)
{
	struct limits limits;
	int ret;

	if (size < offsetofend(struct limits, low))
		return -EINVAL;
	ret = copy_struct_from_user(&limits, sizeof(limits), arg, size);
	if (ret)
		return ret;
	return limits.low ^ limits.high;
}
