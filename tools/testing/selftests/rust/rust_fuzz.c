// SPDX-License-Identifier: GPL-2.0
/*
 * Calls the sample drivers with random and mutated commands and arguments.
 *
 *	rust_fuzz [CALLS [SEED]]
 *
 * A call must return a documented result. A read(), or an ioctl whose number has the read
 * direction, may change only its argument. Other calls must not change memory. In the last quarter
 * of the calls to a device, another process constantly modifies the argument, so only the result is
 * checked. Except for the effects of that process, a seed determines all calls.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <linux/rust_config.h>
#include <linux/rust_copy.h>
#include <linux/rust_kinds.h>
#include <linux/rust_misc_device.h>
#include <linux/rust_packets.h>
#include <linux/rust_range.h>
#include <linux/rust_ring.h>

#include "rust_packets_frames.h"
#include "../kselftest.h"

#define PAGE		4096UL
/* Twice the largest size that an ioctl number can encode. */
#define AREA		(2UL << _IOC_SIZEBITS)
/* The number of bytes to check before and after an argument. */
#define MARGIN		64
#define CALLS_OF_A_FILE	1024
#define CALLS_OF_A_LINE	100000

/*
 * ARGUMENTS contains arguments, and is shared with the mutating process. Addresses in arguments
 * point to POINTEES or READ_ONLY. Calls that are not random use ANSWER. Unmapped memory separates
 * the areas.
 */
#define ARGUMENTS	((unsigned char *)0x0c000000)
#define POINTEES	(ARGUMENTS + 2 * AREA)
#define READ_ONLY	(POINTEES + 2 * AREA)
#define ANSWER		(READ_ONLY + AREA)
#define SHARED		(ANSWER + PAGE)

/* The first command succeeds with an all-zero argument. The errors are specific to the device. */
static const struct device {
	const char *path;
	__u32 commands[24];
	int errors[4];
	bool reads, writes;
} devices[] = {
	{ "/dev/rust-config-v1",
	  { RUST_CONFIG_GET_V1, RUST_CONFIG_SET_V1, RUST_CONFIG_SWAP_V1 } },
	{ "/dev/rust-config-v2",
	  { RUST_CONFIG_GET_V2, RUST_CONFIG_SET_V2, RUST_CONFIG_SWAP_V2 } },
	{ "/dev/rust-config-v3",
	  { RUST_CONFIG_GET, RUST_CONFIG_SET, RUST_CONFIG_SWAP } },
	{ "/dev/rust-copy",
	  { RUST_COPY_CHECKSUMS, RUST_COPY_CHECKSUM } },
	{ "/dev/rust-kinds",
	  { RUST_KINDS_STATE, RUST_KINDS_RESET, RUST_KINDS_SET_LEVEL, RUST_KINDS_SET_LIMITS,
	    RUST_KINDS_GET_LIMITS, RUST_KINDS_SET_DEADLINE, RUST_KINDS_HISTOGRAM, RUST_KINDS_KEEP,
	    RUST_KINDS_GET_MODES, RUST_KINDS_SUM, RUST_KINDS_SET_MODE_OF(0),
	    RUST_KINDS_SET_MODE_OF(1), RUST_KINDS_SET_MODE_OF(2) } },
	{ "/dev/rust-misc-device",
	  { RUST_MISC_DEV_GET_VALUE, RUST_MISC_DEV_SET_VALUE, RUST_MISC_DEV_HELLO },
	  .reads = true, .writes = true },
	{ "/dev/rust-packets",
	  { RUST_PACKETS_STATISTICS, RUST_PACKETS_FLOWS }, { ENOSPC }, .writes = true },
	{ "/dev/rust-range",
	  { RUST_RANGE_GET, RUST_RANGE_SET, RUST_RANGE_CLIP }, { EOVERFLOW, ERANGE } },
	{ "/dev/rust-ring",
	  { RUST_RING_ENTER, RUST_RING_SERVE, RUST_RING_KICK, RUST_RING_PIN } },
};

