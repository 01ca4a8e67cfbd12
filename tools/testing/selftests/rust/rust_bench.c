// SPDX-License-Identifier: GPL-2.0
/*
 * Tests the drivers in samples/rust/zerocopy/bench/: one driver in three variants, which must
 * behave identically.
 *
 * With the argument "count", prints the cost of each call instead, in ticks of the time-stamp
 * counter, which QEMU advances once per instruction (-icount shift=0). With "time", prints it in
 * ns.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/rust_bench.h>

#include "clocks.h"
#include "transcript.h"
#include "../kselftest_harness.h"

#define PAGE 4096UL

static struct rust_bench_page page;
static unsigned char bytes[RUST_BENCH_SIZE];

struct list {
	struct rust_bench_list header;
	__u64 values[RUST_BENCH_MAX];
};

/* A frame with a VLAN tag, IPv4 with options, UDP, and 8 bytes of payload. */
static const unsigned char udp[] = {
	2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 5, 0x08, 0,
	/* At 18 */ 0x46, 0, 0, 40, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
	1, 1, 1, 1,
	/* At 42 */ 0x12, 0x34, 0x43, 0x21, 0, 16, 0, 0,
	/* At 50 */ 1, 2, 3, 4, 5, 6, 7, 8,
};

/* Returns the number of a command for an argument of SIZE bytes. */
static unsigned int sized(unsigned int cmd, size_t size)
{
	return _IOC(_IOC_DIR(cmd), _IOC_TYPE(cmd), _IOC_NR(cmd), size);
}

static int load(int fd, const void *from, size_t size)
{
	struct rust_bench_buffer buffer = { .addr = (unsigned long)from, .size = size };

	return ioctl(fd, RUST_BENCH_LOAD, &buffer);
}

/* Loads COUNT frames. */
static int load_frames(int fd, size_t count)
{
	size_t i;

	memset(bytes, 0, sizeof(bytes));
	for (i = 0; i < count; i++)
		memcpy(bytes + i * RUST_BENCH_FRAME, udp, sizeof(udp));
	return load(fd, bytes, sizeof(bytes));
}

FIXTURE(bench) {
	int fd;
	/* Two pages. The second page is not mapped. */
	unsigned char *page;
	void *read_only;
};

FIXTURE_VARIANT(bench) {
	const char *device;
};

FIXTURE_VARIANT_ADD(bench, c) {
	.device = "/dev/rust-bench-c",
};

FIXTURE_VARIANT_ADD(bench, stock) {
	.device = "/dev/rust-bench-stock",
};

FIXTURE_VARIANT_ADD(bench, typed) {
	.device = "/dev/rust-bench-typed",
};

FIXTURE_SETUP(bench)
{
	self->fd = open(variant->device, O_RDWR);
	if (self->fd < 0 && errno == ENOENT)
		SKIP(return, "needs %s, of SAMPLE_RUST_BENCH", variant->device);
	ASSERT_GE(self->fd, 0);
	self->page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(self->page, MAP_FAILED);
	self->read_only = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(self->read_only, MAP_FAILED);
	/* Unmap this page last, so that no other mapping takes its address. */
	ASSERT_EQ(munmap(self->page + PAGE, PAGE), 0);
}

FIXTURE_TEARDOWN(bench)
{
	munmap(self->page, PAGE);
	munmap(self->read_only, PAGE);
	close(self->fd);
}

/* Returns the value that the device holds. */
static __u64 value(int fd)
{
	__u64 value = ~0ULL;

	return ioctl(fd, RUST_BENCH_GET, &value) ? ~0ULL : value;
}

#define CALL(cmd, arg) TRANSCRIBE(ioctl(self->fd, cmd, arg), "ioctl(%s)", #cmd)

TEST_F(bench, a_value_is_set)
{
	__u64 set = 0x123456789abcdef0;

	EXPECT_EQ(value(self->fd), 0);
	EXPECT_EQ(CALL(RUST_BENCH_NONE, NULL), 0);
	EXPECT_EQ(CALL(RUST_BENCH_SET, &set), 0);
	EXPECT_EQ(value(self->fd), set);
}

