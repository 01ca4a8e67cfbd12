/* SPDX-License-Identifier: GPL-2.0 */
/* list: other_compat FromBytes KnownLayout Immutable OtherCompat */
/* accepted: its layout for 32-bit user space is known, and need not be that of the kernel */
#include <linux/types.h>

struct other_compat {
	__u32 flags;
	__u64 addr;
};
