// SPDX-License-Identifier: GPL-2.0
/* The C counterparts of the functions in parse.rs. */
#include <linux/errno.h>
#include <linux/types.h>
#include <asm/byteorder.h>

struct header {
	__be16 port;
	__be16 length;
	__be32 sequence;
};

struct checked {
	u8 kind;
	u8 zero;
	__be16 length;
};

enum { DATA, ANSWER, RESET, KINDS };

int header(const u8 *bytes, size_t left)
{
	const struct header *header = (const void *)bytes;

	if (left < sizeof(*header) || ntohs(header->length) > left - sizeof(*header))
		return -EINVAL;
	return ntohl(header->sequence) ^ ntohs(header->port);
}

int checked(const u8 *bytes, size_t left)
{
	const struct checked *checked = (const void *)bytes;

	if (left < sizeof(*checked) || checked->kind >= KINDS || checked->zero)
		return -EINVAL;
	return checked->kind == DATA ? ntohs(checked->length) : 0;
}