TEST_F(bench, a_block_is_exchanged)
{
	struct rust_bench_block block, set, none = {};

	memset(&block, 0x5a, sizeof(block));
	set = block;
	EXPECT_EQ(CALL(RUST_BENCH_SWAP, &block), 0);
	EXPECT_EQ(memcmp(&block, &none, sizeof(block)), 0);
	EXPECT_EQ(CALL(RUST_BENCH_SWAP, &block), 0);
	EXPECT_EQ(memcmp(&block, &set, sizeof(block)), 0);
}

TEST_F(bench, pages_are_summed)
{
	static const unsigned int cmds[] = { RUST_BENCH_STACK, RUST_BENCH_HEAP, RUST_BENCH_KEEP };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		page.words[0] = i + 1;
		page.words[1] = 100;
		page.words[511] = ~0ULL;
		EXPECT_EQ(CALL(cmds[i], &page), 0);
		EXPECT_EQ(value(self->fd), i);
	}
}

TEST_F(bench, a_mode_is_checked)
{
	static const __u32 invalid[] = { 3, 0x100, 0x10000, 0x80000001, ~0U };
	__u32 mode;
	size_t i;

	for (mode = 0; mode < RUST_BENCH_MODES; mode++)
		EXPECT_EQ(CALL(RUST_BENCH_MODE, &mode), 0);
	for (i = 0; i < ARRAY_SIZE(invalid); i++)
		EXPECT_EQ(CALL(RUST_BENCH_MODE, &invalid[i]), -EINVAL);
}

TEST_F(bench, reserved_bits_must_be_zero)
{
	struct rust_bench_config config = { .value = 7, .flags = RUST_BENCH_FLAGS };
	struct rust_bench_array array = { .reserved = 1 };

	EXPECT_EQ(CALL(RUST_BENCH_CONFIG, &config), 0);
	EXPECT_EQ(value(self->fd), 7);
	config.value = 8;
	config.flags = RUST_BENCH_FLAGS + 1;
	EXPECT_EQ(CALL(RUST_BENCH_CONFIG, &config), -EINVAL);
	config.flags = 0;
	config.reserved = 1U << 31;
	EXPECT_EQ(CALL(RUST_BENCH_CONFIG, &config), -EINVAL);
	EXPECT_EQ(CALL(RUST_BENCH_ARRAY, &array), -EINVAL);
	EXPECT_EQ(value(self->fd), 7);
}

TEST_F(bench, a_version_may_be_older_or_newer)
{
	__u64 fields[] = { 1, 2, 0, 0 };
	size_t size;

	for (size = 0; size < 8; size++)
		EXPECT_EQ(CALL(sized(RUST_BENCH_VERSION, size), fields), -EINVAL);
	EXPECT_EQ(value(self->fd), 0);
	EXPECT_EQ(CALL(sized(RUST_BENCH_VERSION, 8), fields), 0);
	EXPECT_EQ(value(self->fd), 1);
	EXPECT_EQ(CALL(RUST_BENCH_VERSION, fields), 0);
	EXPECT_EQ(value(self->fd), 3);
	fields[0] = 10;
	EXPECT_EQ(CALL(sized(RUST_BENCH_VERSION, 32), fields), 0);
	EXPECT_EQ(value(self->fd), 12);
	fields[0] = 20;
	fields[3] = 1;
	EXPECT_EQ(CALL(sized(RUST_BENCH_VERSION, 32), fields), -E2BIG);
	EXPECT_EQ(CALL(sized(RUST_BENCH_VERSION, 24), fields), 0);
	EXPECT_EQ(value(self->fd), 22);
}

