/*
 * The worked example: a shop on a cloud.  The Internet reaches the frontend through the balancer, a node port and the
 * pods; the frontend calls the API by name; the database is for the API alone, and nobody outside gets to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "trace/trace.h"

static struct cluster cluster;

static int
set_up(void **state)
{
	static char text[16384];
	FILE *file = fopen("tests/clusters/shop.yaml", "r");
	struct cluster_text given = { "shop.yaml", text, 0 };
	struct err err = ERR_INIT;

	(void)state;
	if (!file)
		return -1;
	given.len = fread(text, 1, sizeof text, file);
	fclose(file);
	return cluster_make(&cluster, 1, INT64_C(1767225600) * CLOCK_SECOND, &given, 1, false, &err);
}

static int
tear_down(void **state)
{
	(void)state;
	cluster_release(&cluster);
	return 0;
}

static void
run(const char *from, const char *to, bool all, struct trace *trace)
{
	struct trace_request request = { .to = to, .from = from, .all = all };
	struct err err = ERR_INIT;

	if (trace_run(&cluster, &request, trace, &err))
		fail_msg("%s -> %s: %s", from ? from : "?", to, err.text);
}

static bool
has_hop(const struct walk *path, enum hop_kind kind, const char *chain)
{
	for (size_t i = 0; i < path->hops.n; i++)
		if (path->hops.v[i].kind == kind && (!chain || strcmp(path->hops.v[i].chain, chain) == 0))
			return true;
	return false;
}

static void
the_internet_reaches_the_frontend(void **state)
{
	struct trace trace;

	(void)state;
	run(NULL, "lb/frontend", true, &trace);
	assert_int_equal(trace.verdict, VERDICT_ANSWERED);
	assert_int_equal(trace.npaths, 6);	/* two workers, three pods */
	for (size_t i = 0; i < trace.npaths; i++) {
		assert_true(has_hop(&trace.paths[i], HOP_BALANCER, NULL));
		assert_true(has_hop(&trace.paths[i], HOP_RULE, "KUBE-NODEPORTS"));
		assert_int_equal(trace.paths[i].endpoint_port, 8080);
		assert_true(str_starts(trace.paths[i].pod->object->name, "frontend-"));
	}
	trace_release(&trace);
}

static void
the_parts_call_each_other_by_name(void **state)
{
	struct trace trace;

	(void)state;
	run("deploy/frontend", "api:3000", false, &trace);
	assert_int_equal(trace.verdict, VERDICT_ANSWERED);
	trace_release(&trace);
	run("deploy/api", "database.shop.svc.cluster.local:5432", false, &trace);
	assert_int_equal(trace.verdict, VERDICT_ANSWERED);
	trace_release(&trace);
}

static void
nobody_outside_reaches_the_database(void **state)
{
	struct trace trace;

	(void)state;
	run("external", "svc/database", false, &trace);
	assert_int_equal(trace.verdict, VERDICT_UNREACHABLE);
	assert_string_equal(trace.cause.name, "database");
	assert_string_equal(trace.cause.field, "spec.type");
	trace_release(&trace);
	run("external", "node01:5432", false, &trace);	/* it has no node port */
	assert_int_equal(trace.verdict, VERDICT_REFUSED);
	trace_release(&trace);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_internet_reaches_the_frontend),
		cmocka_unit_test(the_parts_call_each_other_by_name),
		cmocka_unit_test(nobody_outside_reaches_the_database),
	};

	return cmocka_run_group_tests_name("shop", tests, set_up, tear_down);
}
