/* PodDisruptionBudgets: the numbers, as pkg/controller/disruption/disruption_test.go has them. */
#include "fixture.h"

#define WEB "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n" \
	"spec: {replicas: 4, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, " \
	"spec: {containers: [{name: c, image: nginx}]}}}\n---\n"
#define PDB(spec) "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {selector: {matchLabels: {app: w}}, " \
	spec "}\n"

static const struct {
	const char *manifests;
	int64_t allowed, healthy, desired, expected;
} cases[] = {
	{ WEB PDB("minAvailable: 3"), 1, 4, 3, 4 },
	{ WEB PDB("minAvailable: 30%"), 2, 4, 2, 4 },
	{ WEB PDB("minAvailable: 5"), 0, 4, 5, 4 },
	{ WEB PDB("maxUnavailable: 1"), 1, 4, 3, 4 },
	{ WEB PDB("maxUnavailable: 30%"), 2, 4, 2, 4 },
	{ PDB("minAvailable: 1"), 0, 0, 1, 0 },
};

static void
numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct cluster cluster;
		const struct object *pdb;

		make(&cluster, cases[i].manifests);
		pdb = object_in(&cluster, "PodDisruptionBudget", "b");
		assert_int_equal(int_at(pdb, "status.disruptionsAllowed"), cases[i].allowed);
		assert_int_equal(int_at(pdb, "status.currentHealthy"), cases[i].healthy);
		assert_int_equal(int_at(pdb, "status.desiredHealthy"), cases[i].desired);
		assert_int_equal(int_at(pdb, "status.expectedPods"), cases[i].expected);
		assert_string_equal(text_at(pdb, "status.conditions[0].reason"), cases[i].allowed ? "SufficientPods" : "InsufficientPods");
		assert_int_equal(int_at(pdb, "status.observedGeneration"), 1);
		cluster_release(&cluster);
	}
}

static void
a_pod_that_goes_counts_no_more(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, WEB PDB("minAvailable: 3"));
	delete(&cluster, "Pod", pod_at(&cluster, "w-", 0)->name);
	control_run(&cluster.control);
	assert_int_equal(int_at(object_in(&cluster, "PodDisruptionBudget", "b"), "status.disruptionsAllowed"), 0);
	settle(&cluster);
	assert_int_equal(int_at(object_in(&cluster, "PodDisruptionBudget", "b"), "status.disruptionsAllowed"), 1);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(a_pod_that_goes_counts_no_more),
	};

	return cmocka_run_group_tests_name("disruption", tests, NULL, NULL);
}
