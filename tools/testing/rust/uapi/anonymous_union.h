/* SPDX-License-Identifier: GPL-2.0 */
/* list: anonymous_union(__bindgen_ty_1)? FromBytes IntoBytes KnownLayout Immutable */
/* accepted: all arms have the same size */
#include <linux/types.h>

struct anonymous_union {
	__u64 kind;
	union {
		__u64 addr;
		__s64 value;
	};
};
