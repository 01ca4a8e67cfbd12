// SPDX-License-Identifier: GPL-2.0
/*
 * Tests drivers/android/binder: that objects arrive intact in another process, and that the driver
 * rejects a transaction with a malformed object and does not deliver it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/android/binder.h>
#include <linux/android/binderfs.h>

#include "transcript.h"
#include "../kselftest_harness.h"

#define FOLDER "/dev/binderfs"
#define PAGE 4096UL
#define MAPPED (64 * PAGE)
/* The handle of the context manager. */
#define SERVICE 0
#define GARBAGE 0xa5a5a5a5

/* Naming the padding of unions must not move any field. */
#define LAYOUT(type, size, field, offset) \
	_Static_assert(sizeof(struct type) == size && \
		       offsetof(struct type, field) == offset, #type "." #field)
LAYOUT(flat_binder_object, 24, hdr, 0);
LAYOUT(flat_binder_object, 24, flags, 4);
LAYOUT(flat_binder_object, 24, binder, 8);
LAYOUT(flat_binder_object, 24, handle, 8);
LAYOUT(flat_binder_object, 24, cookie, 16);
LAYOUT(binder_fd_object, 24, hdr, 0);
LAYOUT(binder_fd_object, 24, pad_flags, 4);
LAYOUT(binder_fd_object, 24, pad_binder, 8);
LAYOUT(binder_fd_object, 24, fd, 8);
LAYOUT(binder_fd_object, 24, cookie, 16);
LAYOUT(binder_transaction_data, 64, target.handle, 0);
LAYOUT(binder_transaction_data, 64, target.ptr, 0);
LAYOUT(binder_transaction_data, 64, cookie, 8);
LAYOUT(binder_transaction_data, 64, code, 16);
LAYOUT(binder_transaction_data, 64, flags, 20);
LAYOUT(binder_transaction_data, 64, sender_pid, 24);
LAYOUT(binder_transaction_data, 64, sender_euid, 28);
LAYOUT(binder_transaction_data, 64, data_size, 32);
LAYOUT(binder_transaction_data, 64, offsets_size, 40);
LAYOUT(binder_transaction_data, 64, data.ptr.buffer, 48);
LAYOUT(binder_transaction_data, 64, data.ptr.offsets, 56);
LAYOUT(binder_transaction_data, 64, data.buf, 48);
_Static_assert(sizeof(((struct binder_transaction_data *)0)->data.buf) == 8, "data.buf");
LAYOUT(binder_transaction_data_sg, 72, buffers_size, 64);
LAYOUT(binder_transaction_data_secctx, 72, secctx, 64);

/* The action that a transaction requests from the service, which replies with the result. */
enum code {
	RETURN_DATA,
	COUNT,
	FOLLOW_POINTERS,
	WRITE_TO_FD,
	WRITE_TO_FDS,
	RETURN_OBJECT,
	RETURN_FD,
	RETURN_BAD_OBJECT,
};

struct message {
	__u32 code;
	__u32 flags;
	const void *data;
	size_t size;
	const __u64 *offsets;
	size_t offsets_size;
	__u64 buffers_size;
};

/* A buffer with a pointer to another buffer. */
struct outer {
	__u32 before;
	__u32 fds[2];
	__u32 after;
	__u64 inner;
	__u64 last;
};

struct nested {
	struct binder_buffer_object outer;
	struct binder_buffer_object inner;
};

struct array {
	struct binder_buffer_object buffer;
	struct binder_fd_array_object fds;
};

struct end {
	int fd;
	char *map;
	/* The last transaction or reply received. */
	struct binder_transaction_data got;
};

static __u64 address(const void *pointer)
{
	return (uintptr_t)pointer;
}

static int open_end(struct end *end)
{
	end->fd = open(FOLDER "/rust", O_RDWR | O_CLOEXEC);
	if (end->fd < 0)
		return -1;
	end->map = mmap(NULL, MAPPED, PROT_READ, MAP_PRIVATE, end->fd, 0);
	return end->map == MAP_FAILED ? -1 : 0;
}

/* Returns true if LENGTH bytes at START are in the buffer that the driver mapped. */
static int is_mapped(const struct end *end, __u64 start, __u64 length)
{
	return start >= address(end->map) && length <= MAPPED &&
	       start - address(end->map) <= MAPPED - length;
}

/* Executes COMMAND, whose number encodes the size of its argument. */
static int command(struct end *end, __u32 command, const void *argument)
{
	char bytes[sizeof(command) + sizeof(struct binder_transaction_data_sg)];
	struct binder_write_read request = {
		.write_buffer = address(bytes),
		.write_size = sizeof(command) + _IOC_SIZE(command),
	};

	memcpy(bytes, &command, sizeof(command));
	if (argument)
		memcpy(bytes + sizeof(command), argument, _IOC_SIZE(command));
	return ioctl(end->fd, BINDER_WRITE_READ, &request);
}

/* Sends MESSAGE, with the shorter command if it suffices. */
static int send(struct end *end, int reply, const struct message *message)
{
	struct binder_transaction_data_sg sg = {
		.transaction_data = {
			.target.handle = SERVICE,
			.code = message->code,
			.flags = message->flags,
			.data_size = message->size,
			.offsets_size = message->offsets_size,
			.data.ptr.buffer = address(message->data),
			.data.ptr.offsets = address(message->offsets),
		},
		.buffers_size = message->buffers_size,
	};

	if (message->buffers_size)
		return command(end, reply ? BC_REPLY_SG : BC_TRANSACTION_SG, &sg);
	return command(end, reply ? BC_REPLY : BC_TRANSACTION, &sg);
}

/* Waits for a transaction, a reply or a failure. Returns its command, or 0 on error. */
static __u32 receive(struct end *end)
{
	char buffer[512];
	__u32 command, found = 0;
	struct binder_write_read request = {};

	while (!found) {
		request.read_buffer = address(buffer);
		request.read_size = sizeof(buffer);
		request.read_consumed = 0;
		if (ioctl(end->fd, BINDER_WRITE_READ, &request))
			return 0;
		for (char *next = buffer; next < buffer + request.read_consumed;
		     next += _IOC_SIZE(command)) {
			memcpy(&command, next, sizeof(command));
			next += sizeof(command);
			if (command == BR_TRANSACTION || command == BR_REPLY)
				memcpy(&end->got, next, sizeof(end->got));
			else if (command != BR_FAILED_REPLY && command != BR_DEAD_REPLY)
				continue;
			found = command;
		}
	}
	return found;
}

static void *got_data(struct end *end)
{
	return (void *)(uintptr_t)end->got.data.ptr.buffer;
}

static void free_buffer(struct end *end)
{
	command(end, BC_FREE_BUFFER, &end->got.data.ptr.buffer);
}

/* Returns true if SIZE bytes with COUNT objects were received, in the mapped buffer. */
static int has_shape(struct end *end, size_t size, size_t count)
{
	const struct binder_transaction_data *got = &end->got;

	return got->data_size == size && got->offsets_size == count * sizeof(__u64) &&
	       is_mapped(end, got->data.ptr.buffer, size) &&
	       (!count || is_mapped(end, got->data.ptr.offsets, count * sizeof(__u64)));
}

/* Replies to the last transaction. The status is 0 if the transaction is not as expected. */
static void answer(struct end *end, __u32 count)
{
	static const __u64 first;
	void *data = got_data(end);
	const struct outer *outer;
	struct binder_fd_object fd = { .hdr.type = BINDER_TYPE_FD };
	struct flat_binder_object objects[2] = {};
	__u32 status = 0;
	struct message reply = { .data = &status, .size = sizeof(status) };

	switch (end->got.code) {
	case RETURN_DATA:
		reply.data = data;
		reply.size = end->got.data_size;
		break;
	case COUNT:
		status = count;
		break;
	case FOLLOW_POINTERS: {
		const struct nested *nested = data;

		if (!has_shape(end, sizeof(*nested), 2) ||
		    nested->outer.length != sizeof(*outer) ||
		    !is_mapped(end, nested->outer.buffer, sizeof(*outer)) ||
		    !is_mapped(end, nested->inner.buffer, nested->inner.length))
			break;
		outer = (void *)(uintptr_t)nested->outer.buffer;
		if (outer->inner != nested->inner.buffer || outer->before != GARBAGE ||
		    outer->after != GARBAGE || outer->last != GARBAGE)
			break;
		reply.data = (void *)(uintptr_t)outer->inner;
		reply.size = nested->inner.length;
		break;
	}
	case WRITE_TO_FD:
		memcpy(&fd, data, sizeof(fd));
		/* The fields around the descriptor contain no bytes of the sender. */
		status = has_shape(end, sizeof(fd), 1) && fd.hdr.type == BINDER_TYPE_FD &&
			 !fd.pad_flags && fd.pad_binder == fd.fd && fd.cookie == 7 &&
			 write(fd.fd, "fd", 2) == 2;
		close(fd.fd);
		break;
	case WRITE_TO_FDS: {
		const struct array *array = data;

		outer = (void *)(uintptr_t)array->buffer.buffer;
		status = has_shape(end, sizeof(*array), 2) &&
			 is_mapped(end, address(outer), sizeof(*outer)) &&
			 array->fds.num_fds == 2 && !array->fds.pad &&
			 outer->before == GARBAGE && outer->after == GARBAGE &&
			 write(outer->fds[0], "a", 1) == 1 && write(outer->fds[1], "b", 1) == 1;
		break;
	}
	case RETURN_OBJECT:
		/* An object for the driver to translate, and a copy of the object as received. */
		memcpy(&objects[0], data, sizeof(objects[0]));
		objects[1] = objects[0];
		objects[0].pad_handle = GARBAGE;
		reply.data = objects;
		reply.size = sizeof(objects);
		reply.offsets = &first;
		reply.offsets_size = sizeof(first);
		break;
	case RETURN_FD:
	case RETURN_BAD_OBJECT:
		if (end->got.code == RETURN_BAD_OBJECT)
			fd.hdr.type = 0;
		reply.data = &fd;
		reply.size = sizeof(fd);
		reply.offsets = &first;
		reply.offsets_size = sizeof(first);
		break;
	}
	send(end, 1, &reply);
	free_buffer(end);
}

/* Serves transactions until the process is killed. Writes to READY when it can serve them. */
static void serve(int ready)
{
	struct end end;
	struct flat_binder_object manager = {
		.hdr.type = BINDER_TYPE_BINDER,
		.flags = FLAT_BINDER_FLAG_ACCEPTS_FDS,
	};

	if (open_end(&end) || ioctl(end.fd, BINDER_SET_CONTEXT_MGR_EXT, &manager) ||
	    command(&end, BC_ENTER_LOOPER, NULL))
		_exit(1);
	write(ready, "", 1);
	for (__u32 count = 1; receive(&end) == BR_TRANSACTION; count++)
		answer(&end, count);
	_exit(1);
}

/*
 * The driver logs each rejected transaction, which would garble the output of the test. Turn the
 * console off, and search the kernel log for warnings instead.
 */
static void console(int on)
{
	syscall(__NR_syslog, on ? 7 : 6, NULL, 0);
}

static int kernel_is_well(void)
{
	static char log[1 << 18];

	return syscall(__NR_syslog, 3, log, sizeof(log) - 1) > 0 && !strstr(log, "WARNING:") &&
	       !strstr(log, "BUG:");
}

FIXTURE(binder) {
	struct end end;
	pid_t service;
	int pipe[2];
};

FIXTURE_SETUP(binder)
{
	struct binderfs_device device = { .name = "rust" };
	int control, ready[2];
	char byte;

	console(0);
	mkdir(FOLDER, 0755);
	ASSERT_EQ(mount("binder", FOLDER, "binder", 0, NULL), 0);
	control = open(FOLDER "/binder-control", O_RDONLY);
	ASSERT_EQ(ioctl(control, BINDER_CTL_ADD, &device), 0);
	close(control);
	ASSERT_EQ(pipe(self->pipe), 0);
	ASSERT_EQ(pipe(ready), 0);
	self->service = fork();
	ASSERT_GE(self->service, 0);
	if (!self->service)
		serve(ready[1]);
	close(ready[1]);
	ASSERT_EQ(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	ASSERT_EQ(open_end(&self->end), 0);
}

FIXTURE_TEARDOWN(binder)
{
	munmap(self->end.map, MAPPED);
	close(self->end.fd);
	kill(self->service, SIGKILL);
	waitpid(self->service, NULL, 0);
	umount2(FOLDER, 0);
	console(1);
	EXPECT_TRUE(kernel_is_well());
}

/* Sends a message. Returns the result. */
static __u32 call(struct end *end, const struct message *message)
{
	return send(end, 0, message) ? 0 : receive(end);
}

/* Sends CODE without data. Returns the number in the reply, or -1. */
static long ask(struct end *end, __u32 code)
{
	struct message message = { .code = code };
	__u32 number;

	if (call(end, &message) != BR_REPLY || !has_shape(end, sizeof(number), 0))
		return -1;
	memcpy(&number, got_data(end), sizeof(number));
	free_buffer(end);
	return number;
}

/* Returns the reason for the last failure, as a negative errno. */
static int extended_error(struct end *end)
{
	struct binder_extended_error error = {};

	if (ioctl(end->fd, BINDER_GET_EXTENDED_ERROR, &error) || error.command != BR_FAILED_REPLY)
		return 0;
	return error.param;
}

TEST_F(binder, the_version_matches_the_header)
{
	struct binder_version version = {};

	EXPECT_EQ(TRANSCRIBE(ioctl(self->end.fd, BINDER_VERSION, &version),
			     "ioctl(BINDER_VERSION)"), 0);
	EXPECT_EQ(version.protocol_version, BINDER_CURRENT_PROTOCOL_VERSION);
}

TEST_F(binder, a_buffer_arrives)
{
	static unsigned char data[3 * PAGE];
	struct message message = { .code = RETURN_DATA, .data = data, .size = sizeof(data) };

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = i * 7 + i / PAGE;
	ASSERT_EQ(call(&self->end, &message), BR_REPLY);
	EXPECT_TRUE(has_shape(&self->end, sizeof(data), 0));
	EXPECT_EQ(memcmp(got_data(&self->end), data, sizeof(data)), 0);
	/* The driver writes the whole union, not only the handle. */
	EXPECT_EQ(self->end.got.target.ptr, 0);
	free_buffer(&self->end);
}

static const __u64 pair_offsets[] = { 0, sizeof(struct binder_buffer_object) };

static struct binder_buffer_object buffer_of(const void *data, size_t length)
{
	return (struct binder_buffer_object){
		.hdr.type = BINDER_TYPE_PTR,
		.buffer = address(data),
		.length = length,
	};
}

static struct message pair_of(__u32 code, const void *data, size_t size)
{
	return (struct message){
		.code = code,
		.data = data,
		.size = size,
		.offsets = pair_offsets,
		.offsets_size = sizeof(pair_offsets),
		.buffers_size = 4 * PAGE,
	};
}

TEST_F(binder, a_nested_buffer_arrives)
{
	static char inner[PAGE + 40];
	static const struct outer outer = {
		.before = GARBAGE,
		.after = GARBAGE,
		.inner = GARBAGE,
		.last = GARBAGE,
	};
	struct nested nested = {
		.outer = buffer_of(&outer, sizeof(outer)),
		.inner = buffer_of(inner, sizeof(inner)),
	};
	struct message message = pair_of(FOLLOW_POINTERS, &nested, sizeof(nested));

	memset(inner, 'x', sizeof(inner));
	nested.inner.flags = BINDER_BUFFER_FLAG_HAS_PARENT;
	nested.inner.parent_offset = offsetof(struct outer, inner);
	ASSERT_EQ(call(&self->end, &message), BR_REPLY);
	EXPECT_TRUE(has_shape(&self->end, sizeof(inner), 0));
	EXPECT_EQ(memcmp(got_data(&self->end), inner, sizeof(inner)), 0);
	free_buffer(&self->end);
}

static struct binder_fd_object fd_object(__u32 fd)
{
	return (struct binder_fd_object){
		.hdr.type = BINDER_TYPE_FD,
		.pad_flags = GARBAGE,
		.fd = fd,
		.pad_fd = GARBAGE,
		.cookie = 7,
	};
}

static const __u64 first_offset[] = { 0 };

static struct message single_of(__u32 code, const void *data, size_t size)
{
	return (struct message){
		.code = code,
		.data = data,
		.size = size,
		.offsets = first_offset,
		.offsets_size = sizeof(first_offset),
	};
}

/* Returns true if the reply's status reports success. */
static int is_found(struct end *end)
{
	int found = has_shape(end, sizeof(__u32), 0) && *(__u32 *)got_data(end) == 1;

	free_buffer(end);
	return found;
}

TEST_F(binder, a_file_descriptor_arrives)
{
	struct binder_fd_object object = fd_object(self->pipe[1]);
	struct message message = single_of(WRITE_TO_FD, &object, sizeof(object));
	char bytes[3] = {};

	ASSERT_EQ(call(&self->end, &message), BR_REPLY);
	EXPECT_TRUE(is_found(&self->end));
	EXPECT_EQ(read(self->pipe[0], bytes, sizeof(bytes)), 2);
	EXPECT_STREQ(bytes, "fd");
}

TEST_F(binder, an_array_of_file_descriptors_arrives)
{
	struct outer outer = {
		.before = GARBAGE,
		.after = GARBAGE,
		.fds = { self->pipe[1], self->pipe[1] },
	};
	struct array array = {
		.buffer = buffer_of(&outer, sizeof(outer)),
		.fds = {
			.hdr.type = BINDER_TYPE_FDA,
			.pad = GARBAGE,
			.num_fds = 2,
			.parent_offset = offsetof(struct outer, fds),
		},
	};
	struct message message = pair_of(WRITE_TO_FDS, &array, sizeof(array));
	char bytes[3] = {};

	ASSERT_EQ(call(&self->end, &message), BR_REPLY);
	EXPECT_TRUE(is_found(&self->end));
	EXPECT_EQ(read(self->pipe[0], bytes, sizeof(bytes)), 2);
	EXPECT_STREQ(bytes, "ab");
}

static struct flat_binder_object flat_object(__u32 type, __u64 binder)
{
	return (struct flat_binder_object){ .hdr.type = type, .binder = binder, .cookie = 9 };
}

TEST_F(binder, an_object_becomes_a_handle_and_back)
{
	static const __u64 mine = 0x123456789abcdef0;
	struct flat_binder_object object = flat_object(BINDER_TYPE_BINDER, mine);
	struct message message = single_of(RETURN_OBJECT, &object, sizeof(object));
	struct flat_binder_object *got;

	ASSERT_EQ(call(&self->end, &message), BR_REPLY);
	ASSERT_TRUE(has_shape(&self->end, 2 * sizeof(*got), 1));
	got = got_data(&self->end);
	EXPECT_EQ(got[0].hdr.type, BINDER_TYPE_BINDER);
	EXPECT_EQ(got[0].binder, mine);
	EXPECT_EQ(got[0].cookie, 9);
	EXPECT_EQ(got[1].hdr.type, BINDER_TYPE_HANDLE);
	EXPECT_GT(got[1].handle, 0);
	EXPECT_EQ(got[1].pad_handle, 0);
	EXPECT_EQ(got[1].cookie, 0);
	free_buffer(&self->end);
}

TEST_F(binder, an_object_crosses_a_page)
{
	static char data[PAGE + 64];
	struct flat_binder_object object = flat_object(BINDER_TYPE_BINDER, 3), got;
	__u64 offset = PAGE - 12;
	struct message message = {
		.code = RETURN_DATA,
		.data = data,
		.size = sizeof(data),
		.offsets = &offset,
		.offsets_size = sizeof(offset),
	};

	memset(data, 'y', sizeof(data));
	memcpy(data + offset, &object, sizeof(object));
	ASSERT_EQ(call(&self->end, &message), BR_REPLY);
	EXPECT_TRUE(has_shape(&self->end, sizeof(data), 0));
	memcpy(&got, got_data(&self->end) + offset, sizeof(got));
	EXPECT_EQ(got.hdr.type, BINDER_TYPE_HANDLE);
	EXPECT_GT(got.handle, 0);
	EXPECT_EQ(got.pad_handle, 0);
	EXPECT_EQ(got.cookie, 0);
	EXPECT_EQ(memcmp(got_data(&self->end), data, offset), 0);
	EXPECT_EQ(memcmp(got_data(&self->end) + offset + sizeof(got), data, 52), 0);
	free_buffer(&self->end);
}

TEST_F(binder, a_reply_with_a_file_descriptor_needs_a_flag)
{
	struct message message = { .code = RETURN_FD, .flags = TF_ACCEPT_FDS };
	struct binder_fd_object *got;

	ASSERT_EQ(call(&self->end, &message), BR_REPLY);
	got = got_data(&self->end);
	EXPECT_TRUE(has_shape(&self->end, sizeof(*got), 1));
	EXPECT_EQ(got->pad_binder, got->fd);
	EXPECT_EQ(close(got->fd), 0);
	free_buffer(&self->end);

	message.flags = 0;
	EXPECT_EQ(call(&self->end, &message), BR_FAILED_REPLY);
	EXPECT_EQ(extended_error(&self->end), -EPERM);
}

TEST_F(binder, a_reply_with_a_malformed_object_is_refused)
{
	EXPECT_EQ(ask(&self->end, RETURN_BAD_OBJECT), -1);
	EXPECT_EQ(extended_error(&self->end), -EINVAL);
	EXPECT_EQ(ask(&self->end, COUNT), 2);
}

/* Sends the message of the test, and expects the driver to reject it. */
#define REFUSED(wanted, what) ({							\
	__u32 result__ = call(&self->end, &message);					\
	int error__ = extended_error(&self->end);					\
											\
	printf("#   %s: %s, errno %d\n", what,						\
	       result__ == BR_FAILED_REPLY ? "BR_FAILED_REPLY" : "not rejected", -error__);\
	EXPECT_EQ(result__, BR_FAILED_REPLY);						\
	EXPECT_EQ(error__, -(wanted));							\
})

