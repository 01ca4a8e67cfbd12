// SPDX-License-Identifier: GPL-2.0

#include <linux/fault-inject-usercopy.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include <asm/futex.h>

__rust_helper unsigned long
rust_helper_clear_user(void __user *to, unsigned long n)
{
	return clear_user(to, n);
}

__rust_helper int
rust_helper_copy_struct_from_user(void *dst, size_t ksize,
				  const void __user *src, size_t usize)
{
	return copy_struct_from_user(dst, ksize, src, usize);
}

__rust_helper int
rust_helper_copy_struct_to_user(void __user *dst, size_t usize,
				const void *src, size_t ksize,
				bool *ignored_trailing)
{
	return copy_struct_to_user(dst, usize, src, ksize, ignored_trailing);
}

__rust_helper int
rust_helper_get_user_u8(u8 *value, const u8 __user *from)
{
	return should_fail_usercopy() ? -EFAULT : get_user(*value, from);
}

__rust_helper int
rust_helper_get_user_u16(u16 *value, const u16 __user *from)
{
	return should_fail_usercopy() ? -EFAULT : get_user(*value, from);
}

__rust_helper int
rust_helper_get_user_u32(u32 *value, const u32 __user *from)
{
	return should_fail_usercopy() ? -EFAULT : get_user(*value, from);
}

__rust_helper int
rust_helper_get_user_u64(u64 *value, const u64 __user *from)
{
	return should_fail_usercopy() ? -EFAULT : get_user(*value, from);
}

__rust_helper int rust_helper_put_user_u8(u8 value, u8 __user *to)
{
	return should_fail_usercopy() ? -EFAULT : put_user(value, to);
}

__rust_helper int rust_helper_put_user_u16(u16 value, u16 __user *to)
{
	return should_fail_usercopy() ? -EFAULT : put_user(value, to);
}

__rust_helper int rust_helper_put_user_u32(u32 value, u32 __user *to)
{
	return should_fail_usercopy() ? -EFAULT : put_user(value, to);
}

__rust_helper int rust_helper_put_user_u64(u64 value, u64 __user *to)
{
	return should_fail_usercopy() ? -EFAULT : put_user(value, to);
}

/* Does not sleep: returns -EFAULT if the page is not mapped for writing. */
__rust_helper int
rust_helper_futex_cmpxchg(u32 *found, u32 __user *uaddr, u32 old, u32 new)
{
	int ret;

	pagefault_disable();
	ret = futex_atomic_cmpxchg_inatomic(found, uaddr, old, new);
	pagefault_enable();
	return ret;
}

/* Called between two copies of a loop whose length user space controls. */
__rust_helper int rust_helper_next_user_copy(void)
{
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

#ifdef CONFIG_FAULT_INJECTION_USERCOPY
/* Makes the nth user copy after this call fail. Returns the previous countdown. */
__rust_helper unsigned int rust_helper_fail_nth_user_copy(unsigned int nth)
{
	swap(current->fail_nth, nth);
	return nth;
}
#endif

#ifdef CONFIG_RUST_UACCESS_KUNIT_TEST
/* Makes a signal pending for the current task. 0 clears all pending signals. */
__rust_helper void rust_helper_set_pending_signal(int signal)
{
	if (signal) {
		sigaddset(&current->pending.signal, signal);
		set_thread_flag(TIF_SIGPENDING);
	} else {
		sigemptyset(&current->pending.signal);
		clear_thread_flag(TIF_SIGPENDING);
	}
}
#endif

#ifdef CONFIG_RUST_IOCTL_KUNIT_TEST
/* Writes to a read-only mapping, as a debugger does. Returns the number of bytes written. */
__rust_helper int
rust_helper_force_to_user(unsigned long to, const void *from, int n)
{
	return access_remote_vm(current->mm, to, (void *)from, n,
				FOLL_FORCE | FOLL_WRITE);
}
#endif
