/* SPDX-License-Identifier: GPL-2.0 */
/* list: flexible_array_of_words FromBytes IntoBytes KnownLayout Immutable */
/* refused: `flexible_array_of_words` cannot be `IntoBytes`, as rust/uapi/derives requires */
/* refused: a field is a `__IncompleteArrayField<u32>` */
#include <linux/types.h>

struct flexible_array_of_words {
	__u32 count;
	__u32 data[];
};
