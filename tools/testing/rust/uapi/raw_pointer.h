/* SPDX-License-Identifier: GPL-2.0 */
/* list: raw_pointer FromBytes KnownLayout Immutable */
/* refused: `raw_pointer` cannot be `FromBytes`, as rust/uapi/derives requires */
/* refused: a field is a `*mut */
/* refused: pub buffer: *mut */
#include <linux/types.h>

struct raw_pointer {
	__u64 size;
	void *buffer;
};
