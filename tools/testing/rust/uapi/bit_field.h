/* SPDX-License-Identifier: GPL-2.0 */
/* list: bit_field FromBytes IntoBytes KnownLayout Immutable */
/* accepted: bindgen stores bit fields in bytes */
#include <linux/types.h>

struct bit_field {
	__u32 kind : 4;
	__u32 value : 28;
	__u32 count;
};
