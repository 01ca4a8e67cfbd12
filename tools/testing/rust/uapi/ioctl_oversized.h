/* SPDX-License-Identifier: GPL-2.0 */
/* list: ioctl_(small|large) FromBytes IntoBytes KnownLayout Immutable CompatLayout */
/* refused: uapi/ioctl_oversized.h:19: expected an argument that fits */
/* refused: in the size bits of an ioctl number, found `struct ioctl_large`: let a smaller */
#include <linux/ioctl.h>
#include <linux/types.h>

struct ioctl_small {
	__u8 bytes[16383];
};

struct ioctl_large {
	__u8 bytes[16384];
};

/* A number has only 14 bits for the size. */
enum {
	IOCTL_SMALL	= _IOW(0x7c, 0x90, struct ioctl_small),
	IOCTL_LARGE	= _IOW(0x7c, 0x91, struct ioctl_large),
};
