/* SPDX-License-Identifier: GPL-2.0 */
/* list: no_traits */
/* refused: no_traits has no traits */
#include <linux/types.h>

struct no_traits {
	__u64 addr;
};
