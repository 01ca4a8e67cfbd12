// SPDX-License-Identifier: GPL-2.0

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>

#ifndef CONFIG_MULTIUSER
__rust_helper bool rust_helper_capable(int cap)
{
	return capable(cap);
}
#endif

__rust_helper struct user_struct *rust_helper_get_current_user(void)
{
	return get_current_user();
}

/*
 * Rust cannot look for mm itself: to bindgen, an empty struct sched_statistics
 * has no alignment, and what is behind it in struct task_struct is elsewhere.
 */
__rust_helper struct mm_struct *rust_helper_grab_current_mm(void)
{
	struct mm_struct *mm = current->mm;

	if (mm)
		mmgrab(mm);
	return mm;
}

#ifndef CONFIG_HIGHMEM
__rust_helper void *rust_helper_page_address(const struct page *page)
{
	return page_address(page);
}
#endif

__rust_helper unsigned long rust_helper_rlimit(unsigned int limit)
{
	return rlimit(limit);
}

#ifdef CONFIG_RUST_MM_KUNIT_TEST
/* From here on, the task has no CAP_IPC_LOCK, and may pin so many bytes. */
__rust_helper int rust_helper_limit_memlock(unsigned long limit)
{
	struct cred *cred = prepare_creds();

	if (!cred)
		return -ENOMEM;
	cap_lower(cred->cap_effective, CAP_IPC_LOCK);
	current->signal->rlim[RLIMIT_MEMLOCK].rlim_cur = limit;
	return commit_creds(cred);
}

__rust_helper int rust_helper_page_count(const struct page *page)
{
	return page_count(page);
}
#endif