TEST_F(binder, malformed_offsets_are_refused)
{
	char data[64] = {};
	struct flat_binder_object object = flat_object(BINDER_TYPE_BINDER, 1);
	__u64 offsets[2] = {};
	struct message message = {
		.data = data,
		.size = sizeof(data),
		.offsets = offsets,
		.offsets_size = sizeof(offsets[0]),
	};

	REFUSED(EINVAL, "an offset without an object");
	memcpy(data, &object, sizeof(object));
	memcpy(data + 24, &object, sizeof(object));
	offsets[0] = 2;
	REFUSED(EINVAL, "a misaligned offset");
	offsets[0] = sizeof(data) + 4;
	REFUSED(EINVAL, "an offset past the end of the data");
	offsets[0] = ~3ULL;
	REFUSED(EINVAL, "the largest offset");
	offsets[0] = sizeof(data);
	REFUSED(EINVAL, "an offset at the end of the data");
	offsets[0] = 0;
	offsets[1] = sizeof(object) - 4;
	message.offsets_size = sizeof(offsets);
	REFUSED(EINVAL, "objects that overlap");
	message.offsets_size = sizeof(offsets) - 4;
	REFUSED(EINVAL, "half an offset");
	message.offsets_size = sizeof(offsets);
	message.offsets = (void *)PAGE;
	REFUSED(EFAULT, "unmapped offsets");
	message.offsets = offsets;
	message.offsets_size = sizeof(offsets[0]);
	message.buffers_size = 4;
	REFUSED(EINVAL, "half a word of space for buffers");
	EXPECT_EQ(ask(&self->end, COUNT), 1);
}

