/* SPDX-License-Identifier: GPL-2.0 */
/* list: enum_field FromBytes IntoBytes KnownLayout Immutable */
/* accepted: an enum of C is an integer, of which any value may come */
#include <linux/types.h>

enum kind {
	KIND_ONE = 1,
};

struct enum_field {
	enum kind kind;
};
