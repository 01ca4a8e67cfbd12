/* SPDX-License-Identifier: GPL-2.0 */
/* list: packed FromBytes IntoBytes KnownLayout Immutable */
/* accepted: without padding, at any address */
#include <linux/types.h>

#pragma pack(push, 1)
struct packed {
	__u8 kind;
	__u64 addr;
};
#pragma pack(pop)