TEST_F(binder, malformed_objects_are_refused)
{
	struct flat_binder_object object = flat_object(BINDER_TYPE_BINDER, 1);
	struct flat_binder_object twins[2] = { object, object };
	static const __u64 twin_offsets[] = { 0, sizeof(object) };
	struct binder_fd_object fd = fd_object(self->pipe[1]);
	struct message message = single_of(RETURN_DATA, &object, sizeof(object));

	message.size = sizeof(object) - 4;
	REFUSED(EFAULT, "a truncated object");
	message.size = sizeof(object.hdr);
	REFUSED(EFAULT, "a header alone");
	message.size = 0;
	REFUSED(EINVAL, "less than a header");
	message.size = sizeof(object);
	object.hdr.type = BINDER_TYPE_BINDER + 1;
	REFUSED(EINVAL, "an unknown type");
	object = flat_object(BINDER_TYPE_HANDLE, 42);
	REFUSED(ENOENT, "an unknown handle");
	object.hdr.type = BINDER_TYPE_WEAK_HANDLE;
	REFUSED(ENOENT, "an unknown weak handle");
	object = flat_object(BINDER_TYPE_HANDLE, 0);
	object.pad_handle = GARBAGE;
	message.size -= 4;
	REFUSED(EFAULT, "a truncated handle");

	message = single_of(RETURN_DATA, &fd, sizeof(fd));
	fd.fd = 1000;
	REFUSED(EBADF, "a closed file descriptor");
	fd.fd = ~0;
	REFUSED(EBADF, "the largest file descriptor");
	fd = fd_object(self->pipe[1]);
	message.size -= 4;
	REFUSED(EFAULT, "a truncated file descriptor object");

	twins[1].cookie++;
	message = (struct message){
		.data = twins,
		.size = sizeof(twins),
		.offsets = twin_offsets,
		.offsets_size = sizeof(twin_offsets),
	};
	REFUSED(EINVAL, "one object with two cookies");
	EXPECT_EQ(ask(&self->end, COUNT), 1);

}

