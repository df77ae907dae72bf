/* Many processes at once on one database: each does what it was asked to, and nothing of another is lost. */
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"

#define PROCESSES 20

static char folder[] = "/tmp/svcsim-test-XXXXXX";

static int
run_words(const char *const *argv, int argc, struct sink_str *out)
{
	struct sink_str err = SINK_STR_INIT;
	struct cli cli = { .files = FILES_INIT };
	int status;

	cli.io = (struct io){ .files = &real_files, .files_state = &cli.files, .out = &out->sink, .err = &err.sink };
	status = cli_run(&cli, argc, argv);
	if (status)
		print_error("%s", err.str.buf);
	str_release(&err.str);
	flags_release(&cli.flags);
	io_names_release(&cli.words);
	files_release(&cli.files);
	return status;
}

static int
setup(void **state)
{
	char *path;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = xasprintf("%s/test.db", folder);
	setenv("SVCSIM_DB", path, 1);
	free(path);
	return 0;
}

static int
teardown(void **state)
{
	static const char *const names[] = { "test.db", "test.db-wal", "test.db-shm" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char *path = xasprintf("%s/%s", folder, names[i]);

		unlink(path);
		free(path);
	}
	return rmdir(folder);
}

/* Every second process opens a Service and writes a file there, the others send a request, which counts a connection. */
static void
work(int number)
{
	char *service = xasprintf("s%d", number), *port = xasprintf("--tcp=%d", 8000 + number);
	const char *const create[] = { "kubectl", "create", "service", "clusterip", service, port };
	const char *const ask[] = { "on", "client", "--", "curl", "-s", "http://node01:30080" };
	struct sink_str out = SINK_STR_INIT;
	int status = number % 2 ? run_words(create, 6, &out) : run_words(ask, 6, &out);

	_exit(status);
}

static size_t
lines_with(const char *text, const char *wanted)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, wanted)); at++)
		n++;
	return n;
}

static void
test_nothing_is_lost(void **state)
{
	const char *const list[] = { "kubectl", "get", "services", "-o", "name" };
	const char *const logs[] = { "kubectl", "logs", "-l", "app=web", "--tail=-1" };
	const char *const make[] = { "cluster", "new", "many" };
	const char *const first[] = { "kubectl", "create", "deployment", "web", "--image=nginx", "--port=80" };
	const char *const expose[] = { "kubectl", "create", "service", "nodeport", "web", "--tcp=80",
		"--node-port=30080" };
	struct sink_str out = SINK_STR_INIT;
	pid_t children[PROCESSES];

	(void)state;
	assert_int_equal(run_words(make, 3, &out), 0);
	assert_int_equal(run_words(first, 6, &out), 0);
	assert_int_equal(run_words(expose, 7, &out), 0);
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (!children[i])
			work(i);
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status = -1;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	str_clear(&out.str);
	assert_int_equal(run_words(list, 5, &out), 0);
	assert_int_equal(lines_with(out.str.buf, "service/s"), PROCESSES / 2);
	str_clear(&out.str);
	assert_int_equal(run_words(logs, 5, &out), 0);
	assert_int_equal(lines_with(out.str.buf, "\"GET / HTTP/1.1\" 200"), PROCESSES / 2);
	str_release(&out.str);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
