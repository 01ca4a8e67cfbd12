/* SPDX-License-Identifier: GPL-2.0 */
/* list: compat_layout(__bindgen_ty_1)? FromBytes IntoBytes KnownLayout Immutable CompatLayout */
/* accepted: each field has the same offset and size in 32-bit user space */
#include <linux/types.h>

struct compat_layout {
	__u32 count;
	__u32 reserved;
	union {
		__u64 addr;
		__u32 words[2];
	};
	__u8 tail[];
};
