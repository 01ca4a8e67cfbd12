// SPDX-License-Identifier: GPL-2.0
/*
 * Tests samples/rust/zerocopy/rust_kinds/: each kind of command, the arguments that it rejects, and
 * that a rejected call changes nothing.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <linux/rust_kinds.h>

#include "cgroup.h"
#include "pages.h"
#include "transcript.h"
#include "../kselftest_harness.h"

static const struct rust_kinds_limits limits = { .low = 1, .high = 2 };

static const struct rust_kinds_state nothing;

/* The state of the device after some(). */
static const struct rust_kinds_state some_state = {
	.limits = { .low = 1, .high = 2 },
	.deadline = 0x123456789abcdef0,
	.level = 7,
	.modes = { 1, 0, 1 },
};

/* Sets all fields of the state. */
static int some(int fd)
{
	struct rust_kinds_deadline deadline = { .id = 3, .ns = some_state.deadline };
	__u32 mode = 1;

	return ioctl(fd, RUST_KINDS_SET_LEVEL, 7) ||
	       ioctl(fd, RUST_KINDS_SET_MODE_OF(0), &mode) ||
	       ioctl(fd, RUST_KINDS_SET_MODE_OF(2), &mode) ||
	       ioctl(fd, RUST_KINDS_SET_LIMITS, &limits) ||
	       ioctl(fd, RUST_KINDS_SET_DEADLINE, &deadline);
}

/* Returns true if the device holds WANTED. */
static int holds(int fd, const struct rust_kinds_state *wanted)
{
	struct rust_kinds_state state;

	memset(&state, 0xa5, sizeof(state));
	return !ioctl(fd, RUST_KINDS_STATE, &state) && !memcmp(&state, wanted, sizeof(state));
}

FIXTURE(kinds) {
	int fd;
	struct pages pages;
};

FIXTURE_SETUP(kinds)
{
	self->fd = open("/dev/rust-kinds", O_RDWR);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(pages_map(&self->pages), 0);
}

FIXTURE_TEARDOWN(kinds)
{
	pages_unmap(&self->pages);
	close(self->fd);
}

TEST_F(kinds, a_new_device_holds_nothing)
{
	EXPECT_TRUE(holds(self->fd, &nothing));
}

TEST_F(kinds, none_takes_no_argument)
{
	ASSERT_EQ(some(self->fd), 0);
	EXPECT_TRUE(holds(self->fd, &some_state));
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_RESET, NULL), "ioctl(RUST_KINDS_RESET)"),
		  0);
	EXPECT_TRUE(holds(self->fd, &nothing));
}

TEST_F(kinds, a_by_value_argument_is_read)
{
	struct rust_kinds_state wanted = { .level = 0xfffffff0 };
	const __u64 longer = 0x100000005;

	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SET_LEVEL, 0xfffffff0),
			     "ioctl(RUST_KINDS_SET_LEVEL, 0xfffffff0)"), 0);
	EXPECT_TRUE(holds(self->fd, &wanted));
	/* The level is a u32, so the driver uses only the lower 32 bits of the argument. */
	wanted.level = 5;
	EXPECT_EQ(ioctl(self->fd, RUST_KINDS_SET_LEVEL, (unsigned long)longer), 0);
	EXPECT_TRUE(holds(self->fd, &wanted));
}

TEST_F(kinds, an_enum_is_checked)
{
	static const __u32 invalid[] = { 2, 0x100, 0x10000, 0x80000001, ~0U };
	struct rust_kinds_state wanted = { .modes = { 1 } };
	__u32 mode = 1;
	size_t i;

	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SET_MODE, &mode),
			     "ioctl(RUST_KINDS_SET_MODE, {%u})", mode), 0);
	EXPECT_TRUE(holds(self->fd, &wanted));
	for (i = 0; i < ARRAY_SIZE(invalid); i++) {
		mode = invalid[i];
		EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SET_MODE, &mode),
				     "ioctl(RUST_KINDS_SET_MODE, {%u})", mode), -EINVAL);
		EXPECT_EQ(mode, invalid[i]);
	}
	EXPECT_TRUE(holds(self->fd, &wanted));
	mode = wanted.modes[0] = 0;
	EXPECT_EQ(ioctl(self->fd, RUST_KINDS_SET_MODE, &mode), 0);
	EXPECT_TRUE(holds(self->fd, &wanted));
}

