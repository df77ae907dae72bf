/* Attempts: variables by seed, checking that changes nothing, resets, hints, choices, and what guards earn. */
#include "exam/attempt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW (INT64_C(1795405241) * 1000000000)	/* 2026-11-23T03:40:41Z */

#define HEAD "apiVersion: svcsim/v1\nkind: Scenario\nmetadata: {name: a}\nspec:\n  title: T\n  objective: o\n" \
	"  minutes: 5\n  weight: 4\n  explain: So.\n"
#define TASK HEAD "  kind: task\n  task: Open port ${port}.\n  solution: a\n" \
	"  variables: {port: {range: [30080, 30099]}}\n"
#define WEB "    apiVersion: v1\n    kind: Service\n    metadata: {name: web}\n" \
	"    spec: {selector: {app: web}, ports: [{port: 80}]}\n"
#define CHECKS                                                                                                         \
	"  checks:\n  - {points: 2, object: {kind: Service, name: web, expect: {'spec.ports[0].nodePort': "            \
	"'${port}'}}}\n"                                                                                               \
	"  - {points: 1, unchanged: {kind: Service, name: web, fields: [spec.selector]}}\n"                            \
	"  hints: [{text: look}, {text: 'it is ${port}', cost: 1}]\n"
#define QUESTION HEAD "  kind: choice\n  task: Choose.\n  checks: [{points: 3, answer: {}}]\n"

static struct scenario *
scenario_of(const char *text)
{
	struct err err = ERR_INIT;
	struct scenario *scenario = scenario_read("t.yaml", text, strlen(text), &err);

	assert_non_null(scenario);
	return scenario;
}

static struct attempt *
attempt_of(const struct scenario *scenario, uint64_t seed)
{
	struct err err = ERR_INIT;
	struct attempt *attempt = attempt_new(scenario, seed, NOW, &err);

	assert_non_null(attempt);
	return attempt;
}

static int
points_of(struct attempt *attempt)
{
	size_t n;
	int points, of;

	(void)attempt_check(attempt, &n, &points, &of);
	return points;
}

/* The Service becomes a NodePort one with this port, as a merge patch does it. */
static void
open_port(struct attempt *attempt, int64_t port, const char *selector)
{
	struct cluster *cluster = sim_cluster(attempt_sim(attempt));
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;
	struct arena arena = ARENA_INIT;
	struct value *body = value_map(&arena), *spec = value_make_map(&arena, body, "spec"), *item = value_map(&arena);

	value_set_text(&arena, spec, "type", "NodePort");
	value_set_int(&arena, item, "port", 80);
	value_set_int(&arena, item, "nodePort", port);
	value_append(&arena, value_make_list(&arena, spec, "ports"), item);
	value_set_text(&arena, value_make_map(&arena, spec, "selector"), "app", selector);
	request.verb = REQUEST_PATCH;
	request.patch_type = PATCH_MERGE;
	request.kind = kind_by_kind("Service");
	request.namespace = "default";
	request.name = "web";
	request.body = body;
	assert_int_equal(server_do(&cluster->server, &request, NULL, &status), 0);
	status_release(&status);
	arena_release(&arena);
}

static int64_t
port_of(const struct attempt *attempt)
{
	return value_get_int(value_path(attempt_spec(attempt), "checks[0].object.expect"), "spec.ports[0].nodePort", 0);
}

static void
test_two_students(void **state)
{
	struct scenario *scenario = scenario_of(TASK "  setup: |\n" WEB CHECKS);
	unsigned differ = 0;

	(void)state;
	for (uint64_t seed = 1; seed < 10; seed++) {
		struct attempt *one = attempt_of(scenario, seed), *same = attempt_of(scenario, seed);
		struct attempt *other = attempt_of(scenario, seed + 100);

		assert_string_equal(attempt_task(one), attempt_task(same));
		differ += strcmp(attempt_task(one), attempt_task(other)) != 0;
		attempt_free(one);
		attempt_free(same);
		attempt_free(other);
	}
	assert_true(differ >= 6);
	scenario_free(scenario);
}

