/* SPDX-License-Identifier: GPL-2.0 */
/* list: implicit_padding FromBytes IntoBytes KnownLayout Immutable */
/* refused: `implicit_padding` cannot be `IntoBytes`, as rust/uapi/types asks */
/* refused: there is padding after its field `flags` */
/* refused: `implicit_padding` has 4 total byte(s) of padding */
#include <linux/types.h>

struct implicit_padding {
	__u32 flags;
	__u64 addr;
};