/* Frames to write, in addition to random bytes. */
static const struct frame {
	const unsigned char *bytes;
	size_t length;
} frames[] = {
	{ arp, sizeof(arp) },
	{ icmp4, sizeof(icmp4) },
	{ tcp4, sizeof(tcp4) },
	{ udp6, sizeof(udp6) },
};

static const char *const names[] = { "ioctl", "read", "write" };

/* A system call. */
struct call {
	enum { IOCTL, READ, WRITE } kind;
	__u32 cmd;
	unsigned long address;
	size_t size;
	long result;
};

/* The argument of the current call, for the mutating process. */
static struct {
	unsigned char *at;
	size_t size;
} *current;

static __u64 state;

static __u32 random_u32(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL >> 32;
}

/* Returns a number below LIMIT. */
static __u32 below(__u32 limit)
{
	return random_u32() % limit;
}

/*
 * Returns a special or random number. Neither a number nor a pair of numbers may be the address of
 * this process's data, stack or other writable memory.
 */
static __u32 number(void)
{
	switch (below(8)) {
	case 0:
		return 0;
	case 1:
		return (1U << below(32)) - below(2);
	case 2:
		return -below(PAGE);
	case 3:
		return 0x10000000 + below(0xc0000000);
	case 4:
		return below(PAGE);
	default:
		return below(8);
	}
}

/* Returns a kernel address. On 32-bit machines, returns an address in the last page. */
static unsigned long kernel_address(void)
{
	if (sizeof(long) == 4)
		return -below(PAGE);
	return ~0ULL << (31 + below(17)) | random_u32() >> 1;
}

/* Returns an address for SIZE bytes, which is in AREA or invalid. */
static unsigned long address(unsigned char *area, size_t size)
{
	unsigned long start = (unsigned long)area, end = start + AREA;

	switch (below(20)) {
	case 0:
		return below(PAGE);
	case 1:
		return sizeof(long) == 4 ? number() : (__u64)number() << 32 | number();
	case 2:
		return kernel_address();
	case 3:
		/* The range wraps. */
		return -1UL - below(size < PAGE ? size + 1 : PAGE);
	case 4:
		return (unsigned long)READ_ONLY + below(PAGE);
	case 5:
		/* The range is not mapped. */
		return end + below(PAGE);
	case 6:
	case 7:
		/* Only the end of the range is not mapped. */
		return end - below(size + 1);
	case 8:
		return end - size;
	case 9:
	case 10:
		return start + below(AREA - size + 1);
	default:
		return start + below((AREA - size) / 8 + 1) * 8;
	}
}

/* Returns SIZE, limited to the bytes at AT in the memory for arguments. */
static size_t inside(const unsigned char *at, size_t size)
{
	size_t offset = (size_t)at - (size_t)ARGUMENTS;

	if (offset >= AREA)
		return 0;
	return size < AREA - offset ? size : AREA - offset;
}

/*
 * Replaces a field of an argument with another number or address. Writes the field at once, since a
 * partial write could produce an address that this process uses.
 */
static void mutate(unsigned char *at, size_t size)
{
	__u64 pointer;
	__u32 value;

	size = inside(at, size < 64 ? size : 64);
	if (size >= sizeof(pointer) && !below(4)) {
		pointer = address(POINTEES, below(256));
		at += below(size / sizeof(pointer)) * sizeof(pointer);
		__builtin_memcpy(at, &pointer, sizeof(pointer));
	} else if (size >= sizeof(value)) {
		value = number();
		at += below(size / sizeof(value)) * sizeof(value);
		__builtin_memcpy(at, &value, sizeof(value));
	}
}

static pid_t start_mutating(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	for (;;)
		mutate(__atomic_load_n(&current->at, __ATOMIC_RELAXED),
		       __atomic_load_n(&current->size, __ATOMIC_RELAXED));
}

/* Returns true if the kernel may handle a command before it calls the driver. */
static bool is_of_any_file(__u32 cmd)
{
	switch (_IOC_TYPE(cmd)) {
	case 0x00:
	case 0x15:
	case 0x94:
	case 'T':
	case 'X':
	case 'f':
		return true;
	default:
		return false;
	}
}

static unsigned int command_count(const struct device *device)
{
	unsigned int count = 0;

	while (count < ARRAY_SIZE(device->commands) && device->commands[count])
		count++;
	return count;
}

