/* SPDX-License-Identifier: GPL-2.0 */
/* list: implicit_padding FromBytes IntoBytes KnownLayout Immutable */
/* refused: `implicit_padding` cannot be `IntoBytes`, as rust/uapi/derives requires */
/* refused: it has padding after the field `flags` */
/* refused: `implicit_padding` has 4 total byte(s) of padding */
#include <linux/types.h>

struct implicit_padding {
	__u32 flags;
	__u64 addr;
};
