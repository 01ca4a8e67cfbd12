/* SPDX-License-Identifier: GPL-2.0 */
/* list: ioctl_(empty|large) FromBytes IntoBytes KnownLayout Immutable CompatLayout */
/* accepted: the largest argument whose size a number encodes, and the smallest */
#include <linux/ioctl.h>
#include <linux/types.h>

struct ioctl_empty {
};

struct ioctl_large {
	__u8 bytes[16383];
};

enum {
	IOCTL_EMPTY	= _IOW(0x7c, 0x90, struct ioctl_empty),
	IOCTL_LARGE	= _IOWR(0x7c, 0x91, struct ioctl_large),
};