static void
test_points_and_guards(void **state)
{
	struct scenario *scenario = scenario_of(TASK "  setup: |\n" WEB CHECKS);
	struct attempt *attempt = attempt_of(scenario, 1);
	const struct check_result *results;
	size_t n;
	int points, of;

	(void)state;
	results = attempt_check(attempt, &n, &points, &of);
	assert_int_equal(n, 2);
	assert_int_equal(of, 3);
	assert_int_equal(points, 0);
	assert_true(results[1].passed);
	assert_int_equal(results[1].points, 0);
	open_port(attempt, port_of(attempt), "web");
	assert_int_equal(points_of(attempt), 3);
	open_port(attempt, port_of(attempt), "other");
	assert_int_equal(points_of(attempt), 2);
	open_port(attempt, 30100, "web");
	assert_int_equal(points_of(attempt), 0);
	attempt_free(attempt);
	scenario_free(scenario);
}

static void
test_checking_changes_nothing(void **state)
{
	struct scenario *scenario = scenario_of(TASK "  setup: |\n" WEB
		"  checks: [{points: 1, reach: {from: external, to: 'node:${port}', expect: answered}}]\n");
	struct attempt *attempt = attempt_of(scenario, 1);
	const struct cluster *cluster = sim_cluster(attempt_sim(attempt));
	uint64_t version = sim_version(attempt_sim(attempt)), dice = cluster->server.rng.state;
	char *first, *again;
	size_t n;
	int points, of;

	(void)state;
	first = xstrdup(attempt_check(attempt, &n, &points, &of)[0].got);
	again = xstrdup(attempt_check(attempt, &n, &points, &of)[0].got);
	assert_string_equal(first, again);
	assert_int_equal(sim_version(attempt_sim(attempt)), version);
	assert_int_equal(cluster->server.rng.state, dice);
	assert_int_equal(cluster->connections, 0);
	free(first);
	free(again);
	attempt_free(attempt);
	scenario_free(scenario);
}

static void
test_reset(void **state)
{
	struct scenario *scenario = scenario_of(TASK "  setup: |\n" WEB CHECKS);
	struct attempt *attempt = attempt_of(scenario, 1);
	uint64_t version = sim_version(attempt_sim(attempt));
	struct err err = ERR_INIT;

	(void)state;
	open_port(attempt, port_of(attempt), "web");
	assert_int_equal(points_of(attempt), 3);
	assert_int_equal(attempt_reset(attempt, &err), 0);
	assert_int_equal(points_of(attempt), 0);
	assert_int_equal(sim_version(attempt_sim(attempt)), version);
	attempt_free(attempt);
	scenario_free(scenario);
}

static void
test_hints_cost_once(void **state)
{
	struct scenario *scenario = scenario_of(TASK "  setup: |\n" WEB CHECKS);
	struct attempt *attempt = attempt_of(scenario, 1);

	(void)state;
	open_port(attempt, port_of(attempt), "web");
	assert_string_equal(attempt_hint(attempt, 0), "look");
	assert_int_equal(points_of(attempt), 3);
	assert_int_equal(attempt_hint_cost(attempt, 1), 1);
	assert_true(str_starts(attempt_hint(attempt, 1), "it is 300"));
	assert_non_null(attempt_hint(attempt, 1));
	assert_null(attempt_hint(attempt, 2));
	assert_int_equal(points_of(attempt), 2);
	open_port(attempt, 30100, "other");
	assert_int_equal(points_of(attempt), 0);
	attempt_free(attempt);
	scenario_free(scenario);
}

/* The option with this text. */
static size_t
option_of(const struct attempt *attempt, const char *text)
{
	size_t i = 0;

	while (strcmp(attempt_option(attempt, 0, i), text) != 0)
		i++;
	return i;
}

