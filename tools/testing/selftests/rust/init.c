// SPDX-License-Identifier: GPL-2.0
/*
 * The first process of a test run. It loads the modules, runs the tests, reports the results in
 * KTAP and powers the machine off.
 *
 * /modules and /tests list one path per line, in order. Each line in /tests may also contain
 * arguments. The output of a test is printed as its subtest. The results of the KUnit suites that
 * are named after a module are printed as subtests of the module. The last line is "# init: done".
 * If it is missing, the run did not finish.
 */
#include <dirent.h>
#include <fcntl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define MAX_LINES 64

/* Reads the lines of PATH. Returns their number. */
static int read_lines(const char *path, char **lines)
{
	static char buffers[2][4096];
	static int used;
	char *buffer = buffers[used++];
	int count = 0, fd = open(path, O_RDONLY);
	ssize_t length = fd < 0 ? -1 : read(fd, buffer, sizeof(buffers[0]) - 1);
	char *line = buffer, *end;

	if (fd >= 0)
		close(fd);
	if (length < 0)
		return 0;
	buffer[length] = 0;
	while (count < MAX_LINES && (end = strchr(line, '\n'))) {
		*end = 0;
		lines[count++] = line;
		line = end + 1;
	}
	return count;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int load(const char *path)
{
	int fd = open(path, O_RDONLY), ret;

	if (fd < 0)
		return -1;
	ret = syscall(__NR_finit_module, fd, "", 0);
	close(fd);
	return ret;
}

/* Copies the output from FD to the console, indented as a subtest. */
static void indent(int fd)
{
	static char line[1024];
	size_t used = 0;
	char c;

	while (read(fd, &c, 1) == 1) {
		if (c != '\n' && used < sizeof(line) - 1) {
			line[used++] = c;
			continue;
		}
		line[used] = 0;
		used = 0;
		printf("    %s\n", line);
		fflush(stdout);
	}
}

/* The directory in which KUnit has a directory for each suite. */
static const char suites[] = "/sys/kernel/debug/kunit";

/*
 * Runs a KUnit suite, and prints its results as subtest NUMBER of its module. Returns 1 if the
 * suite failed.
 */
static int run_suite(const char *name, int number)
{
	static char file[512], results[1 << 14];
	char *line, *end;
	int fd, failed;
	ssize_t ret;

	snprintf(file, sizeof(file), "%s/%s/run", suites, name);
	fd = open(file, O_WRONLY);
	ret = fd < 0 ? -1 : write(fd, "1", 1);
	close(fd);
	if (ret == 1) {
		snprintf(file, sizeof(file), "%s/%s/results", suites, name);
		fd = open(file, O_RDONLY);
		ret = fd < 0 ? -1 : read(fd, results, sizeof(results) - 1);
		close(fd);
	}
	results[ret > 0 ? ret : 0] = 0;
	failed = !*results || strstr(results, "not ok ");
	for (line = results; (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		/* The suite's lines are indented. Skip the KTAP header and the summary. */
		if (*line == ' ')
			printf("    %s\n", line);
	}
	printf("    %sok %d %s\n", failed ? "not " : "", number, name);
	return failed;
}

/*
 * Runs the KUnit suites whose names begin with the name of the module at PATH. Returns 1 if a suite
 * failed.
 */
static int run_suites(const char *path)
{
	static struct dirent found[16];
	const char *name = base_name(path);
	size_t length = strlen(name) - strlen(".ko");
	DIR *folder = opendir(suites);
	struct dirent *next = NULL;
	int count = 0, failed = 0, i;

	if (!folder)
		return 0;
	while (count < 16 && !readdir_r(folder, &found[count], &next) && next) {
		if (!strncmp(next->d_name, name, length))
			count++;
	}
	closedir(folder);
	if (count)
		printf("    KTAP version 1\n    1..%d\n", count);
	for (i = 0; i < count; i++)
		failed |= run_suite(found[i].d_name, i + 1);
	return failed;
}

/*
 * Runs a test with its arguments. Returns its exit status, or 128 plus the number of the signal
 * that ended it.
 */
static int run(char *line)
{
	char *argv[8] = { line };
	char *envp[] = { "HOME=/", NULL };
	int fds[2], status = 0, argc = 1;
	pid_t pid;

	if (pipe(fds))
		return 127;
	pid = fork();
	if (pid < 0)
		return 127;
	if (!pid) {
		dup2(fds[1], 1);
		dup2(fds[1], 2);
		close(fds[0]);
		close(fds[1]);
		while ((line = strchr(line, ' ')) && argc < 7) {
			*line++ = 0;
			argv[argc++] = line;
		}
		execve(argv[0], argv, envp);
		_exit(127);
	}
	close(fds[1]);
	indent(fds[0]);
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * Returns true if REPORT of kmemleak is empty, except for known leaks of kunit_attach_mm(): a
 * kernel thread that exits with a borrowed mm does not drop its reference. Prints only the first
 * leaks, because a function that leaks in each call would fill the log.
 */
static int empty_report(char *report)
{
	static const char begin[] = "unreferenced object";
	char *object = strstr(report, begin), *next, *line, *end;
	int leaks = 0;

	for (; object; object = next) {
		next = strstr(object + 1, begin);
		if (next)
			next[-1] = 0;
		if (strstr(object, "kunit_attach_mm+") || strstr(object, "kunit_vm_mmap"))
			continue;
		if (leaks++ >= 8)
			continue;
		for (line = object; (end = strchr(line, '\n')); line = end + 1) {
			*end = 0;
			printf("# %s\n", line);
		}
		printf("# %s\n", line);
	}
	if (leaks > 8)
		printf("# and %d more\n", leaks - 8);
	return !leaks;
}

/*
 * Returns true if kmemleak finds no leaks. It ignores memory younger than 5 seconds, and reports
 * nothing before the second scan.
 */
static int no_leaks(int fd)
{
	static char report[1 << 20];
	size_t length = 0;
	ssize_t ret;
	int i;

	for (i = 0; i < 2; i++) {
		sleep(6);
		if (write(fd, "scan", 4) != 4)
			return 0;
	}
	lseek(fd, 0, SEEK_SET);
	while ((ret = read(fd, report + length, sizeof(report) - 1 - length)) > 0)
		length += ret;
	return !ret && empty_report(report);
}

/* With the argument "reboot", reboots at the end, for machines that cannot power off. */
int main(int argc, char **argv)
{
	char *modules[MAX_LINES], *tests[MAX_LINES];
	int module_count, test_count, leaks, i, ret, number = 0;

	mkdir("/dev", 0755);
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);

	module_count = read_lines("/modules", modules);
	test_count = read_lines("/tests", tests);
	leaks = open("/sys/kernel/debug/kmemleak", O_RDWR);
	/* Print only warnings and errors: the results contain KUnit's messages. */
	syscall(__NR_syslog, 8, NULL, 5);
	printf("\n# init: begin\nKTAP version 1\n1..%d\n",
	       module_count + test_count + (leaks >= 0));
	for (i = 0; i < module_count; i++) {
		ret = load(modules[i]);
		if (ret)
			printf("# loading %s: errno %d\n", base_name(modules[i]), errno);
		else
			ret = run_suites(modules[i]);
		printf("%sok %d load %s\n", ret ? "not " : "", ++number, base_name(modules[i]));
		fflush(stdout);
	}
	for (i = 0; i < test_count; i++) {
		ret = run(tests[i]);
		if (ret)
			printf("# %s: exit status %d\n", base_name(tests[i]), ret);
		printf("%sok %d %s\n", ret ? "not " : "", ++number, base_name(tests[i]));
		fflush(stdout);
	}
	if (leaks >= 0)
		printf("%sok %d memory leaks\n", no_leaks(leaks) ? "" : "not ", ++number);
	printf("# init: done\n");
	fflush(stdout);
	reboot(argc > 1 && !strcmp(argv[1], "reboot") ? RB_AUTOBOOT : RB_POWER_OFF);
	return 1;
}
