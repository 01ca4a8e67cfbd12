/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads without a libc, on x86_64.
 */
#ifndef SELFTESTS_RUST_THREAD_H
#define SELFTESTS_RUST_THREAD_H

#ifdef __x86_64__
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/sched.h>

/*
 * Starts a thread that calls RUN, which must not return. STACK_END is the end of its stack, and
 * must be a multiple of 16. The thread shares errno with its creator, so it must not use functions
 * that set errno. Returns the ID of the thread, or a negative errno.
 */
static inline long thread_start(void (*run)(void), void *stack_end)
{
	long ret = __NR_clone;

	asm volatile("syscall\n\t"
		     "test %%rax, %%rax\n\t"
		     "jnz 1f\n\t"
		     "call *%[run]\n\t"
		     "ud2\n"
		     "1:"
		     : "+a" (ret)
		     : [run] "b" (run), "S" (stack_end),
		       "D" (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)
		     : "rcx", "r11", "memory");
	return ret;
}
#endif

#endif /* SELFTESTS_RUST_THREAD_H */
