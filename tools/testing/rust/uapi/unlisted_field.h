/* SPDX-License-Identifier: GPL-2.0 */
/* list: unlisted_field FromBytes IntoBytes KnownLayout Immutable */
/* refused: `unlisted_field` cannot be `FromBytes`, as rust/uapi/derives requires */
/* refused: a field is a `inner` */
#include <linux/types.h>

struct inner {
	__u64 addr;
};

struct unlisted_field {
	struct inner inner;
};
