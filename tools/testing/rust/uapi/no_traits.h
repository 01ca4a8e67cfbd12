/* SPDX-License-Identifier: GPL-2.0 */
/* list: no_traits */
/* refused: expected traits for no_traits, found none */
#include <linux/types.h>

struct no_traits {
	__u64 addr;
};
