// SPDX-License-Identifier: GPL-2.0
/*
 * Tests samples/rust/zerocopy/rust_config.rs with the struct of each version of its header, on the
 * driver of each version: nine pairs of versions.
 */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <linux/rust_config.h>

#include "transcript.h"
#include "../kselftest_harness.h"

/* The definitions of each version of the header. */
static const struct version {
	const char *device, *suffix;
	unsigned int get, set, swap;
	size_t size;
} versions[] = {
	{
		"/dev/rust-config-v1", "_V1",
		RUST_CONFIG_GET_V1, RUST_CONFIG_SET_V1, RUST_CONFIG_SWAP_V1,
		sizeof(struct rust_config_v1),
	}, {
		"/dev/rust-config-v2", "_V2",
		RUST_CONFIG_GET_V2, RUST_CONFIG_SET_V2, RUST_CONFIG_SWAP_V2,
		sizeof(struct rust_config_v2),
	}, {
		"/dev/rust-config-v3", "",
		RUST_CONFIG_GET, RUST_CONFIG_SET, RUST_CONFIG_SWAP,
		sizeof(struct rust_config),
	},
};

/* Memory for a struct of any version, including future ones. */
union memory {
	struct rust_config config;
	unsigned char bytes[64];
};

static const struct rust_config some = {
	.rate = 100,
	.flags = RUST_CONFIG_LOOP,
	.depth = 0x1234567890,
	.threshold = 5,
};

static const struct rust_config other = {
	.rate = 7,
	.flags = RUST_CONFIG_STAMP,
	.depth = 8,
	.threshold = 9,
};

/* Returns CONFIG with all fields that VERSION lacks set to 0. */
static struct rust_config up_to(const struct version *version, const struct rust_config *config)
{
	struct rust_config result = {};

	memcpy(&result, config, version->size);
	return result;
}

/* Returns the first SIZE bytes of CONFIG, followed by bytes that are not 0. */
static union memory memory(size_t size, struct rust_config config)
{
	union memory memory;

	memset(&memory, 0xa5, sizeof(memory));
	memset(&memory, 0, size);
	memcpy(&memory, &config, size < sizeof(config) ? size : sizeof(config));
	return memory;
}

static int same(union memory a, union memory b)
{
	return !memcmp(&a, &b, sizeof(a));
}

/* Formats the fields of a struct of SIZE bytes. */
static const char *show(size_t size, const struct rust_config *config)
{
	static char text[80];
	int used;

	used = snprintf(text, sizeof(text), "{rate %u, flags 0x%x", config->rate, config->flags);
	if (size > sizeof(struct rust_config_v1))
		used += snprintf(text + used, sizeof(text) - used, ", depth %llu", config->depth);
	if (size > sizeof(struct rust_config_v2))
		used += snprintf(text + used, sizeof(text) - used, ", threshold %u",
				 config->threshold);
	snprintf(text + used, sizeof(text) - used, "}");
	return text;
}

static int get(int fd, const struct version *program, union memory *memory)
{
	int ret = TRANSCRIBE(ioctl(fd, program->get, memory),
			     "ioctl(RUST_CONFIG_GET%s, &config)", program->suffix);

	if (!ret)
		printf("#     config is %s\n", show(program->size, &memory->config));
	return ret;
}

static int set(int fd, const struct version *program, union memory memory)
{
	return TRANSCRIBE(ioctl(fd, program->set, &memory), "ioctl(RUST_CONFIG_SET%s, %s)",
			  program->suffix, show(program->size, &memory.config));
}

static int swap(int fd, const struct version *program, union memory *memory)
{
	struct rust_config before = memory->config;
	int ret = TRANSCRIBE(ioctl(fd, program->swap, memory), "ioctl(RUST_CONFIG_SWAP%s, %s)",
			     program->suffix, show(program->size, &before));

	if (!ret)
		printf("#     config is %s\n", show(program->size, &memory->config));
	return ret;
}

