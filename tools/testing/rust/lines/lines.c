// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin for QEMU that counts the moves of the cache lines of a struct rust_ring between two
 * last-level caches.
 *
 *	qemu-system-x86_64 -plugin lines.so,llc=4,out=FILE
 *
 * CPUs 0 to llc - 1 share the first cache, and so on. The caches are of unlimited size. A directory
 * records the caches that hold each line, as in the MESI protocol:
 *
 * - A cache that does not hold a line gets it from a cache that does. The line *moves*.
 * - A store takes the line away from all other caches. If the storing cache holds the line already,
 *   no data moves, and the other caches are *invalidated*.
 *
 * QEMU may report simultaneous accesses of different CPUs in any order.
 *
 * The selftest rust_ring_llc.c maps the ring at a fixed address (ring_lines.h). The kernel uses
 * other addresses, so the plugin recognizes the memory by its physical pages. After each count, it
 * writes lines to FILE. Their fields are separated by tabs: the index of the count, the layout of
 * the counters, the word, and the numbers of moves and of invalidations by its accesses.
 *
 * Each layout has a directory of its own. The first layout is the one in linux/rust_ring.h. The
 * others assign the counters to different lines, for the same accesses.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/rust_ring.h>

#include "qemu_plugin.h"
#include "../../selftests/rust/ring_lines.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define LINE		64
#define PAGE		4096
#define SIZE		sizeof(struct rust_ring)
#define PAGES		(SIZE / PAGE)
#define LINES		(SIZE / LINE)
#define COUNTERS	6
/* The size of a hash table, a power of two. */
#define SLOTS		2048
/* Kernel addresses are above the addresses of processes. */
#define KERNEL		0x8000000000000000ULL

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/* The words that are counted: first the counters and flags, then everything else. */
static const struct {
	const char *name;
	size_t start, end;
} words[] = {
#define FIELD(name) \
	{ #name, offsetof(struct rust_ring, name), \
	  offsetof(struct rust_ring, name) + sizeof(((struct rust_ring *)0)->name) }
	FIELD(user.sq_tail),
	FIELD(user.cq_head),
	FIELD(user.need_wakeup),
	FIELD(kernel.sq_head),
	FIELD(kernel.cq_tail),
	FIELD(kernel.need_wakeup),
	FIELD(submissions),
	FIELD(completions),
	FIELD(payload),
};

#define WORDS ARRAY_SIZE(words)

/* A layout assigns each counter to a line, and has a directory. */
static struct layout {
	const char *name;
	unsigned char line_of[COUNTERS];
	/* For each line, a bit for each cache that holds it. */
	unsigned char holders[LINES + COUNTERS];
	unsigned long long moved[WORDS], invalidated[WORDS];
} layouts[] = {
	{ .name = "header", .line_of = { 0, 0, 0, 1, 1, 1 } },
	{ .name = "separate heads", .line_of = { 0, 1, 0, 2, 3, 3 } },
	{ .name = "one line each", .line_of = { 0, 1, 2, 3, 4, 5 } },
};

#define LAYOUTS ARRAY_SIZE(layouts)

/* Maps physical pages to pages of the ring. Slots are never removed, and 0 is free. */
static struct {
	uint64_t physical;
	size_t page;
} slots[SLOTS];

static bool known[PAGES];
static bool counting;
static unsigned int cpus_of_cache = 4, counts;
static FILE *out;
/* Protects everything above. slots and known are also read without the lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Returns the slot of a physical page, or the free slot for it. */
static unsigned int slot_of(uint64_t physical)
{
	unsigned int slot = physical * 0x9e3779b97f4a7c15ULL >> 40;
	uint64_t found;

	for (;; slot++) {
		found = __atomic_load_n(&slots[slot % SLOTS].physical, __ATOMIC_ACQUIRE);
		if (!found || found == physical)
			return slot % SLOTS;
	}
}

static bool physical_address(qemu_plugin_meminfo_t info, uint64_t address, uint64_t *physical)
{
	struct qemu_plugin_hwaddr *hwaddr = qemu_plugin_get_hwaddr(info, address);

	if (!hwaddr || qemu_plugin_hwaddr_is_io(hwaddr))
		return false;
	*physical = qemu_plugin_hwaddr_phys_addr(hwaddr);
	return true;
}

