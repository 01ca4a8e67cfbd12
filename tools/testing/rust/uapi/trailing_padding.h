/* SPDX-License-Identifier: GPL-2.0 */
/* list: trailing_padding FromBytes IntoBytes KnownLayout Immutable */
/* refused: `trailing_padding` cannot be `IntoBytes`, as rust/uapi/derives requires */
/* refused: it has padding after the field `flags` */
#include <linux/types.h>

struct trailing_padding {
	__u64 addr;
	__u32 flags;
};
