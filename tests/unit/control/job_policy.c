/* Rules about failed pods and succeeded indexes; messages as pkg/controller/job/pod_failure_policy_test.go has them. */
#include "fixture.h"

#define HEAD "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n"
#define TAIL "  template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox, command: [sleep, 1d]}]}}\n"

static void
a_code_fails_the_job(void **state)
{
	struct cluster cluster;
	struct arena arena = ARENA_INIT;
	const struct object *job, *pod;

	(void)state;
	make(&cluster, HEAD "  podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [5, 42]}}]}\n" TAIL);
	pod = pod_at(&cluster, "j-", 0);
	end_pod(&cluster, pod, "Failed", 42);
	job = object_in(&cluster, "Job", "j");
	assert_string_equal(text_at(job, "status.conditions[1].reason"), "PodFailurePolicy");
	assert_string_equal(text_at(job, "status.conditions[1].message"),
		arena_printf(&arena, "Container main for pod default/%s failed with exit code 42 matching FailJob rule at index 0",
			pod_at(&cluster, "j-", 0)->name));
	arena_release(&arena);
	cluster_release(&cluster);
}

static void
a_disruption_may_be_ignored(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, HEAD "  backoffLimit: 0\n  podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: NotIn, "
		"values: [1]}}]}\n" TAIL);
	end_pod(&cluster, pod_at(&cluster, "j-", 0), "Failed", 137);
	assert_null(value_path(object_in(&cluster, "Job", "j")->root, "status.conditions"));
	assert_int_equal(int_at(object_in(&cluster, "Job", "j"), "status.failed"), -1);
	cluster_release(&cluster);
}

static void
some_indexes_may_be_enough(void **state)
{
	struct cluster cluster;
	const struct object *job;

	(void)state;
	make(&cluster, HEAD "  completions: 4\n  parallelism: 4\n  completionMode: Indexed\n"
		"  successPolicy: {rules: [{succeededIndexes: 0-1, succeededCount: 1}]}\n" TAIL);
	end_pod(&cluster, pod_at(&cluster, "j-2-", 0), "Succeeded", 0);
	assert_null(value_path(object_in(&cluster, "Job", "j")->root, "status.conditions"));
	end_pod(&cluster, pod_at(&cluster, "j-1-", 0), "Succeeded", 0);
	settle(&cluster);
	cluster_tick(&cluster, cluster.server.clock.now + 60 * CLOCK_SECOND);
	job = object_in(&cluster, "Job", "j");
	assert_string_equal(text_at(job, "status.conditions[0].type"), "SuccessCriteriaMet");
	assert_string_equal(text_at(job, "status.conditions[0].reason"), "SuccessPolicy");
	assert_string_equal(text_at(job, "status.conditions[0].message"), "Matched rules at index 0");
	assert_string_equal(text_at(job, "status.conditions[1].type"), "Complete");
	assert_int_equal(count_of(&cluster, "Pod"), 2);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_fails_the_job),
		cmocka_unit_test(a_disruption_may_be_ignored),
		cmocka_unit_test(some_indexes_may_be_enough),
	};

	return cmocka_run_group_tests_name("job_policy", tests, NULL, NULL);
}
