/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Logging of system calls and their results.
 */
#ifndef SELFTESTS_RUST_TRANSCRIPT_H
#define SELFTESTS_RUST_TRANSCRIPT_H

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "../kselftest.h"

static const char *errno_name(int error)
{
	static const struct {
		int error;
		const char *name;
	} names[] = {
		{ E2BIG, "E2BIG" },
		{ EACCES, "EACCES" },
		{ EAGAIN, "EAGAIN" },
		{ EFAULT, "EFAULT" },
		{ EINTR, "EINTR" },
		{ EINVAL, "EINVAL" },
		{ ENOMEM, "ENOMEM" },
		{ ENOSPC, "ENOSPC" },
		{ ENOTTY, "ENOTTY" },
		{ EOVERFLOW, "EOVERFLOW" },
		{ EPERM, "EPERM" },
		{ ERANGE, "ERANGE" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].error == error)
			return names[i].name;
	return "another errno";
}

/* Runs CALL, and logs it with its result. Evaluates to the result or a negative errno. */
#define TRANSCRIBE(call, ...) ({					\
	long result__ = (call);						\
	int error__ = result__ < 0 ? errno : 0;				\
									\
	printf("#   ");							\
	printf(__VA_ARGS__);						\
	if (error__)							\
		printf(" = -1 %s (%d)\n", errno_name(error__), error__);\
	else								\
		printf(" = %ld\n", result__);				\
	fflush(stdout);							\
	error__ ? -error__ : result__;					\
})

#endif /* SELFTESTS_RUST_TRANSCRIPT_H */