TEST_F(kinds, a_range_has_a_number_for_each_channel)
{
	struct rust_kinds_state wanted = {};
	__u32 mode = 1;
	int i;

	for (i = 0; i < RUST_KINDS_CHANNELS; i++) {
		EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SET_MODE_OF(i), &mode),
				     "ioctl(RUST_KINDS_SET_MODE_OF(%d), {1})", i), 0);
		wanted.modes[i] = 1;
		EXPECT_TRUE(holds(self->fd, &wanted));
	}
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SET_MODE_OF(i), &mode),
			     "ioctl(RUST_KINDS_SET_MODE_OF(%d), {1})", i), -ENOTTY);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SET_MODE_OF(-1), &mode),
			     "ioctl(RUST_KINDS_SET_MODE_OF(-1), {1})"), -ENOTTY);
	EXPECT_TRUE(holds(self->fd, &wanted));
}

TEST_F(kinds, the_number_encodes_the_space_for_modes)
{
	__u32 modes[RUST_KINDS_CHANNELS + 2];
	int count, i, wanted;
	size_t size;

	ASSERT_EQ(some(self->fd), 0);
	for (count = 0; count <= (int)ARRAY_SIZE(modes); count++) {
		size = count * sizeof(*modes);
		wanted = count < RUST_KINDS_CHANNELS ? count : RUST_KINDS_CHANNELS;
		memset(modes, 0xa5, sizeof(modes));
		EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_GET_MODES_OF(size), modes),
				     "ioctl(RUST_KINDS_GET_MODES_OF(%zu), modes)", size), wanted);
		for (i = 0; i < (int)ARRAY_SIZE(modes); i++)
			EXPECT_EQ(modes[i], i < wanted ? some_state.modes[i] : 0xa5a5a5a5);
	}
	memset(modes, 0xa5, sizeof(modes));
	for (size = 1; size < 4; size++)
		EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_GET_MODES_OF(4 + size), modes),
				     "ioctl(RUST_KINDS_GET_MODES_OF(%zu), modes)", 4 + size),
			  -EINVAL);
	EXPECT_EQ(modes[0], 0xa5a5a5a5);
}

TEST_F(kinds, the_number_encodes_the_size_of_the_bytes)
{
	static unsigned char most[_IOC_SIZEMASK];
	unsigned char bytes[] = { 1, 2, 3, 255 };

	memset(most, 255, sizeof(most));
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SUM_OF(0), NULL),
			     "ioctl(RUST_KINDS_SUM_OF(0), NULL)"), 0);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SUM_OF(3), bytes),
			     "ioctl(RUST_KINDS_SUM_OF(3), {1, 2, 3, 255})"), 6);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SUM_OF(4), bytes),
			     "ioctl(RUST_KINDS_SUM_OF(4), {1, 2, 3, 255})"), 261);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SUM_OF(sizeof(most)), most),
			     "ioctl(RUST_KINDS_SUM_OF(%zu), {255, ...})", sizeof(most)),
		  255 * (int)sizeof(most));
}

/* Returns the number of a command for an argument of SIZE bytes. */
static unsigned int sized(unsigned int cmd, size_t size)
{
	return _IOC(_IOC_DIR(cmd), _IOC_TYPE(cmd), _IOC_NR(cmd), size);
}

TEST_F(kinds, a_versioned_struct_may_be_older_or_newer)
{
	struct rust_kinds_state wanted = { .limits = { .low = 1 } };
	__u64 fields[] = { 1, 2, 0 };
	size_t size;

	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, sized(RUST_KINDS_SET_LIMITS, 8), fields),
			     "ioctl(RUST_KINDS_SET_LIMITS, {1}), first version"), 0);
	EXPECT_TRUE(holds(self->fd, &wanted));
	wanted.limits.high = 2;
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SET_LIMITS, fields),
			     "ioctl(RUST_KINDS_SET_LIMITS, {1, 2})"), 0);
	EXPECT_TRUE(holds(self->fd, &wanted));
	wanted.limits.low = fields[0] = 3;
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, sized(RUST_KINDS_SET_LIMITS, 24), fields),
			     "ioctl(RUST_KINDS_SET_LIMITS, {3, 2, 0}), newer version"), 0);
	EXPECT_TRUE(holds(self->fd, &wanted));

	fields[0] = 4;
	fields[2] = 1;
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, sized(RUST_KINDS_SET_LIMITS, 24), fields),
			     "ioctl(RUST_KINDS_SET_LIMITS, {4, 2, 1}), newer version"), -E2BIG);
	for (size = 0; size < 8; size++)
		EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, sized(RUST_KINDS_SET_LIMITS, size), fields),
				     "ioctl(RUST_KINDS_SET_LIMITS) of %zu bytes", size), -EINVAL);
	EXPECT_TRUE(holds(self->fd, &wanted));
}

TEST_F(kinds, get_returns_the_set_values)
{
	struct rust_kinds_limits got;

	ASSERT_EQ(some(self->fd), 0);
	memset(&got, 0xa5, sizeof(got));
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_GET_LIMITS, &got),
			     "ioctl(RUST_KINDS_GET_LIMITS, &limits)"), 0);
	EXPECT_EQ(memcmp(&got, &limits, sizeof(got)), 0);
	EXPECT_TRUE(holds(self->fd, &some_state));
}

