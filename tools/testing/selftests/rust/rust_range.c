// SPDX-License-Identifier: GPL-2.0
/*
 * Tests samples/rust/zerocopy/rust_range.rs: its results, the arguments that it rejects, and that a
 * rejected call changes nothing.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <linux/rust_range.h>

#include "pages.h"
#include "transcript.h"
#include "../kselftest_harness.h"

static const struct rust_range initial = {
	.length = ~0ULL,
	.flags = RUST_RANGE_FLAGS,
};
static const struct rust_range some = {
	.start = 0x1000,
	.length = 0x100,
	.flags = RUST_RANGE_READ,
};

static int set(int fd, struct rust_range range)
{
	return TRANSCRIBE(ioctl(fd, RUST_RANGE_SET, &range),
			  "ioctl(RUST_RANGE_SET, {0x%llx + 0x%llx, flags 0x%x, reserved %u})",
			  range.start, range.length, range.flags, range.reserved);
}

static int get(int fd, struct rust_range *range)
{
	return TRANSCRIBE(ioctl(fd, RUST_RANGE_GET, range), "ioctl(RUST_RANGE_GET, &range)");
}

static int clip(int fd, struct rust_range *range)
{
	struct rust_range before = *range;

	return TRANSCRIBE(ioctl(fd, RUST_RANGE_CLIP, range),
			  "ioctl(RUST_RANGE_CLIP, {0x%llx + 0x%llx, flags 0x%x, reserved %u})",
			  before.start, before.length, before.flags, before.reserved);
}

/* Returns true if the device still holds WANTED. */
static int holds(int fd, struct rust_range wanted)
{
	struct rust_range range;

	memset(&range, 0xa5, sizeof(range));
	return !ioctl(fd, RUST_RANGE_GET, &range) && !memcmp(&range, &wanted, sizeof(range));
}

FIXTURE(range) {
	int fd;
	struct pages pages;
};

FIXTURE_SETUP(range)
{
	self->fd = open("/dev/rust-range", O_RDWR);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(pages_map(&self->pages), 0);
}

FIXTURE_TEARDOWN(range)
{
	pages_unmap(&self->pages);
	close(self->fd);
}

TEST_F(range, a_new_device_holds_everything)
{
	EXPECT_TRUE(holds(self->fd, initial));
}

TEST_F(range, get_returns_the_set_values)
{
	struct rust_range range;

	EXPECT_EQ(set(self->fd, some), 0);
	EXPECT_EQ(get(self->fd, &range), 0);
	EXPECT_EQ(memcmp(&range, &some, sizeof(range)), 0);
}

TEST_F(range, clip_reads_and_writes_its_argument)
{
	struct rust_range range = { .start = 0x1080, .length = 0x1000, .flags = RUST_RANGE_FLAGS };

	EXPECT_EQ(set(self->fd, some), 0);
	EXPECT_EQ(clip(self->fd, &range), 0);
	EXPECT_EQ(range.start, 0x1080);
	EXPECT_EQ(range.length, 0x80);
	EXPECT_EQ(range.flags, RUST_RANGE_READ);
	EXPECT_EQ(range.reserved, 0);
	EXPECT_TRUE(holds(self->fd, some));
}

TEST_F(range, invalid_ranges_are_refused)
{
	struct rust_range empty = some, unknown = some, reserved = some, wrapping = some;

	empty.length = 0;
	unknown.flags = RUST_RANGE_FLAGS + 1;
	reserved.reserved = 1;
	wrapping.start = ~0ULL;

	EXPECT_EQ(set(self->fd, empty), -EINVAL);
	EXPECT_EQ(set(self->fd, unknown), -EINVAL);
	EXPECT_EQ(set(self->fd, reserved), -EINVAL);
	EXPECT_EQ(set(self->fd, wrapping), -EOVERFLOW);
	EXPECT_TRUE(holds(self->fd, initial));
}

TEST_F(range, a_refused_clip_leaves_its_argument)
{
	struct rust_range before = { .start = 0x5000, .length = 1 };
	struct rust_range range = before;

	EXPECT_EQ(set(self->fd, some), 0);
	EXPECT_EQ(clip(self->fd, &range), -ERANGE);
	EXPECT_EQ(memcmp(&range, &before, sizeof(range)), 0);
	range.reserved = before.reserved = 7;
	EXPECT_EQ(clip(self->fd, &range), -EINVAL);
	EXPECT_EQ(memcmp(&range, &before, sizeof(range)), 0);
}

TEST_F(range, unknown_commands_are_refused)
{
	struct rust_range range = some;

	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOR('|', 0x93, struct rust_range), &range),
			     "ioctl(_IOR('|', 0x93, struct rust_range))"), -ENOTTY);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOW('|', 0x91, __u64), &range),
			     "ioctl(_IOW('|', 0x91, __u64)), of another size"), -ENOTTY);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOR('|', 0x91, struct rust_range), &range),
			     "ioctl(_IOR('|', 0x91, struct rust_range)), of another direction"),
		  -ENOTTY);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOW('}', 0x91, struct rust_range), &range),
			     "ioctl(_IOW('}', 0x91, struct rust_range)), of another type"),
		  -ENOTTY);
	EXPECT_TRUE(holds(self->fd, initial));
}

TEST_F(range, bad_addresses_are_refused)
{
	struct rust_range *straddling = (void *)(self->pages.page + PAGE - sizeof(some) + 1);
	/* The last page, outside of user space. On 64-bit machines it belongs to the kernel. */
	struct rust_range *kernel = (void *)-PAGE;

	memset(self->pages.page, 0xff, PAGE);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_RANGE_SET, NULL),
			     "ioctl(RUST_RANGE_SET, NULL)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_RANGE_SET, kernel),
			     "ioctl(RUST_RANGE_SET, a kernel address)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_RANGE_SET, self->pages.page + PAGE),
			     "ioctl(RUST_RANGE_SET, an unmapped page)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_RANGE_SET, straddling),
			     "ioctl(RUST_RANGE_SET, all but the last byte mapped)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_RANGE_GET, self->pages.page + PAGE),
			     "ioctl(RUST_RANGE_GET, an unmapped page)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_RANGE_GET, self->pages.read_only),
			     "ioctl(RUST_RANGE_GET, a read-only page)"), -EFAULT);
	EXPECT_TRUE(holds(self->fd, initial));
}

TEST_HARNESS_MAIN