TEST_F(bench, arrays_and_lists_are_summed)
{
	struct rust_bench_point points[RUST_BENCH_MAX];
	struct rust_bench_array array = { .points = (unsigned long)points };
	struct list list = {};
	size_t i;

	for (i = 0; i < RUST_BENCH_MAX; i++) {
		points[i] = (struct rust_bench_point){ i, 1000 };
		list.values[i] = i;
	}
	for (i = 0; i <= RUST_BENCH_MAX; i += 16) {
		array.count = list.header.count = i;
		EXPECT_EQ(CALL(RUST_BENCH_ARRAY, &array), 0);
		EXPECT_EQ(value(self->fd), i * (i - 1) / 2 + 1000 * i);
		EXPECT_EQ(CALL(RUST_BENCH_LIST, &list), 0);
		EXPECT_EQ(value(self->fd), i * (i - 1) / 2);
	}
	array.count = list.header.count = RUST_BENCH_MAX + 1;
	EXPECT_EQ(CALL(RUST_BENCH_ARRAY, &array), -E2BIG);
	EXPECT_EQ(CALL(RUST_BENCH_LIST, &list), -E2BIG);
	array.count = list.header.count = ~0U;
	EXPECT_EQ(CALL(RUST_BENCH_ARRAY, &array), -E2BIG);
	EXPECT_EQ(CALL(RUST_BENCH_LIST, &list), -E2BIG);
	/* All bytes but the last one are mapped. */
	memset(self->page, 0, PAGE);
	list.header.count = 8;
	memcpy(self->page + PAGE - 71, &list.header, sizeof(list.header));
	EXPECT_EQ(CALL(RUST_BENCH_LIST, self->page + PAGE - 71), -EFAULT);
	array.count = 8;
	array.points = (unsigned long)self->page + PAGE - 127;
	EXPECT_EQ(CALL(RUST_BENCH_ARRAY, &array), -EFAULT);
}

TEST_F(bench, frames_are_parsed)
{
	size_t size;
	int i;

	ASSERT_EQ(load_frames(self->fd, RUST_BENCH_SIZE / RUST_BENCH_FRAME), 0);
	EXPECT_EQ(CALL(RUST_BENCH_PARSE, 0), 0);
	EXPECT_EQ(CALL(RUST_BENCH_PARSE, 1), 8);
	EXPECT_EQ(CALL(RUST_BENCH_PARSE, RUST_BENCH_SIZE / RUST_BENCH_FRAME),
		  8 * RUST_BENCH_SIZE / RUST_BENCH_FRAME);
	EXPECT_EQ(CALL(RUST_BENCH_PARSE, RUST_BENCH_SIZE / RUST_BENCH_FRAME + 1), -E2BIG);
	EXPECT_EQ(load(self->fd, bytes, RUST_BENCH_SIZE + 1), -1);
	EXPECT_EQ(errno, E2BIG);
	EXPECT_EQ(load(self->fd, NULL, 1), -1);
	EXPECT_EQ(errno, EFAULT);

	/* The first SIZE bytes of a frame, and zeros. */
	for (size = 0; size < 48; size++) {
		memset(bytes, 0, RUST_BENCH_FRAME);
		memcpy(bytes, udp, size);
		ASSERT_EQ(load(self->fd, bytes, RUST_BENCH_FRAME), 0);
		EXPECT_EQ(ioctl(self->fd, RUST_BENCH_PARSE, 1), -1);
		EXPECT_EQ(errno, EINVAL);
	}
	/* Not UDP, a wrong version, too few words, and lengths that are too large or too small. */
	static const struct {
		int at, byte;
	} wrong[] = {
		{ 12, 0x82 }, { 17, 6 }, { 18, 0x66 }, { 18, 0x44 }, { 18, 0x4f },
		{ 20, 1 }, { 21, 23 }, { 21, 31 }, { 21, 111 }, { 27, 6 },
		{ 46, 1 }, { 47, 7 }, { 47, 17 },
	};
	for (i = 0; i < (int)ARRAY_SIZE(wrong); i++) {
		memcpy(bytes, udp, sizeof(udp));
		bytes[wrong[i].at] = wrong[i].byte;
		ASSERT_EQ(load(self->fd, bytes, RUST_BENCH_FRAME), 0);
		EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_BENCH_PARSE, 1),
				     "ioctl(RUST_BENCH_PARSE) of %d at %d", wrong[i].byte,
				     wrong[i].at), -EINVAL);
	}
	/* VLAN tags up to the end of the frame. */
	for (i = 12; i < RUST_BENCH_FRAME; i += 4)
		memcpy(bytes + i, &udp[12], 4);
	ASSERT_EQ(load(self->fd, bytes, RUST_BENCH_FRAME), 0);
	EXPECT_EQ(CALL(RUST_BENCH_PARSE, 1), -EINVAL);
}