/* The struct has 16 bytes, or 12 bytes on 32-bit x86. */
TEST_F(kinds, each_word_size_has_its_deadline)
{
	struct rust_kinds_deadline deadline = { .id = 3, .ns = 0x123456789abcdef0 };
	struct rust_kinds_state wanted = { .deadline = deadline.ns };

	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_KINDS_SET_DEADLINE, &deadline),
			     "ioctl(RUST_KINDS_SET_DEADLINE, {%u, %llu}), of %zu bytes",
			     deadline.id, deadline.ns, sizeof(deadline)), 0);
	EXPECT_TRUE(holds(self->fd, &wanted));
	if (sizeof(long) == 4)
		return;

	/* A 64-bit process cannot use the ioctl number of 32-bit processes. */
	deadline.ns = 1;
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, sized(RUST_KINDS_SET_DEADLINE, 12), &deadline),
			     "ioctl(RUST_KINDS_SET_DEADLINE), of 12 bytes"), -ENOTTY);
	EXPECT_TRUE(holds(self->fd, &wanted));
}

static int histogram(int fd, struct rust_kinds_histogram *to)
{
	return TRANSCRIBE(ioctl(fd, RUST_KINDS_HISTOGRAM, to),
			  "ioctl(RUST_KINDS_HISTOGRAM, {%s, %u, reserved %u, counts {%u, ...}})",
			  to->bytes ? "bytes" : "NULL", to->count, to->reserved, to->counts[0]);
}

TEST_F(kinds, an_array_is_read_through_a_pointer)
{
	struct rust_kinds_histogram to = { .count = 0 }, wanted = to;

	EXPECT_EQ(histogram(self->fd, &to), 0);
	EXPECT_EQ(memcmp(&to, &wanted, sizeof(to)), 0);

	memcpy(self->pages.page + PAGE - 5, "hello", 5);
	to.bytes = wanted.bytes = (unsigned long)self->pages.page + PAGE - 5;
	to.count = wanted.count = 5;
	wanted.counts['h'] = wanted.counts['e'] = wanted.counts['o'] = 1;
	wanted.counts['l'] = 2;
	EXPECT_EQ(histogram(self->fd, &to), 0);
	EXPECT_EQ(memcmp(&to, &wanted, sizeof(to)), 0);

	memset(self->pages.page, 255, PAGE);
	memset(&to, 0, sizeof(to));
	to.bytes = (unsigned long)self->pages.page;
	to.count = RUST_KINDS_MAX_BYTES;
	wanted = to;
	wanted.counts[255] = RUST_KINDS_MAX_BYTES;
	EXPECT_EQ(histogram(self->fd, &to), 0);
	EXPECT_EQ(memcmp(&to, &wanted, sizeof(to)), 0);
}

TEST_F(kinds, a_refused_histogram_is_unchanged)
{
	struct rust_kinds_histogram good = { .bytes = (unsigned long)self->pages.page, .count = 8 };
	struct {
		struct rust_kinds_histogram to;
		int wanted;
	} cases[] = {
		{ good, -EINVAL }, { good, -EINVAL }, { good, -EINVAL },
		{ good, -E2BIG }, { good, -E2BIG },
		{ good, -EFAULT }, { good, -EFAULT }, { good, -EFAULT },
	};
	struct rust_kinds_histogram to;
	size_t i;

	cases[0].to.reserved = 1;
	cases[1].to.counts[0] = 1;
	cases[2].to.counts[255] = 1U << 31;
	cases[3].to.count = RUST_KINDS_MAX_BYTES + 1;
	cases[4].to.count = ~0U;
	cases[5].to.bytes = 0;
	cases[6].to.bytes += PAGE - 7;
	cases[7].to.bytes = ~0ULL << 63;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		to = cases[i].to;
		EXPECT_EQ(histogram(self->fd, &to), cases[i].wanted);
		EXPECT_EQ(memcmp(&to, &cases[i].to, sizeof(to)), 0);
	}
}

static const struct {
	const char *name;
	unsigned int cmd;
	size_t size;
	int writes;
} with_address[] = {
#define WITH_ADDRESS(cmd, type, writes) { #cmd, cmd, sizeof(type), writes }
	WITH_ADDRESS(RUST_KINDS_SET_MODE, __u32, 0),
	WITH_ADDRESS(RUST_KINDS_GET_MODES_OF(12), __u32[3], 1),
	WITH_ADDRESS(RUST_KINDS_SET_LIMITS, struct rust_kinds_limits, 0),
	WITH_ADDRESS(RUST_KINDS_GET_LIMITS, struct rust_kinds_limits, 1),
	WITH_ADDRESS(RUST_KINDS_SET_DEADLINE, struct rust_kinds_deadline, 0),
	WITH_ADDRESS(RUST_KINDS_STATE, struct rust_kinds_state, 1),
	WITH_ADDRESS(RUST_KINDS_SUM_OF(5), __u8[5], 0),
	WITH_ADDRESS(RUST_KINDS_HISTOGRAM, struct rust_kinds_histogram, 1),
};

