/* SPDX-License-Identifier: GPL-2.0 */
/* list: inner FromBytes IntoBytes KnownLayout Immutable */
/* list: compat_unlisted_field FromBytes IntoBytes KnownLayout Immutable CompatLayout */
/* refused: `compat_unlisted_field` cannot be `CompatLayout`, as rust/uapi/derives requires */
/* refused: a field is a `inner` */
#include <linux/types.h>

struct inner {
	__u64 addr;
};

struct compat_unlisted_field {
	struct inner inner;
};
