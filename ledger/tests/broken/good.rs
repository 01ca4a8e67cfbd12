// SPDX-License-Identifier: GPL-2.0

unsafe impl FromBytes for X {}