TEST_F(kinds, bad_addresses_are_refused)
{
	unsigned char *end = self->pages.page + PAGE;
	size_t i, j;

	ASSERT_EQ(some(self->fd), 0);
	for (i = 0; i < ARRAY_SIZE(with_address); i++) {
		struct {
			const char *what;
			void *address;
		} bad[] = {
			{ "NULL", NULL },
			/* The last page, which belongs to the kernel on 64-bit machines. */
			{ "a kernel address", (void *)-PAGE },
			{ "an unmapped page", end },
			{ "all but the last byte mapped", end + 1 - with_address[i].size },
			{ "a read-only page", self->pages.read_only },
		};

		for (j = 0; j < ARRAY_SIZE(bad) - !with_address[i].writes; j++)
			EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, with_address[i].cmd, bad[j].address),
					     "ioctl(%s, %s)", with_address[i].name, bad[j].what),
				  -EFAULT);
	}
	EXPECT_TRUE(holds(self->fd, &some_state));
}

TEST_F(kinds, unknown_commands_are_refused)
{
	static const unsigned int cmds[] = {
		_IO('|', 0x9f),
		_IO('|', 0xa9),
		/* Wrong direction. */
		_IOR('|', 0xa0, __u32),
		_IOR('|', 0xa4, struct rust_kinds_deadline),
		_IOW('|', 0xa5, struct rust_kinds_histogram),
		_IOC(_IOC_WRITE, '|', 0xa7, 12),
		_IOWR('|', 0xb0, __u32),
		/* Wrong size. */
		_IOC(_IOC_NONE, '|', 0xa0, 4),
		_IOR('|', 0xa3, __u64),
		_IOR('|', 0xa6, __u64),
		_IOW('|', 0xb0, __u64),
		/* Wrong type. */
		_IO('}', 0xa0),
		_IOW('}', 0xb0, __u32),
	};
	size_t i, j;

	ASSERT_EQ(some(self->fd), 0);
	memset(self->pages.page, 0xa5, PAGE);
	for (i = 0; i < ARRAY_SIZE(cmds); i++)
		EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, cmds[i], self->pages.page),
				     "ioctl(_IOC(%u, '%c', 0x%x, %u))", _IOC_DIR(cmds[i]),
				     _IOC_TYPE(cmds[i]), _IOC_NR(cmds[i]), _IOC_SIZE(cmds[i])),
			  -ENOTTY);
	for (j = 0; j < PAGE; j++)
		ASSERT_EQ(self->pages.page[j], 0xa5);
	EXPECT_TRUE(holds(self->fd, &some_state));
}

TEST_F(kinds, open_files_are_independent)
{
	int other = open("/dev/rust-kinds", O_RDWR);

	ASSERT_GE(other, 0);
	ASSERT_EQ(some(self->fd), 0);
	EXPECT_TRUE(holds(other, &nothing));
	close(other);
	EXPECT_TRUE(holds(self->fd, &some_state));
}

#define FILES	512

static void arguments_within_cgroup(void)
{
	const long size = sizeof(struct rust_kinds_histogram) + RUST_KINDS_MAX_BYTES;
	static char bytes[RUST_KINDS_MAX_BYTES];
	const struct rust_kinds_histogram kept = {
		.bytes = (unsigned long)bytes,
		.count = sizeof(bytes),
	};
	int fds[FILES], i;
	long before, after;

	MUST(!cgroup_join());
	for (i = 0; i < FILES; i++)
		MUST((fds[i] = open("/dev/rust-kinds", O_RDWR)) >= 0);
	before = kernel_memory();
	MUST(before > 0);
	for (i = 0; i < FILES; i++)
		MUST(!ioctl(fds[i], RUST_KINDS_KEEP, &kept));
	after = kernel_memory();
	printf("#   %d kept arguments: %ld bytes\n", FILES, after - before);
	MUST(after - before >= FILES * size);
}

TEST(kept_arguments_are_charged)
{
	if (cgroup_mount())
		SKIP(return, "needs memory cgroups: set CONFIG_MEMCG=y");
	EXPECT_TRUE(ends_well(arguments_within_cgroup));
	cgroup_unmount();
}

TEST_HARNESS_MAIN
