/* The proof of a scenario finds what does not hold, and says which part. */
#include "exam/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NOW (INT64_C(1795405241) * 1000000000)	/* 2026-11-23T03:40:41Z */

#define HEAD "apiVersion: svcsim/v1\nkind: Scenario\nmetadata: {name: a}\nspec:\n  title: T\n  objective: o\n" \
	"  minutes: 5\n  weight: 4\n  explain: So.\n  task: Do it.\n"
#define CHECKS "  kind: task\n  checks:\n" \
	"  - {points: 1, what: it is there, object: {kind: Service, name: web}}\n" \
	"  - {points: 1, what: its port, object: {kind: Service, name: web, expect: {'spec.ports[0].port': 81}}}\n"
#define CREATE(port) "kubectl create service clusterip web --tcp=" port

/* NULL: the scenario holds; line: where the fault is told. */
static void
check_proof(const char *text, const char *expected, unsigned line)
{
	struct err err = ERR_INIT;
	struct scenario *scenario = scenario_read("t.yaml", text, strlen(text), &err);
	int result;

	assert_non_null(scenario);
	result = scenario_test(scenario, 1, NOW, &err);
	assert_int_equal(result, expected == NULL ? 0 : -1);
	if (expected != NULL)
		assert_string_equal(err.text, expected);
	assert_int_equal(err.line, line);
	err_release(&err);
	scenario_free(scenario);
}

static void
test_holds(void **state)
{
	(void)state;
	check_proof(HEAD CHECKS "  solution: " CREATE(
			    "81") "\n"
				  "  wrong: [{script: '" CREATE(
					  "80") "', fails: [2]}, {script: kubectl nonsense, fails: [1, 2]}]\n",
		NULL, 0);
}

static void
test_does_not_hold(void **state)
{
	(void)state;
	check_proof(HEAD "  kind: task\n  solution: 'kubectl get svc'\n"
		"  checks: [{points: 1, what: dns, object: {kind: Service, name: kube-dns, namespace: kube-system}}]\n",
		"the untouched cluster: scores 1 of 1 instead of 0; check 1 passes: dns", 13);
	check_proof(HEAD CHECKS "  solution: " CREATE("80") "\n",
		"the solution: scores 1 of 2; check 2, its port: got spec.ports[0].port is 80, want "
		"spec.ports[0].port is 81", 15);
	check_proof(HEAD CHECKS
		"  solution: " CREATE("81") "\n  wrong: [{script: '" CREATE("80") "', fails: [1, 2]}]\n",
		"wrong answer 1: check 1 (it is there) passes but must fail: got is there, want is there", 16);
	check_proof(HEAD CHECKS "  solution: " CREATE("81") "\n  wrong: [{script: kubectl get svc, fails: [2]}]\n",
		"wrong answer 1: check 1 (it is there) fails but must pass: got is not there, want is there", 16);
}

static void
test_a_line_of_the_solution_fails(void **state)
{
	struct err err = ERR_INIT;
	static const char text[] =
		HEAD CHECKS "  solution: |\n    kubectl get pods\n    kubectl get pod nope\n    " CREATE("81") "\n";
	struct scenario *scenario = scenario_read("t.yaml", text, strlen(text), &err);

	(void)state;
	assert_non_null(scenario);
	assert_int_equal(scenario_test(scenario, 1, NOW, &err), -1);
	assert_true(str_starts(err.text, "the solution: `kubectl get pod nope` ends with 1: Error from server"));
	err_release(&err);
	scenario_free(scenario);
}

/* Lines that belong together are typed together: a here-document, an open quote. */
static void
test_lines_that_go_on(void **state)
{
	(void)state;
	check_proof(HEAD CHECKS "  solution: |\n    kubectl apply -f - <<EOF\n    apiVersion: v1\n    kind: Service\n"
				"    metadata: {name: web}\n    spec: {ports: [{port: 81}]}\n    EOF\n    kubectl get "
				"svc 'web\n    ' || true\n",
		NULL, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_does_not_hold),
		cmocka_unit_test(test_a_line_of_the_solution_fails),
		cmocka_unit_test(test_lines_that_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
