/* Reading a scenario: what it says of itself, and every kind of refusal with its place. */
#include "exam/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define HEAD "apiVersion: svcsim/v1\nkind: Scenario\nmetadata: {name: a-b}\nspec:\n"
#define TEXTS "  title: T\n  objective: services/types\n  minutes: 5\n  weight: 4\n  task: Do it.\n  explain: So.\n"
#define TASK HEAD TEXTS "  kind: task\n  solution: 'true'\n"
#define CHOICE HEAD TEXTS "  kind: choice\n  checks: [{points: 2, answer: {}}]\n"
#define CHECK                                                                                                          \
	"  checks: [{points: 2, object: {kind: Service, name: web}}, {points: 3, reach: {to: 'node:1', expect: "       \
	"answered}}]\n"

static void
test_a_good_one(void **state)
{
	static const char text[] = TASK CHECK "  hints: [{text: a}, {text: b, cost: 1}]\n";
	struct err err = ERR_INIT;
	struct scenario *scenario = scenario_read("t.yaml", text, strlen(text), &err);
	struct scenario_info info;

	(void)state;
	assert_non_null(scenario);
	info = scenario_info(scenario);
	assert_string_equal(info.name, "a-b");
	assert_string_equal(info.title, "T");
	assert_string_equal(info.kind, "task");
	assert_int_equal(info.minutes, 5);
	assert_int_equal(info.points, 5);
	assert_int_equal(info.nhints, 2);
	assert_int_equal(strlen(scenario_hash(scenario)), 64);
	scenario_free(scenario);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *error;
	} cases[] = {
		{TASK CHECK "  kind: fix\n", 14, 3, "key \"kind\" is already set in this map"},
		{TASK CHECK "  checkz: []\n", 14, 3,
			"unknown key \"checkz\": spec has title, objective, kind, minutes, weight, "
			"variables, cluster, setup, prepare, task, checks, choices, items, blanks, predict, hints, solution, "
			"wrong, explain"},
		{TASK "  checks: [{points: 2, objects: {}}]\n", 13, 24,
			"unknown key \"objects\": check has points, what, why, guard, object, reach, resolve, "
			"unchanged, file, answer"},
		{TASK "  checks: [{points: two, object: {kind: Service}}]\n", 13, 21,
			"points must be a whole number from 0 to 1000"},
		{TASK "  checks: [{points: -2, object: {kind: Service}}]\n", 13, 21,
			"points must be a whole number from 0 to 1000"},
		{TASK "  checks: [{object: {kind: Service}}]\n", 13, 12, "check needs the key points"},
		{TASK "  checks: [{points: 1}]\n", 13, 12,
			"a check has exactly one of object reach resolve unchanged file answer"},
		{TASK "  checks: [{points: 1, object: {kind: Service}, reach: {to: a, expect: answered}}]\n", 13, 12,
			"a check has exactly one of object reach resolve unchanged file answer"},
		{TASK "  checks: [{points: 1, object: {kind: Servcie}}]\n", 13, 39, "there is no kind \"Servcie\""},
		{TASK "  checks: [{points: 1, reach: {to: a, expect: works}}]\n", 13, 47,
			"expect must be answered, refused, dropped, unreachable or unresolved"},
		{TASK "  checks: [{points: 0, object: {kind: Service}}]\n", 5, 3, "the checks give no points"},
		{TASK, 5, 3, "a task needs checks"},
		{TASK "  checks: {}\n", 13, 11, "checks must be a list"},
		{HEAD TEXTS "  kind: task\n" CHECK, 5, 3, "a task needs solution"},
		{HEAD TEXTS "  kind: quiz\n" CHECK, 11, 9, "kind must be task, fix, choice, order, predict, fill or free"},
		{TASK CHECK "  wrong: [{script: a, fails: [3]}]\n", 14, 31,
			"there is no check 3: they count from 1 to 2"},
		{TASK CHECK "  wrong: [{script: a, fails: []}]\n", 14, 11, "a wrong answer must fail a check"},
		{TASK CHECK "  wrong: [{choose: [1], fails: [1]}]\n", 14, 11, "a wrong answer to a task is given by script"},
		{TASK CHECK "  setup: ${x}\n", 14, 10, "${x} is not among spec.variables"},
		{TASK CHECK "  choices: []\n", 14, 12, "only kind choice has choices"},
		{TASK "  checks: [{points: 1, answer: {}}]\n", 13, 12, "this kind of scenario has no answer to check"},
		{CHOICE "  choices: [{text: a, correct: true}]\n", 13, 12, "2 to 26 options make a question"},
		{CHOICE "  choices: [{text: a, correct: true}, {text: b}]\n", 13, 39,
			"a wrong choice must say why it is wrong"},
		{CHOICE "  choices: [{text: a, why: x}, {text: b, why: z}]\n", 13, 12, "no choice is correct"},
		{"apiVersion: svcsim/v2\n", 1, 13, "apiVersion must be svcsim/v1"},
		{"apiVersion: svcsim/v1\n", 1, 1, "scenario needs the key kind"},
		{"- a\n", 1, 1, "scenario must be a map"},
		{"", 0, 0, "a scenario is one document, not 0"},
		{"a: 1\n---\nb: 2\n", 0, 0, "a scenario is one document, not 2"},
		{"a: b: c\n", 1, 5, "mapping values are not allowed in this context: "
			"set in by too many blanks, or a text with \": \" that needs quotes?"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;

		assert_null(scenario_read("t.yaml", cases[i].text, strlen(cases[i].text), &err));
		assert_string_equal(err.text, cases[i].error);
		assert_string_equal(err.file, "t.yaml");
		assert_int_equal(err.line, cases[i].line);
		assert_int_equal(err.column, cases[i].column);
		err_release(&err);
	}
}

static void
test_names(void **state)
{
	static const char text[] = "apiVersion: svcsim/v1\nkind: Scenario\nmetadata: {name: A b}\nspec:\n" TEXTS
		"  kind: task\n  solution: a\n" CHECK;
	struct err err = ERR_INIT;

	(void)state;
	assert_null(scenario_read("t.yaml", text, strlen(text), &err));
	assert_string_equal(err.text, "a name is up to 63 small letters, digits and -");
	assert_int_equal(err.line, 3);
	err_release(&err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_good_one),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
