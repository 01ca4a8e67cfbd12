/* SPDX-License-Identifier: GPL-2.0 */
/* list: no_such_.* FromBytes */
/* refused: expected a struct or union no_such_.* in the UAPI headers, found none */
#include <linux/types.h>

struct another {
	__u64 addr;
};