/* Sets the configuration of DRIVER, with the struct of its own version. */
static int hold(int fd, const struct version *driver, struct rust_config config)
{
	return ioctl(fd, driver->set, &config);
}

/* Returns true if DRIVER still holds WANTED. */
static int holds(int fd, const struct version *driver, struct rust_config wanted)
{
	union memory held = memory(driver->size, other);

	return !ioctl(fd, driver->get, &held) && same(held, memory(driver->size, wanted));
}

FIXTURE(config) {
	int fd;
	const struct version *program, *driver, *older;
};

FIXTURE_VARIANT(config) {
	int program, driver;
};

FIXTURE_VARIANT_ADD(config, v1_program_on_v1_driver) { .program = 1, .driver = 1 };
FIXTURE_VARIANT_ADD(config, v1_program_on_v2_driver) { .program = 1, .driver = 2 };
FIXTURE_VARIANT_ADD(config, v1_program_on_v3_driver) { .program = 1, .driver = 3 };
FIXTURE_VARIANT_ADD(config, v2_program_on_v1_driver) { .program = 2, .driver = 1 };
FIXTURE_VARIANT_ADD(config, v2_program_on_v2_driver) { .program = 2, .driver = 2 };
FIXTURE_VARIANT_ADD(config, v2_program_on_v3_driver) { .program = 2, .driver = 3 };
FIXTURE_VARIANT_ADD(config, v3_program_on_v1_driver) { .program = 3, .driver = 1 };
FIXTURE_VARIANT_ADD(config, v3_program_on_v2_driver) { .program = 3, .driver = 2 };
FIXTURE_VARIANT_ADD(config, v3_program_on_v3_driver) { .program = 3, .driver = 3 };

FIXTURE_SETUP(config)
{
	self->program = &versions[variant->program - 1];
	self->driver = &versions[variant->driver - 1];
	self->older = self->program < self->driver ? self->program : self->driver;
	self->fd = open(self->driver->device, O_RDWR);
	ASSERT_GE(self->fd, 0);
}

FIXTURE_TEARDOWN(config)
{
	close(self->fd);
}

TEST_F(config, set_uses_the_common_fields)
{
	struct rust_config known = up_to(self->older, &some);

	/* The fields that user space lacks become 0. */
	ASSERT_EQ(hold(self->fd, self->driver, other), 0);
	EXPECT_EQ(set(self->fd, self->program, memory(self->program->size, known)), 0);
	EXPECT_TRUE(holds(self->fd, self->driver, known));
}

TEST_F(config, get_returns_the_common_fields)
{
	union memory config = memory(self->program->size, other);

	/* The driver returns 0 in the fields that it lacks. */
	ASSERT_EQ(hold(self->fd, self->driver, some), 0);
	EXPECT_EQ(get(self->fd, self->program, &config), 0);
	EXPECT_TRUE(same(config, memory(self->program->size, up_to(self->older, &some))));
}

TEST_F(config, swap_exchanges_the_common_fields)
{
	struct rust_config known = up_to(self->older, &some);
	union memory config = memory(self->program->size, known);

	ASSERT_EQ(hold(self->fd, self->driver, other), 0);
	EXPECT_EQ(swap(self->fd, self->program, &config), 0);
	EXPECT_TRUE(same(config, memory(self->program->size, up_to(self->older, &other))));
	EXPECT_TRUE(holds(self->fd, self->driver, known));
}

TEST_F(config, unknown_fields_are_refused)
{
	union memory before = memory(self->program->size, some);
	union memory config = before;
	int newer = self->program > self->driver;

	ASSERT_EQ(hold(self->fd, self->driver, other), 0);
	EXPECT_EQ(set(self->fd, self->program, before), newer ? -E2BIG : 0);
	EXPECT_TRUE(holds(self->fd, self->driver, newer ? other : up_to(self->program, &some)));

	ASSERT_EQ(hold(self->fd, self->driver, other), 0);
	EXPECT_EQ(swap(self->fd, self->program, &config), newer ? -E2BIG : 0);
	EXPECT_EQ(same(config, before), newer);
	EXPECT_TRUE(holds(self->fd, self->driver, newer ? other : up_to(self->program, &some)));
}

