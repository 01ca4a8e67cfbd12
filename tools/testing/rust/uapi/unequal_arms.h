/* SPDX-License-Identifier: GPL-2.0 */
/* list: unequal_arms(__bindgen_ty_1)? FromBytes IntoBytes KnownLayout Immutable */
/* refused: `unequal_arms` cannot be `IntoBytes`, as rust/uapi/derives requires */
/* refused: a field is a `unequal_arms__bindgen_ty_1` */
/* refused: `unequal_arms__bindgen_ty_1` cannot be `IntoBytes` */
/* refused: its arm `handle` is smaller than the union */
#include <linux/types.h>

struct unequal_arms {
	__u64 kind;
	union {
		__u64 addr;
		__u32 handle;
	};
};
