/* SPDX-License-Identifier: GPL-2.0 */
/* list: compat_size FromBytes KnownLayout Immutable CompatLayout */
/* refused: Size of compat_size for 32-bit user space */
#include <linux/types.h>

struct compat_size {
	__u64 addr;
	__u32 flags;
};