/* Tests that do not depend on the version of user space. */
FIXTURE(driver) {
	int fd;
	const struct version *driver;
};

FIXTURE_VARIANT(driver) {
	int version;
};

FIXTURE_VARIANT_ADD(driver, v1) { .version = 1 };
FIXTURE_VARIANT_ADD(driver, v2) { .version = 2 };
FIXTURE_VARIANT_ADD(driver, v3) { .version = 3 };

FIXTURE_SETUP(driver)
{
	self->driver = &versions[variant->version - 1];
	self->fd = open(self->driver->device, O_RDWR);
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(hold(self->fd, self->driver, other), 0);
}

FIXTURE_TEARDOWN(driver)
{
	close(self->fd);
}

/* Returns the number of a command for a struct of SIZE bytes. */
static unsigned int sized(unsigned int cmd, size_t size)
{
	return _IOC(_IOC_DIR(cmd), _IOC_TYPE(cmd), _IOC_NR(cmd), size);
}

TEST_F(driver, less_than_the_first_version_is_refused)
{
	const struct version *driver = self->driver;
	unsigned int cmds[] = { driver->get, driver->set, driver->swap };
	size_t size, i;

	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		for (size = 0; size < sizeof(struct rust_config_v1); size++) {
			union memory before = memory(size, some);
			union memory config = before;

			EXPECT_EQ(ioctl(self->fd, sized(cmds[i], size), &config), -1);
			EXPECT_EQ(errno, EINVAL);
			EXPECT_TRUE(same(config, before));
		}
	}
	EXPECT_TRUE(holds(self->fd, driver, other));
}

/* If user space passes only the first bytes of a field, the others are 0. */
TEST_F(driver, sizes_between_versions_are_accepted)
{
	size_t size;

	for (size = sizeof(struct rust_config_v1); size <= self->driver->size; size++) {
		struct rust_config known = {};
		union memory config = memory(size, some);

		memcpy(&known, &some, size);
		EXPECT_EQ(ioctl(self->fd, sized(self->driver->set, size), &config), 0);
		EXPECT_TRUE(holds(self->fd, self->driver, known));
		config = memory(size, other);
		EXPECT_EQ(ioctl(self->fd, sized(self->driver->get, size), &config), 0);
		EXPECT_TRUE(same(config, memory(size, known)));
	}
}

TEST_F(driver, newer_versions_are_accepted)
{
	struct rust_config known = up_to(self->driver, &some);
	unsigned int cmd = sized(self->driver->set, 40);
	union memory config = memory(40, known);

	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, cmd, &config), "ioctl(40 bytes, unknown bytes 0)"), 0);
	EXPECT_TRUE(holds(self->fd, self->driver, known));
	config.bytes[39] = 1;
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, cmd, &config), "ioctl(40 bytes, last byte 1)"),
		  -E2BIG);
	EXPECT_TRUE(holds(self->fd, self->driver, known));

	config = memory(40, other);
	EXPECT_EQ(ioctl(self->fd, sized(self->driver->get, 40), &config), 0);
	EXPECT_TRUE(same(config, memory(40, known)));
}

TEST_F(driver, nonzero_reserved_fields_are_refused)
{
	struct rust_config flags = up_to(self->driver, &some), reserved = flags;

	flags.flags |= RUST_CONFIG_FLAGS + 1;
	EXPECT_EQ(set(self->fd, self->driver, memory(self->driver->size, flags)), -EINVAL);
	/* Older drivers do not have this field, so they reject the larger struct. */
	reserved.reserved = 1;
	EXPECT_EQ(TRANSCRIBE(ioctl(self->fd, RUST_CONFIG_SET, &reserved),
			     "ioctl(RUST_CONFIG_SET, {reserved 1})"),
		  variant->version == ARRAY_SIZE(versions) ? -EINVAL : -E2BIG);
	EXPECT_TRUE(holds(self->fd, self->driver, other));
}

TEST_HARNESS_MAIN