/* Returns a size that a command can have. Smaller sizes are more likely. */
static __u32 random_size(void)
{
	return below(2U << below(_IOC_SIZEBITS));
}

static __u32 random_command(const struct device *device)
{
	__u32 cmd = device->commands[below(command_count(device))];

	switch (below(10)) {
	case 0:
		return (cmd & ~_IOC_NRMASK) | ((cmd + below(9) - 4) & _IOC_NRMASK);
	case 1:
		return cmd ^ (1U << below(32));
	case 2:
		return cmd ^ (1U << below(32)) ^ (1U << below(32));
	case 3:
	case 4:
		return _IOC(below(_IOC_DIRMASK + 1), _IOC_TYPE(cmd), _IOC_NR(cmd),
			    random_size());
	case 5:
		return random_u32();
	default:
		return cmd;
	}
}

/* Returns true if the driver has the command, possibly with another size. */
static bool may_have(const struct device *device, __u32 cmd)
{
	unsigned int i;

	for (i = 0; i < command_count(device); i++)
		if (!((device->commands[i] ^ cmd) & ~IOCSIZE_MASK))
			return true;
	return false;
}

/* Returns a random call, and writes its argument if the memory is writable. */
static struct call random_call(const struct device *device)
{
	const struct frame *frame = &frames[below(ARRAY_SIZE(frames))];
	struct call call = {};
	unsigned char *at;
	size_t size;
	int i;

	if (device->writes && below(2)) {
		call.kind = WRITE;
		call.size = below(4) ? frame->length : random_size();
	} else if (device->reads && below(2)) {
		call.kind = READ;
		call.size = random_size();
	} else {
		do
			call.cmd = random_command(device);
		while (is_of_any_file(call.cmd));
		call.size = _IOC_SIZE(call.cmd);
	}
	call.address = address(ARGUMENTS, call.size);

	at = (unsigned char *)call.address;
	size = inside(at, call.size);
	memset(at, 0, size);
	if (call.kind == WRITE) {
		memcpy(at, frame->bytes, size < frame->length ? size : frame->length);
		for (i = below(4); i && size; i--)
			at[below(size)] = below(2) ? random_u32() : below(8);
	} else {
		for (i = below(2 + (size < 32 ? size : 32) / 4); i; i--)
			mutate(at, size);
	}
	return call;
}

static void make(int fd, struct call *call)
{
	void *argument = (void *)call->address;

	switch (call->kind) {
	case IOCTL:
		call->result = ioctl(fd, call->cmd, argument);
		break;
	case READ:
		call->result = read(fd, argument, call->size);
		break;
	case WRITE:
		call->result = write(fd, argument, call->size);
		break;
	}
	if (call->result < 0)
		call->result = -errno;
}

/* Returns true if the call returned a result that is possible for some argument. */
static bool is_documented(const struct device *device, const struct call *call)
{
	static const int errors[] = { E2BIG, EFAULT, EINVAL, ENOMEM, ENOTTY };
	unsigned int i;

	if (call->kind == IOCTL && !may_have(device, call->cmd))
		return call->result == -ENOTTY;
	if (call->result >= 0)
		return call->result <= INT_MAX;
	for (i = 0; i < ARRAY_SIZE(errors); i++)
		if (call->result == -errors[i])
			return true;
	for (i = 0; i < ARRAY_SIZE(device->errors); i++)
		if (device->errors[i] && call->result == -device->errors[i])
			return true;
	return false;
}

/* Returns true if the call may have changed its argument, entirely or up to a fault. */
static bool replied(const struct call *call)
{
	return (call->kind == READ || _IOC_DIR(call->cmd) & _IOC_READ) &&
	       (call->result >= 0 || call->result == -EFAULT);
}

