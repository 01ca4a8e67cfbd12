/* SPDX-License-Identifier: GPL-2.0 */
/* list: compat_alignment FromBytes KnownLayout Immutable CompatLayout */
/* refused: Offset of field: compat_alignment::addr for 32-bit user space */
#include <linux/types.h>

/* A __u64 is aligned to 4 bytes on i386. */
struct compat_alignment {
	__u32 flags;
	__u64 addr;
};
