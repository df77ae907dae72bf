/* Copies and the overflow of sizes; what ends the program is seen from a child process. */
#include "svcsim/mem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_copies(void **state)
{
	char *text = xstrndup("abc\0def", 7), *part = xstrndup("abcdef", 3), *made = xasprintf("%s-%d", part, 42);

	(void)state;
	assert_string_equal(text, "abc");
	assert_string_equal(part, "abc");
	assert_string_equal(made, "abc-42");
	free(text);
	free(part);
	free(made);
	free(xmalloc(0));
	free(xcalloc(0, 0));
}

static void
say_goodbye(void)
{
	(void)!write(STDOUT_FILENO, "bye ", 4);
}

/* What fn writes to both streams, and how it ends. */
static int
in_child(void (*fn)(void), char *text, size_t size)
{
	int fds[2], status;
	ssize_t n, at = 0;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		die_callback(say_goodbye);
		fn();
		_exit(0);
	}
	close(fds[1]);
	while ((n = read(fds[0], text + at, size - 1 - (size_t)at)) > 0)
		at += n;
	text[at] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	return status;
}

static void
do_bug(void)
{
	BUG("seven is %d", 8);
}

static void
do_overflow(void)
{
	(void)xreallocarray(NULL, SIZE_MAX / 2, 4);
}

static void
test_ends(void **state)
{
	char text[400];
	int status = in_child(do_bug, text, sizeof text);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_memory_equal(text, "bye svcsim: BUG", 15);
	assert_non_null(strstr(text, "mem.c"));
	assert_non_null(strstr(text, "seven is 8\n"));
	status = in_child(do_overflow, text, sizeof text);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 0);
	assert_string_equal(text, "bye svcsim: out of memory\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests_name("base/mem", tests, NULL, NULL);
}
