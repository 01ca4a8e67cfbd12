/* SPDX-License-Identifier: GPL-2.0 */
/* list: compat_long FromBytes IntoBytes KnownLayout Immutable SameCompat */
/* refused: `compat_long` cannot be `SameCompat`, as rust/uapi/types asks: a field is a `usize` */
/* refused: pub value: */
#include <linux/types.h>

/* Its place and the size of all are the same for 32-bit user space, but its size is not. */
struct compat_long {
	__kernel_ulong_t value __attribute__((aligned(8)));
};
