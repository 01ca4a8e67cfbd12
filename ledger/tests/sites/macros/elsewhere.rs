// SPDX-License-Identifier: GPL-2.0

wrapper!(Three, uapi::three); //~ impl impl