TEST_F(binder, malformed_buffers_are_refused)
{
	static const struct outer outer;
	const struct nested good = {
		.outer = buffer_of(&outer, sizeof(outer)),
		.inner = buffer_of(&outer, 16),
	};
	struct nested nested = good;
	struct message message = pair_of(RETURN_DATA, &nested, sizeof(nested));

	nested.outer.length = 4 * PAGE + 1;
	REFUSED(EINVAL, "a buffer larger than the space for buffers");
	nested.outer.length = ~0ULL;
	REFUSED(EINVAL, "the longest buffer");
	nested = good;
	nested.outer.buffer = PAGE;
	REFUSED(EFAULT, "an unmapped buffer");
	nested = good;
	message.size -= 4;
	REFUSED(EFAULT, "a truncated buffer object");
	message.size += 4;
	nested.inner.flags = BINDER_BUFFER_FLAG_HAS_PARENT;
	nested.inner.parent = 1;
	REFUSED(EINVAL, "a buffer that is its own parent");
	nested.inner.parent = 2;
	REFUSED(EINVAL, "a parent index past the last offset");
	nested.inner.parent = ~0ULL;
	REFUSED(EINVAL, "the largest parent");
	nested.inner.parent = 0;
	nested.inner.parent_offset = sizeof(outer) - 4;
	REFUSED(EINVAL, "a pointer that extends past its parent");
	nested.inner.parent_offset = ~0ULL;
	REFUSED(EINVAL, "the largest offset in a parent");
	message.buffers_size = 0;
	REFUSED(EINVAL, "buffers without space for them");
	EXPECT_EQ(ask(&self->end, COUNT), 1);
}

