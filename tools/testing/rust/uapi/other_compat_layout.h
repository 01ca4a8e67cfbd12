/* SPDX-License-Identifier: GPL-2.0 */
/* list: other_compat_layout FromBytes KnownLayout Immutable OtherCompatLayout */
/* accepted: its 32-bit layout is known, and may differ from the layout of the kernel */
#include <linux/types.h>

struct other_compat_layout {
	__u32 flags;
	__u64 addr;
};
