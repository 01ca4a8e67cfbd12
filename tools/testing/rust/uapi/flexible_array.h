/* SPDX-License-Identifier: GPL-2.0 */
/* list: flexible_array FromBytes IntoBytes KnownLayout Immutable */
/* accepted: the array has no size */
#include <linux/types.h>

struct flexible_array {
	__u32 count;
	__u8 data[];
};
