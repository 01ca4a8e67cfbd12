/* SPDX-License-Identifier: GPL-2.0 */
/* list: compat_long FromBytes IntoBytes KnownLayout Immutable CompatLayout */
/* refused: `compat_long` cannot be `CompatLayout`, as rust/uapi/derives requires */
/* refused: a field is a `usize` */
/* refused: pub value: */
#include <linux/types.h>

/* Its size differs for 32-bit user space. */
struct compat_long {
	__kernel_ulong_t value;
};