/* Remembers the physical page of a page of the ring. */
static void learn(qemu_plugin_meminfo_t info, uint64_t address)
{
	size_t page = (address - LINES_RING) / PAGE;
	uint64_t physical;
	unsigned int slot;

	if (known[page] || !physical_address(info, address, &physical))
		return;
	slot = slot_of(physical / PAGE);
	slots[slot].page = page;
	__atomic_store_n(&slots[slot].physical, physical / PAGE, __ATOMIC_RELEASE);
	__atomic_store_n(&known[page], true, __ATOMIC_RELAXED);
}

/* Finds the offset in the ring of an access by the kernel. */
static bool find(qemu_plugin_meminfo_t info, uint64_t address, size_t *offset)
{
	uint64_t physical;
	unsigned int slot;

	if (!physical_address(info, address, &physical))
		return false;
	slot = slot_of(physical / PAGE);
	if (!__atomic_load_n(&slots[slot].physical, __ATOMIC_ACQUIRE))
		return false;
	*offset = slots[slot].page * PAGE + physical % PAGE;
	return true;
}

/* Counts an access by a CPU of CACHE, for one layout. */
static void access_line(struct layout *layout, unsigned int cache, unsigned int word, size_t offset,
			bool store)
{
	size_t line = word < COUNTERS ? LINES + layout->line_of[word] : offset / LINE;
	unsigned char *holders = &layout->holders[line];
	unsigned char own = 1 << cache, others = *holders & ~own;

	if (others && !(*holders & own))
		layout->moved[word] += counting;
	else if (others && store)
		layout->invalidated[word] += counting;
	*holders = store ? own : *holders | own;
}

static void access_ring(unsigned int cpu, size_t offset, bool store)
{
	unsigned int word, i;

	if (cpu / cpus_of_cache >= 8 * sizeof(layouts[0].holders[0])) {
		fprintf(stderr, "lines.so: CPU %u is in a ninth cache: use a larger llc=\n", cpu);
		exit(1);
	}
	for (word = 0; word < WORDS; word++) {
		if (offset < words[word].start || offset >= words[word].end)
			continue;
		for (i = 0; i < LAYOUTS; i++)
			access_line(&layouts[i], cpu / cpus_of_cache, word, offset, store);
	}
}

static void start(void)
{
	unsigned int i;

	for (i = 0; i < LAYOUTS; i++) {
		memset(layouts[i].moved, 0, sizeof(layouts[i].moved));
		memset(layouts[i].invalidated, 0, sizeof(layouts[i].invalidated));
	}
	counting = true;
}

static void stop(void)
{
	unsigned int i, word;

	counting = false;
	counts++;
	for (i = 0; i < LAYOUTS; i++)
		for (word = 0; word < WORDS; word++)
			fprintf(out, "%u\t%s\t%s\t%llu\t%llu\n", counts, layouts[i].name,
				words[word].name, layouts[i].moved[word],
				layouts[i].invalidated[word]);
	fflush(out);
}

/* Handles an access of any CPU. Most accesses are not to the ring. */
static void on_access(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t address, void *data)
{
	bool store = qemu_plugin_mem_is_store(info);
	size_t offset = address - LINES_RING;

	if (offset < SIZE) {
		pthread_mutex_lock(&lock);
		learn(info, address);
		access_ring(cpu, offset, store);
		pthread_mutex_unlock(&lock);
	} else if (address >= KERNEL) {
		if (!__atomic_load_n(&known[PAGES - 1], __ATOMIC_RELAXED) ||
		    !find(info, address, &offset))
			return;
		pthread_mutex_lock(&lock);
		access_ring(cpu, offset, store);
		pthread_mutex_unlock(&lock);
	} else if (store && (address == LINES_START || address == LINES_STOP)) {
		pthread_mutex_lock(&lock);
		if (address == LINES_START)
			start();
		else
			stop();
		pthread_mutex_unlock(&lock);
	}
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
	size_t count = qemu_plugin_tb_n_insns(block), i;

	for (i = 0; i < count; i++)
		qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(block, i), on_access,
						 QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, NULL);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv)
{
	const char *unknown = NULL;
	int i;

	for (i = 0; i < argc; i++) {
		if (!strncmp(argv[i], "llc=", 4))
			cpus_of_cache = atoi(argv[i] + 4);
		else if (!strncmp(argv[i], "out=", 4))
			out = fopen(argv[i] + 4, "w");
		else
			unknown = argv[i];
	}
	if (unknown) {
		fprintf(stderr, "lines.so: unknown argument %s: use llc=NUMBER and out=FILE\n",
			unknown);
		return -1;
	}
	if (!out || !cpus_of_cache) {
		fprintf(stderr, "lines.so: expected llc=NUMBER and out=FILE that can be written\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
