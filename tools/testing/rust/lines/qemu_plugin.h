/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations of the functions of QEMU that the plugin uses, from the documentation of QEMU's
 * plugin API (docs/devel/tcg-plugins). They are the same in versions 1 to 6 of the API. Debian 12
 * has no package with QEMU's own header.
 *
 * QEMU_PLUGIN_VERSION must be a version of the API that QEMU supports: 1 for QEMU 7.2 to 8.2, and 2
 * for 9.0 and newer. QEMU rejects other versions, and its error gives the oldest one that it
 * supports. Only QEMU 7.2 has been tried.
 */
#ifndef QEMU_PLUGIN_H
#define QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;

/* A block of translated instructions, an instruction, the machine, and a physical address. */
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
struct qemu_plugin_hwaddr;

enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS,
};

enum qemu_plugin_mem_rw {
	QEMU_PLUGIN_MEM_R = 1,
	QEMU_PLUGIN_MEM_W,
	QEMU_PLUGIN_MEM_RW,
};

/* The symbols that QEMU looks up in the plugin. */
extern QEMU_PLUGIN_EXPORT int qemu_plugin_version;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
					   int argc, char **argv);

/* Calls CALLBACK for each block that QEMU translates. */
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*callback)(qemu_plugin_id_t id,
							    struct qemu_plugin_tb *block));

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);

/* Calls CALLBACK after each memory access of an instruction, on the CPU that makes it. */
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction,
				      void (*callback)(unsigned int cpu, qemu_plugin_meminfo_t info,
						       uint64_t address, void *data),
				      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
				      void *data);

bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info);

/* Returns the physical address of the access in a callback, or NULL. */
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t info, uint64_t address);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address);

#endif /* QEMU_PLUGIN_H */
