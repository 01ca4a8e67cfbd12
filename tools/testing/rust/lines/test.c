// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the plugin without QEMU: reports accesses to it, as QEMU does, and compares its output.
 *
 *	test FILE
 *
 * The pages of the ring are in reverse order in physical memory.
 */
#include "lines.c"

/* The address at which the kernel maps physical address 0. */
#define KERNEL_MAP	0xffff888000000000ULL
#define PHYSICAL	0x1000000ULL

/* The words of the ring that the test uses. */
#define SQ_TAIL		offsetof(struct rust_ring, user.sq_tail)
#define CQ_HEAD		offsetof(struct rust_ring, user.cq_head)
#define CQ_TAIL		offsetof(struct rust_ring, kernel.cq_tail)
#define COMPLETION	offsetof(struct rust_ring, completions)
#define PAYLOAD		offsetof(struct rust_ring, payload)

enum { LOAD, STORE, LOAD_IO };

static struct qemu_plugin_hwaddr {
	uint64_t physical;
	bool io;
} hwaddr;

bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info)
{
	return info == STORE;
}

struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t info, uint64_t address)
{
	hwaddr.io = info == LOAD_IO;
	if (address >= KERNEL_MAP)
		hwaddr.physical = address - KERNEL_MAP;
	else
		hwaddr.physical = PHYSICAL - (address - LINES_RING) / PAGE * PAGE + address % PAGE;
	return &hwaddr;
}

bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address)
{
	return address->io;
}

uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address)
{
	return address->physical;
}

/* The test does not translate code. */
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*callback)(qemu_plugin_id_t id,
							    struct qemu_plugin_tb *block))
{
}

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block)
{
	return 0;
}

struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index)
{
	return NULL;
}

void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *instruction,
				      void (*callback)(unsigned int cpu, qemu_plugin_meminfo_t info,
						       uint64_t address, void *data),
				      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
				      void *data)
{
}

static void process(unsigned int cpu, uint64_t offset, qemu_plugin_meminfo_t info)
{
	on_access(cpu, info, LINES_RING + offset, NULL);
}

static void kernel(unsigned int cpu, uint64_t offset, qemu_plugin_meminfo_t info)
{
	qemu_plugin_get_hwaddr(info, LINES_RING + offset);
	on_access(cpu, info, KERNEL_MAP + hwaddr.physical, NULL);
}

static void tell(uint64_t address)
{
	on_access(0, STORE, address, NULL);
}

/* CPUs 0 to 3 share a cache, and so do CPUs 4 to 7. */
static void access_memory(void)
{
	uint64_t offset;

	/* The plugin does not know the pages yet. */
	kernel(4, PAYLOAD, STORE);
	for (offset = 0; offset < SIZE; offset += PAGE)
		process(0, offset, LOAD);
	/* Not counted yet. */
	kernel(4, PAYLOAD, LOAD);
	process(0, PAYLOAD, STORE);

	tell(LINES_START);
	/* The first access moves the line, and the second one finds it. */
	kernel(4, SQ_TAIL, LOAD);
	kernel(5, SQ_TAIL, LOAD);
	/* A store invalidates the other copy, and the next load moves the line again. */
	process(1, SQ_TAIL, STORE);
	kernel(6, SQ_TAIL, LOAD);
	/* In the header, both caches hold the line. In "separate heads", no cache holds it. */
	process(2, CQ_HEAD, STORE);
	kernel(7, CQ_HEAD, LOAD);
	/* A store can move a line too. */
	process(0, CQ_TAIL, LOAD);
	kernel(4, CQ_TAIL, STORE);
	/* Entries and payload have the lines of their addresses. */
	kernel(4, COMPLETION + 2 * PAGE + 8, STORE);
	process(3, COMPLETION + 2 * PAGE, LOAD);
	process(3, COMPLETION + 2 * PAGE + LINE, LOAD);
	kernel(4, PAYLOAD, LOAD);
	kernel(4, PAYLOAD + LINE, LOAD);
	/* Other memory, and registers of a device. */
	on_access(4, STORE, KERNEL_MAP + PHYSICAL + PAGE, NULL);
	on_access(4, STORE, 0x1000, NULL);
	kernel(4, SQ_TAIL, LOAD_IO);
	tell(LINES_STOP);
	process(0, COMPLETION + 2 * PAGE, STORE);

	/* A count starts from 0, with the same lines in the caches. */
	tell(LINES_START);
	kernel(4, COMPLETION + 2 * PAGE, LOAD);
	tell(LINES_STOP);
}

static const char wanted[] =
	"1\theader\tuser.sq_tail\t2\t1\n"
	"1\theader\tuser.cq_head\t1\t1\n"
	"1\theader\tkernel.cq_tail\t1\t0\n"
	"1\theader\tcompletions\t2\t0\n"
	"1\theader\tpayload\t1\t0\n"
	"1\tseparate heads\tuser.sq_tail\t2\t1\n"
	"1\tseparate heads\tuser.cq_head\t1\t0\n"
	"1\tseparate heads\tkernel.cq_tail\t1\t0\n"
	"1\tseparate heads\tcompletions\t2\t0\n"
	"1\tseparate heads\tpayload\t1\t0\n"
	"1\tone line each\tuser.sq_tail\t2\t1\n"
	"1\tone line each\tuser.cq_head\t1\t0\n"
	"1\tone line each\tkernel.cq_tail\t1\t0\n"
	"1\tone line each\tcompletions\t2\t0\n"
	"1\tone line each\tpayload\t1\t0\n"
	"2\theader\tcompletions\t1\t0\n"
	"2\tseparate heads\tcompletions\t1\t0\n"
	"2\tone line each\tcompletions\t1\t0\n";

int main(int argc, char **argv)
{
	char line[128], path[4096], found[4096] = "", *arguments[] = { "llc=4", path };
	unsigned int lines = 0;
	FILE *file;

	if (argc != 2)
		return 1;
	if (!qemu_plugin_install(0, NULL, 1, arguments)) {
		fprintf(stderr, "expected an error without out=FILE\n");
		return 1;
	}
	snprintf(path, sizeof(path), "out=%s", argv[1]);
	if (qemu_plugin_install(0, NULL, 2, arguments))
		return 1;
	access_memory();
	file = fopen(argv[1], "r");
	while (file && fgets(line, sizeof(line), file)) {
		lines++;
		if (!strstr(line, "\t0\t0\n"))
			strncat(found, line, sizeof(found) - strlen(found) - 1);
	}
	if (lines == 2 * LAYOUTS * WORDS && !strcmp(found, wanted))
		return 0;
	fprintf(stderr, "expected %zu lines, among them:\n%sfound %u lines, among them:\n%s",
		2 * LAYOUTS * WORDS, wanted, lines, found);
	return 1;
}