TEST_F(binder, malformed_arrays_of_file_descriptors_are_refused)
{
	static struct outer outer;
	const struct array good = {
		.buffer = buffer_of(&outer, sizeof(outer)),
		.fds = {
			.hdr.type = BINDER_TYPE_FDA,
			.num_fds = 2,
			.parent_offset = offsetof(struct outer, fds),
		},
	};
	struct array array = good;
	struct message message = pair_of(RETURN_DATA, &array, sizeof(array));

	outer.fds[0] = self->pipe[1];
	outer.fds[1] = 1000;
	REFUSED(EBADF, "an array with a closed file descriptor");
	outer.fds[1] = self->pipe[1];
	array.fds.num_fds = sizeof(outer) / 4;
	REFUSED(EINVAL, "an array that extends past its parent");
	array.fds.num_fds = 1ULL << 62;
	REFUSED(EINVAL, "an array whose size wraps to 0");
	array.fds.num_fds = ~0ULL;
	REFUSED(EINVAL, "the largest array");
	array = good;
	array.fds.parent_offset++;
	REFUSED(EINVAL, "a misaligned array");
	array.fds.parent_offset = ~3ULL;
	REFUSED(EINVAL, "the largest offset in a parent");
	array = good;
	array.fds.parent = 1;
	REFUSED(EINVAL, "an array that is its own parent");
	array = good;
	array.buffer.buffer++;
	REFUSED(EINVAL, "an array in a misaligned parent");
	array = good;
	message.size -= 4;
	REFUSED(EFAULT, "a truncated array object");
	EXPECT_EQ(ask(&self->end, COUNT), 1);
}

TEST_HARNESS_MAIN
