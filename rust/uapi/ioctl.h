/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reports ioctl numbers with oversized arguments when bindgen reads a header.
 *
 * The kernel rejects such a number with a non-constant expression. libclang reports only the
 * location of that expression, which is the same for all numbers. This header reports the line
 * of the number, the type and the next step instead.
 */
#ifndef _RUST_UAPI_IOCTL_H
#define _RUST_UAPI_IOCTL_H

#include <linux/ioctl.h>

#define _IOC_TEXT(text)	#text
#define _IOC_LINE(line)	_IOC_TEXT(line)
#define _IOC_WANTED	"expected an argument that fits in the size bits of an ioctl number"
#define _IOC_REMEDY	"let a smaller struct carry its address"

#undef _IOC_TYPECHECK
#define _IOC_TYPECHECK(t)							\
	(sizeof(t) + 0 * sizeof(struct {					\
		_Static_assert(sizeof(t) == sizeof(t[1]) &&			\
			       sizeof(t) < (1 << _IOC_SIZEBITS),		\
			       __FILE__ ":" _IOC_LINE(__LINE__) ": "		\
			       _IOC_WANTED ", found `" #t "`: " _IOC_REMEDY);	\
		char none;							\
	}))

#endif /* _RUST_UAPI_IOCTL_H */
