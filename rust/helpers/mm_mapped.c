// SPDX-License-Identifier: GPL-2.0

#include <linux/anon_inodes.h>
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fcntl.h>
#include <linux/file.h>
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
 * Reads current->mm in C: bindgen gives an empty struct sched_statistics no alignment, so later
 * fields of struct task_struct have wrong offsets in Rust.
 */
__rust_helper struct mm_struct *rust_helper_grab_current_mm(void)
{
	struct mm_struct *mm = current->mm;

	if (mm)
		mmgrab(mm);
	return mm;
}

__rust_helper atomic64_t *rust_helper_mm_pinned_vm(struct mm_struct *mm)
{
	return &mm->pinned_vm;
}

__rust_helper atomic_long_t *rust_helper_user_locked_vm(struct user_struct *user)
{
	return &user->locked_vm;
}

__rust_helper unsigned long rust_helper_rlimit(unsigned int limit)
{
	return rlimit(limit);
}

#ifdef CONFIG_RUST_MM_KUNIT_TEST
/* Sets RLIMIT_MEMLOCK of the current task, and grants or drops CAP_IPC_LOCK. */
__rust_helper int rust_helper_limit_memlock(unsigned long limit, bool privileged)
{
	struct cred *cred = prepare_creds();

	if (!cred)
		return -ENOMEM;
	if (privileged)
		cap_raise(cred->cap_effective, CAP_IPC_LOCK);
	else
		cap_lower(cred->cap_effective, CAP_IPC_LOCK);
	current->signal->rlim[RLIMIT_MEMLOCK].rlim_cur = limit;
	return commit_creds(cred);
}

/* Returns true if the task has used a capability since the last call. */
__rust_helper bool rust_helper_used_capability(void)
{
	bool used = current->flags & PF_SUPERPRIV;

	current->flags &= ~PF_SUPERPRIV;
	return used;
}

/* Makes a signal pending for the current task, or clears it. */
__rust_helper void rust_helper_pretend_signal(int signal, bool pending)
{
	if (pending) {
		sigaddset(&current->pending.signal, signal);
		set_thread_flag(TIF_SIGPENDING);
	} else {
		sigdelset(&current->pending.signal, signal);
		clear_thread_flag(TIF_SIGPENDING);
	}
}

struct rust_test_mapping {
	int (*mmap)(void *data, struct vm_area_struct *vma);
	void *data;
};

static int rust_test_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct rust_test_mapping *mapping = file->private_data;

	return mapping->mmap(mapping->data, vma);
}

static const struct file_operations rust_test_fops = {
	.mmap = rust_test_mmap,
};

/* Maps a file whose mmap operation is @mmap. Returns the address or a negative errno. */
__rust_helper unsigned long
rust_helper_test_mmap(int (*mmap)(void *data, struct vm_area_struct *vma), void *data,
		      unsigned long len, unsigned long prot, unsigned long flags,
		      unsigned long offset)
{
	struct rust_test_mapping mapping = { .mmap = mmap, .data = data };
	struct file *file = anon_inode_getfile("[rust_mm]", &rust_test_fops, &mapping, O_RDWR);
	unsigned long addr;

	if (IS_ERR(file))
		return PTR_ERR(file);
	addr = vm_mmap(file, 0, len, prot, flags, offset);
	fput(file);
	return addr;
}
#endif