static void
test_single_choice(void **state)
{
	struct scenario *scenario = scenario_of(QUESTION
		"  choices: [{text: a, why: nope}, {text: b, correct: true}, {text: c, why: nope}]\n");
	struct attempt *attempt = attempt_of(scenario, 1);
	size_t a = option_of(attempt, "a"), b = option_of(attempt, "b");

	(void)state;
	assert_int_equal(attempt_questions(attempt), 1);
	assert_int_equal(attempt_question(attempt, 0).noptions, 3);
	assert_int_equal(attempt_question(attempt, 0).kind, QUESTION_ONE);
	attempt_pick(attempt, 0, a, true);
	assert_int_equal(points_of(attempt), 0);
	attempt_pick(attempt, 0, b, true);
	assert_false(attempt_picked(attempt, 0, a));
	assert_true(attempt_picked(attempt, 0, b));
	assert_int_equal(points_of(attempt), 3);
	attempt_pick(attempt, 0, b, false);
	assert_int_equal(points_of(attempt), 0);
	attempt_free(attempt);
	scenario_free(scenario);
}

static void
test_many_choices(void **state)
{
	struct scenario *scenario = scenario_of(QUESTION
		"  choices: [{text: a, correct: true}, {text: b, correct: true}, {text: c, why: nope}]\n");
	struct attempt *attempt = attempt_of(scenario, 1);

	(void)state;
	assert_int_equal(attempt_question(attempt, 0).kind, QUESTION_MANY);
	attempt_pick(attempt, 0, option_of(attempt, "a"), true);
	assert_int_equal(points_of(attempt), 1);	/* one of two, of 3 points */
	attempt_pick(attempt, 0, option_of(attempt, "b"), true);
	assert_int_equal(points_of(attempt), 3);
	attempt_pick(attempt, 0, option_of(attempt, "c"), true);
	assert_int_equal(points_of(attempt), 1);
	attempt_free(attempt);
	scenario_free(scenario);
}

/* setup stands in line 14, its first line is the 15th of the file. */
static void
test_fault_in_setup(void **state)
{
	struct scenario *scenario = scenario_of(
		TASK "  setup: |\n    apiVersion: v1\n    kind: Servcie\n    metadata: {name: web}\n" CHECKS);
	struct err err = ERR_INIT;

	(void)state;
	assert_null(attempt_new(scenario, 1, NOW, &err));
	assert_string_equal(err.text, "setup: no matches for kind \"Servcie\" in version \"v1\"");
	assert_string_equal(err.file, "t.yaml");
	assert_int_equal(err.line, 15);
	err_release(&err);
	scenario_free(scenario);
}

/* A pack that asks for a hundred thousand pods gets what etcd has room for. */
static void
test_a_pack_cannot_fill_the_memory(void **state)
{
	struct scenario *scenario = scenario_of(TASK "  setup: |\n    apiVersion: apps/v1\n    kind: Deployment\n"
		"    metadata: {name: web}\n    spec: {replicas: 100000, selector: {matchLabels: {app: web}}, template: {metadata:"
		" {labels: {app: web}}, spec: {containers: [{name: c, image: nginx}]}}}\n" CHECKS);
	struct attempt *attempt = attempt_of(scenario, 1);
	struct sink_str sink = SINK_STR_INIT;
	struct io io = { .out = &sink.sink, .err = &sink.sink };

	(void)state;
	assert_in_range(store_count(sim_cluster(attempt_sim(attempt))->server.store), 5000, 12000);
	assert_int_equal(attempt_line(attempt, &io, "kubectl create namespace more"), 1);
	assert_string_equal(sink.str.buf, "Error from server: etcdserver: mvcc: database space exceeded\n");
	str_release(&sink.str);
	attempt_free(attempt);
	scenario_free(scenario);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_pack_cannot_fill_the_memory),
		cmocka_unit_test(test_two_students),
		cmocka_unit_test(test_points_and_guards),
		cmocka_unit_test(test_checking_changes_nothing),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_hints_cost_once),
		cmocka_unit_test(test_single_choice),
		cmocka_unit_test(test_many_choices),
		cmocka_unit_test(test_fault_in_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
