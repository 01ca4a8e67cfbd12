/* SPDX-License-Identifier: GPL-2.0 */
/* list: enum_field FromBytes IntoBytes KnownLayout Immutable */
/* accepted: an enum is an integer in C, so every value is valid */
#include <linux/types.h>

enum kind {
	KIND_ONE = 1,
};

struct enum_field {
	enum kind kind;
};