static const struct {
	unsigned int cmd;
	size_t size;
	int writes;
} with_address[] = {
	{ RUST_BENCH_SET, 8, 0 },
	{ RUST_BENCH_GET, 8, 1 },
	{ RUST_BENCH_SWAP, sizeof(struct rust_bench_block), 1 },
	{ RUST_BENCH_STACK, sizeof(struct rust_bench_page), 0 },
	{ RUST_BENCH_HEAP, sizeof(struct rust_bench_page), 0 },
	{ RUST_BENCH_KEEP, sizeof(struct rust_bench_page), 0 },
	{ RUST_BENCH_MODE, 4, 0 },
	{ RUST_BENCH_CONFIG, sizeof(struct rust_bench_config), 0 },
	{ RUST_BENCH_VERSION, sizeof(struct rust_bench_version), 0 },
	{ RUST_BENCH_ARRAY, sizeof(struct rust_bench_array), 0 },
	{ RUST_BENCH_LIST, sizeof(struct rust_bench_list), 0 },
	{ RUST_BENCH_LOAD, sizeof(struct rust_bench_buffer), 0 },
};

TEST_F(bench, bad_addresses_are_refused)
{
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(with_address); i++) {
		void *bad[] = {
			NULL,
			/* The last page, which belongs to the kernel on 64-bit machines. */
			(void *)-PAGE,
			self->page + PAGE,
			self->page + PAGE + 1 - with_address[i].size,
			self->read_only,
		};

		for (j = 0; j < ARRAY_SIZE(bad) - !with_address[i].writes; j++)
			EXPECT_EQ(CALL(with_address[i].cmd, bad[j]), -EFAULT);
	}
	EXPECT_EQ(value(self->fd), 0);
}

TEST_F(bench, unknown_commands_are_refused)
{
	static const unsigned int cmds[] = {
		_IO('|', 0xcf),
		_IO('|', 0xde),
		_IO('}', 0xd0),
		_IOR('|', 0xd1, __u64),
		_IOW('|', 0xd1, __u32),
		_IOWR('|', 0xd9, struct rust_bench_version),
		_IOC(_IOC_NONE, '|', 0xd0, 4),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cmds); i++)
		EXPECT_EQ(CALL(cmds[i], &page), -ENOTTY);
}

/* Calls CMD. Without a file, calls getppid(), the baseline for the cost of a system call. */
static long call(int fd, unsigned int cmd, void *arg)
{
	if (fd < 0)
		return __nolibc_syscall0(__NR_getppid);
	return __nolibc_syscall3(__NR_ioctl, fd, cmd, arg);
}

/* Returns the lowest cost of 1000 calls in ticks, to exclude interrupts. */
static __u64 count(int fd, unsigned int cmd, void *arg)
{
	__u64 least = ~0ULL, bracket = ~0ULL, start, spent;
	int i;

	for (i = 0; i < 1000; i++) {
		start = ticks();
		spent = ticks() - start;
		if (spent < bracket)
			bracket = spent;
		start = ticks();
		call(fd, cmd, arg);
		spent = ticks() - start;
		if (spent < least)
			least = spent;
	}
	return least - bracket;
}

/* Returns the duration of a call in ns, in the fastest of 20 batches. */
static __u64 duration(int fd, unsigned int cmd, void *arg)
{
	__u64 least = ~0ULL, start, spent;
	int i, j;

	for (i = 0; i < 20; i++) {
		start = nanoseconds();
		for (j = 0; j < 1000; j++)
			call(fd, cmd, arg);
		spent = nanoseconds() - start;
		if (spent < least)
			least = spent;
	}
	return (unsigned long)least / 1000;
}