/* Makes a call. Returns true if only a reply changed memory, and only in the argument. */
static bool is_contained(int fd, struct call *call)
{
	static unsigned char before[MARGIN + (1 << _IOC_SIZEBITS) + MARGIN];
	unsigned char *at = (unsigned char *)call->address, *start, *end;
	size_t size = inside(at, call->size);

	if (!size) {
		make(fd, call);
		return true;
	}
	start = at - ARGUMENTS < MARGIN ? ARGUMENTS : at - MARGIN;
	end = at + size + inside(at + size, MARGIN);
	memset(start, 0xa5, at - start);
	memset(at + size, 0xa5, end - (at + size));
	memcpy(before, start, end - start);
	make(fd, call);
	if (!replied(call))
		return !memcmp(start, before, end - start);
	return !memcmp(start, before, at - start) &&
	       !memcmp(at + size, before + (at + size - start), end - (at + size));
}

/* Returns true if the first command still succeeds. */
static bool answers(const struct device *device, int fd)
{
	memset(ANSWER, 0, PAGE);
	return ioctl(fd, device->commands[0], ANSWER) >= 0;
}

/* Makes CALLS calls to a device. Returns true if all of them behaved as documented. */
static bool fuzz(const struct device *device, unsigned long calls, unsigned long seed)
{
	unsigned long i, successes = 0;
	const char *complaint = NULL;
	time_t start = time(NULL);
	struct call call = {};
	pid_t mutator = 0;
	int fd = -1;

	state = (seed + 1) * 0x9e3779b97f4a7c15ULL;
	for (i = 0; i < calls && !complaint; i++) {
		if (i % CALLS_OF_A_FILE == 0) {
			close(fd);
			fd = open(device->path, O_RDWR);
			if (fd < 0 || !answers(device, fd)) {
				complaint = "the driver does not respond";
				break;
			}
		}
		if (i == calls - calls / 4) {
			mutator = start_mutating();
			if (mutator < 0)
				ksft_exit_fail_msg("fork: errno %d\n", errno);
		}
		call = random_call(device);
		__atomic_store_n(&current->at, (unsigned char *)call.address, __ATOMIC_RELAXED);
		__atomic_store_n(&current->size, call.size, __ATOMIC_RELAXED);
		if (mutator)
			make(fd, &call);
		else if (!is_contained(fd, &call))
			complaint = "the call changed memory other than its argument";
		if (!is_documented(device, &call))
			complaint = "the call returned an undocumented result";
		successes += call.result >= 0;
		if ((i + 1) % CALLS_OF_A_LINE == 0)
			ksft_print_msg("%s: %lu calls in %ld s\n", device->path, i + 1,
				       (long)(time(NULL) - start));
	}
	if (mutator) {
		kill(mutator, SIGKILL);
		waitpid(mutator, NULL, 0);
	}
	if (!complaint && !answers(device, fd))
		complaint = "the driver no longer responds";
	close(fd);
	ksft_print_msg("%lu calls in %ld s, of which %lu succeeded\n", i,
		       (long)(time(NULL) - start), successes);
	if (complaint)
		ksft_print_msg("call %lu: %s(0x%x, 0x%lx, %zu bytes) = %ld: %s\n", i,
			       names[call.kind], call.cmd, call.address,
			       call.size, call.result, complaint);
	return !complaint;
}

/* Maps SIZE bytes at START. */
static void map(unsigned char *start, size_t size, int protection, int flags)
{
	if (mmap(start, size, protection, flags | MAP_FIXED | MAP_ANONYMOUS, -1, 0) != start)
		ksft_exit_fail_msg("mmap: errno %d\n", errno);
}

int main(int argc, char **argv)
{
	unsigned long calls = argc > 1 ? strtoul(argv[1], NULL, 10) : 70000;
	unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	const struct device *device;

	map(ARGUMENTS, AREA, PROT_READ | PROT_WRITE, MAP_SHARED);
	map(POINTEES, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	map(READ_ONLY, AREA, PROT_READ, MAP_PRIVATE);
	map(ANSWER, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	map(SHARED, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
	current = (void *)SHARED;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(devices));
	ksft_print_msg("%lu calls, seed %lu\n", calls, seed);
	calls /= ARRAY_SIZE(devices);
	for (device = devices; device < devices + ARRAY_SIZE(devices); device++)
		ksft_test_result(fuzz(device, calls, seed), "%s\n", device->path);
	ksft_finished();
}
