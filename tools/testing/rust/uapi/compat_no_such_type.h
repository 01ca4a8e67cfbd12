/* SPDX-License-Identifier: GPL-2.0 */
/* list: compat_.* FromBytes IntoBytes KnownLayout Immutable CompatLayout */
/* refused: `compat_no_such_type` is not in the UAPI headers for 32-bit user space */
#include <linux/types.h>

struct compat_another {
	__u64 addr;
};

#ifdef __LP64__
struct compat_no_such_type {
	__u64 addr;
};
#endif