#define FRAMES 100UL

/* Prints the cost of an operation of a driver. */
static void report(const char *driver, const char *command, const char *op, __u64 cost)
{
	printf("# bench: %s: %s: %s: %llu\n", driver, command, op, cost);
}

/* Measures the drivers that are present. */
static int measure(__u64 (*cost)(int fd, unsigned int cmd, void *arg))
{
	static const char * const names[] = { "c", "stock", "typed" };
	static struct rust_bench_point points[RUST_BENCH_MAX];
	static struct rust_bench_array array = { .count = RUST_BENCH_MAX };
	static struct rust_bench_buffer buffer = { .size = RUST_BENCH_SIZE };
	static struct rust_bench_config config, reserved = { .reserved = 1 };
	static struct rust_bench_block block;
	static struct list list = { .header = { .count = RUST_BENCH_MAX } };
	static __u64 word, versions[4];
	static __u32 mode = 1;
	static const struct {
		const char *name, *command;
		unsigned int cmd;
		void *arg;
	} ops[] = {
#define OP(name, cmd, arg) { name, #cmd, cmd, arg }
#define OP_OF_SIZE(name, cmd, size, arg) \
	{ name, #cmd, (cmd & ~(_IOC_SIZEMASK << _IOC_SIZESHIFT)) | size << _IOC_SIZESHIFT, arg }
		OP("no argument", RUST_BENCH_NONE, NULL),
		OP("write u64", RUST_BENCH_SET, &word),
		OP("read u64", RUST_BENCH_GET, &word),
		OP("read-write 64 B", RUST_BENCH_SWAP, &block),
		OP("write 4 KiB, stack", RUST_BENCH_STACK, &page),
		OP("write 4 KiB, heap", RUST_BENCH_HEAP, &page),
		OP("write 4 KiB, kept", RUST_BENCH_KEEP, &page),
		OP("validated enum", RUST_BENCH_MODE, &mode),
		OP("reserved bits", RUST_BENCH_CONFIG, &config),
		OP("versioned, same", RUST_BENCH_VERSION, versions),
		OP_OF_SIZE("versioned, shorter", RUST_BENCH_VERSION, 8, versions),
		OP_OF_SIZE("versioned, longer", RUST_BENCH_VERSION, 32, versions),
		OP("array of 64 structs", RUST_BENCH_ARRAY, &array),
		OP("slice tail, 64 words", RUST_BENCH_LIST, &list),
		OP("64 KiB in place", RUST_BENCH_LOAD, &buffer),
		OP("rejected argument", RUST_BENCH_CONFIG, &reserved),
		{ "rejected command", "-", _IO('|', 0xff), NULL },
	};
	char path[32];
	size_t i, j;
	__u64 many;
	int fd;

	array.points = (unsigned long)points;
	buffer.addr = (unsigned long)bytes;
	memset(&page, 1, sizeof(page));
	report("floor", "-", "-", cost(-1, 0, NULL));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "/dev/rust-bench-%s", names[i]);
		fd = open(path, O_RDWR);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0 || load_frames(fd, FRAMES))
			return 1;
		for (j = 0; j < ARRAY_SIZE(ops); j++)
			report(names[i], ops[j].command, ops[j].name,
			       cost(fd, ops[j].cmd, ops[j].arg));
		many = cost(fd, RUST_BENCH_PARSE, (void *)FRAMES);
		many -= cost(fd, RUST_BENCH_PARSE, NULL);
		many = (unsigned long)(many + FRAMES / 2) / FRAMES;
		report(names[i], "RUST_BENCH_PARSE", "packet", many);
		close(fd);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "count"))
		return measure(count);
	if (argc > 1 && !strcmp(argv[1], "time"))
		return measure(duration);
	return test_harness_run(argc, argv);
}
