/* SPDX-License-Identifier: GPL-2.0 */
/* list: compat_bit_field FromBytes IntoBytes KnownLayout Immutable CompatLayout */
/* refused: `compat_bit_field` cannot be `CompatLayout`, as rust/uapi/derives requires */
/* refused: a field is a `__BindgenBitfieldUnit< */
#include <linux/types.h>

/* The offset of the bits for 32-bit user space is unknown. */
struct compat_bit_field {
	__u32 kind : 4;
	__u32 value : 28;
};
