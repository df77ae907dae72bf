/*
 * The cases in tests/golden: command lines, and what a real v1.32 cluster and kubectl answered, to the byte.  A file's
 * lines run one behind the other in a cluster of its own, as they were typed.
 */
#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/shell.h"

#include "answers.h"

#define NOW (INT64_C(1795407176) * CLOCK_SECOND)

/* A shell with what it printed; it lives as long as the lines of one file. */
struct session {
	struct cluster cluster;
	struct shell shell;
	struct sink_str out, err;
	struct io io;
};

static void
check_answer(struct session *session, const struct answer *answer)
{
	const char *out, *err;
	int status;

	str_clear(&session->out.str);
	str_clear(&session->err.str);
	status = shell_line(&session->shell, answer->line.buf);
	out = session->out.str.buf;
	err = session->err.str.buf;
	if (status != answer->status || strcmp(out, answer->out.buf) != 0 || strcmp(err, answer->err.buf) != 0)
		print_error("line: %s\n", answer->line.buf);
	assert_string_equal(err, answer->err.buf);
	assert_string_equal(out, answer->out.buf);
	assert_int_equal(status, answer->status);
}

/* The cluster has the nodes and what kubeadm puts there, and nothing in default. */
static void
check_file(const char *path)
{
	static const char namespace[] = "apiVersion: v1\nkind: Namespace\nmetadata: {name: dev}\n";
	static const struct cluster_text nothing = { "nothing.yaml", namespace, sizeof namespace - 1 };
	struct answer answer = ANSWER_INIT;
	struct session session = { .out = SINK_STR_INIT, .err = SINK_STR_INIT };
	FILE *file = fopen(path, "r");
	struct err err = ERR_INIT;
	size_t n = 0;

	assert_non_null(file);
	assert_int_equal(cluster_make(&session.cluster, 1, NOW, &nothing, 1, false, &err), 0);
	session.io = (struct io){ .out = &session.out.sink, .err = &session.err.sink };
	shell_init(&session.shell, &session.cluster, &session.io);
	for (; next_answer(file, &answer); n++)
		check_answer(&session, &answer);
	assert_true(n > 5);
	fclose(file);
	shell_release(&session.shell);
	cluster_release(&session.cluster);
	str_release(&session.out.str);
	str_release(&session.err.str);
	answer_release(&answer);
}

static void
test_create_service(void **state)
{
	(void)state;
	check_file("tests/golden/create-service.txt");
}

static void
test_refusals(void **state)
{
	(void)state;
	check_file("tests/golden/refusals.txt");
}

static void
test_explain(void **state)
{
	(void)state;
	check_file("tests/golden/explain.txt");
}

static void
test_drain(void **state)
{
	(void)state;
	check_file("tests/golden/drain.txt");
}

static void
test_gateway(void **state)
{
	(void)state;
	check_file("tests/golden/gateway.txt");
}

static void
test_rollout(void **state)
{
	(void)state;
	check_file("tests/golden/rollout.txt");
}

static void
test_goes_on(void **state)
{
	(void)state;
	check_file("tests/golden/goes-on.txt");
}

static void
test_set_local(void **state)
{
	(void)state;
	check_file("tests/golden/set-local.txt");
}

static void
test_set(void **state)
{
	(void)state;
	check_file("tests/golden/set.txt");
}

static void
test_small_verbs(void **state)
{
	(void)state;
	check_file("tests/golden/small-verbs.txt");
}

static void
test_complete(void **state)
{
	(void)state;
	check_file("tests/golden/complete.txt");
}

static void
test_objects(void **state)
{
	(void)state;
	check_file("tests/golden/objects.txt");
}

static void
test_local_files(void **state)
{
	(void)state;
	check_file("tests/golden/local-files.txt");
}

static void
test_managed_fields(void **state)
{
	(void)state;
	check_file("tests/golden/managed-fields.txt");
}

static void
test_config(void **state)
{
	(void)state;
	check_file("tests/golden/config.txt");
}

static void
test_client(void **state)
{
	(void)state;
	check_file("tests/golden/client.txt");
}

static void
test_diff(void **state)
{
	(void)state;
	check_file("tests/golden/diff.txt");
}

static void
test_templates(void **state)
{
	(void)state;
	check_file("tests/golden/templates.txt");
}

static void
test_go_template(void **state)
{
	(void)state;
	check_file("tests/golden/go-template.txt");
}

static void
test_jsonpath(void **state)
{
	(void)state;
	check_file("tests/golden/jsonpath.txt");
}

static void
test_get_sort(void **state)
{
	(void)state;
	check_file("tests/golden/get-sort.txt");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create_service),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_gateway),
		cmocka_unit_test(test_rollout),
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_set_local),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_small_verbs),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_go_template),
		cmocka_unit_test(test_jsonpath),
		cmocka_unit_test(test_get_sort),
		cmocka_unit_test(test_client),
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_local_files),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_managed_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
