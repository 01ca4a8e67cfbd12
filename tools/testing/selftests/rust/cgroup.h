/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes in a memory cgroup, for tests of the memory that is charged.
 */
#ifndef SELFTESTS_RUST_CGROUP_H
#define SELFTESTS_RUST_CGROUP_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Exits with a status that encodes the line if CONDITION is false. */
#define MUST(condition) do { if (!(condition)) _exit(1 + __LINE__ % 250); } while (0)

/* Runs a function in a new process. Returns true if no check in it fails. */
static int ends_well(void (*run)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		run();
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status))
		printf("#   a process failed at a line number that is %d modulo 250\n",
		       WEXITSTATUS(status) - 1);
	else if (!WIFEXITED(status))
		printf("#   a process was killed by signal %d\n", WTERMSIG(status));
	return !status;
}

/* Returns the number after NAME in a file, or -1 if it is not found. */
static long number_in(const char *path, const char *name)
{
	static char text[16384];
	int fd = open(path, O_RDONLY);
	size_t length = strlen(name), used = 0;
	char *line;
	ssize_t got;

	if (fd < 0)
		return -1;
	while (used < sizeof(text) - 1 &&
	       (got = read(fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += got;
	close(fd);
	text[used] = 0;
	for (line = text; line; line = strchr(line, '\n')) {
		line += line != text;
		if (!strncmp(line, name, length)) {
			line += length;
			while (*line == ' ' || *line == '\t')
				line++;
			return atol(line);
		}
	}
	return -1;
}

#define CGROUP	"/sys/fs/cgroup/rust"

static int write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), written;

	if (fd < 0)
		return -1;
	written = write(fd, text, strlen(text));
	close(fd);
	return written == (int)strlen(text) ? 0 : -1;
}

/* Creates a cgroup whose memory is charged. */
static int cgroup_mount(void)
{
	mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL);
	if (write_to("/sys/fs/cgroup/cgroup.subtree_control", "+memory"))
		return -1;
	mkdir(CGROUP, 0755);
	return 0;
}

/*
 * Moves the process to the cgroup. Before this, copies all its pages, because the kernel would kill
 * the process if it could not charge a page fault at the limit.
 */
static int cgroup_join(void)
{
	return syscall(__NR_mlockall, MCL_CURRENT) ? -1 : write_to(CGROUP "/cgroup.procs", "0");
}

static void cgroup_unmount(void)
{
	rmdir(CGROUP);
	umount2("/sys/fs/cgroup", 0);
}

/*
 * Returns the kernel memory charged to the cgroup. Charges other memory first, which flushes the
 * counter.
 */
static long kernel_memory(void)
{
	const size_t size = 1 << 20;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return -1;
	memset(memory, 1, size);
	munmap(memory, size);
	return number_in(CGROUP "/memory.stat", "kernel ");
}

#endif /* SELFTESTS_RUST_CGROUP_H */
