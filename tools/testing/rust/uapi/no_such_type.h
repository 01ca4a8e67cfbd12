/* SPDX-License-Identifier: GPL-2.0 */
/* list: no_such_.* FromBytes */
/* refused: no struct or union of the UAPI headers is called no_such_.* */
#include <linux/types.h>

struct another {
	__u64 addr;
};
