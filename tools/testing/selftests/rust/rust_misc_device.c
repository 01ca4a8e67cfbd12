// SPDX-License-Identifier: GPL-2.0
/*
 * Tests samples/rust/rust_misc_device.rs: its ioctls, and reading back written bytes.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include <linux/rust_misc_device.h>

#include "transcript.h"
#include "../kselftest_harness.h"

/* An address outside of user space. */
#define BAD ((void *)-4096UL)

static int set(int fd, int value)
{
	return TRANSCRIBE(ioctl(fd, RUST_MISC_DEV_SET_VALUE, &value),
			  "ioctl(RUST_MISC_DEV_SET_VALUE, {%d})", value);
}

/* Returns true if the number of the device is WANTED. */
static int holds(int fd, int wanted)
{
	int value = ~wanted;

	return !TRANSCRIBE(ioctl(fd, RUST_MISC_DEV_GET_VALUE, &value),
			   "ioctl(RUST_MISC_DEV_GET_VALUE, &value)") && value == wanted;
}

static long give(int fd, const char *bytes)
{
	return TRANSCRIBE(write(fd, bytes, strlen(bytes)), "write(\"%s\")", bytes);
}

/* Returns true if a read of up to SIZE bytes returns WANTED. */
static int gives(int fd, size_t size, const char *wanted)
{
	char bytes[64] = {};
	size_t length = strlen(wanted);

	return TRANSCRIBE(read(fd, bytes, size), "read(up to %zu bytes)", size) == (long)length &&
	       !memcmp(bytes, wanted, length) && !bytes[length];
}

FIXTURE(misc_device) {
	int fd;
};

FIXTURE_SETUP(misc_device)
{
	self->fd = open("/dev/rust-misc-device", O_RDWR);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(misc_device)
{
	close(self->fd);
}

TEST_F(misc_device, hello_is_answered)
{
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_MISC_DEV_HELLO, NULL),
			     "ioctl(RUST_MISC_DEV_HELLO)"), 0);
}

TEST_F(misc_device, get_returns_the_set_number)
{
	EXPECT_TRUE(holds(self->fd, 0));
	EXPECT_EQ(set(self->fd, 1), 0);
	EXPECT_TRUE(holds(self->fd, 1));
	EXPECT_EQ(set(self->fd, -2147483647), 0);
	EXPECT_TRUE(holds(self->fd, -2147483647));
}

TEST_F(misc_device, unknown_commands_are_refused)
{
	int value = 5;

	ASSERT_EQ(set(self->fd, 1), 0);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IO('|', 0), NULL), "ioctl(_IO('|', 0))"), -ENOTTY);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOR('|', 0x83, int), &value),
			     "ioctl(_IOR('|', 0x83, int))"), -ENOTTY);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOWR('|', 0x81, int), &value),
			     "ioctl(_IOWR('|', 0x81, int)), of another direction"), -ENOTTY);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, _IOW('|', 0x82, long long), &value),
			     "ioctl(_IOW('|', 0x82, long long)), of another size"), -ENOTTY);
	EXPECT_EQ(value, 5);
	EXPECT_TRUE(holds(self->fd, 1));
}

TEST_F(misc_device, bad_addresses_are_refused)
{
	ASSERT_EQ(set(self->fd, 1), 0);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_MISC_DEV_SET_VALUE, NULL),
			     "ioctl(RUST_MISC_DEV_SET_VALUE, NULL)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_MISC_DEV_SET_VALUE, BAD),
			     "ioctl(RUST_MISC_DEV_SET_VALUE, a bad address)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_MISC_DEV_GET_VALUE, NULL),
			     "ioctl(RUST_MISC_DEV_GET_VALUE, NULL)"), -EFAULT);
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_MISC_DEV_GET_VALUE, BAD),
			     "ioctl(RUST_MISC_DEV_GET_VALUE, a bad address)"), -EFAULT);
	EXPECT_TRUE(holds(self->fd, 1));
}

TEST_F(misc_device, read_returns_the_written_bytes)
{
	EXPECT_TRUE(gives(self->fd, 10, ""));
	EXPECT_EQ(give(self->fd, "hello"), 5);
	EXPECT_TRUE(gives(self->fd, 3, "hel"));
	EXPECT_TRUE(gives(self->fd, 10, "lo"));
	EXPECT_TRUE(gives(self->fd, 10, ""));
}

TEST_F(misc_device, a_write_replaces_earlier_bytes)
{
	ASSERT_EQ(give(self->fd, "hello"), 5);
	EXPECT_TRUE(gives(self->fd, 3, "hel"));
	/* read() starts at the beginning. */
	EXPECT_EQ(give(self->fd, "you"), 3);
	EXPECT_TRUE(gives(self->fd, 10, "you"));
	EXPECT_EQ(give(self->fd, ""), 0);
	EXPECT_TRUE(gives(self->fd, 10, ""));
}

TEST_F(misc_device, iovecs_are_accepted)
{
	char a[2], b[8] = {};
	struct iovec from[] = { { "he", 2 }, { "", 0 }, { "llo", 3 } };
	struct iovec to[] = { { a, 2 }, { b, 8 } };

	EXPECT_EQ(TRANSCRIBE(writev(self->fd, from, 3), "writev(\"he\", \"\", \"llo\")"), 5);
	EXPECT_EQ(TRANSCRIBE(readv(self->fd, to, 2), "readv(2 bytes, 8 bytes)"), 5);
	EXPECT_EQ(memcmp(a, "he", 2), 0);
	EXPECT_EQ(memcmp(b, "llo\0\0\0\0", 8), 0);
}

/* The driver returns the number of bytes copied, not an error. */
TEST_F(misc_device, nothing_is_copied_at_a_bad_address)
{
	ASSERT_EQ(give(self->fd, "hello"), 5);
	EXPECT_EQ(TRANSCRIBE(read(self->fd, NULL, 5), "read(to NULL)"), 0);
	EXPECT_TRUE(gives(self->fd, 10, "hello"));
	EXPECT_EQ(TRANSCRIBE(write(self->fd, NULL, 5), "write(from NULL)"), 0);
	EXPECT_TRUE(gives(self->fd, 10, ""));
}

TEST_F(misc_device, open_files_are_independent)
{
	int other = open("/dev/rust-misc-device", O_RDWR);

	ASSERT_GE(other, 0);
	EXPECT_EQ(set(self->fd, 1), 0);
	EXPECT_EQ(give(self->fd, "hello"), 5);
	EXPECT_TRUE(holds(other, 0));
	EXPECT_TRUE(gives(other, 10, ""));
	close(other);
	EXPECT_TRUE(holds(self->fd, 1));
	EXPECT_TRUE(gives(self->fd, 10, "hello"));
}

TEST_HARNESS_MAIN
