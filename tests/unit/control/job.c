/*
 * Jobs: what is made when, what is counted, how they end.  Conditions and messages as the API server of a v1.32 cluster shows them
 * and as pkg/controller/job/job_controller_test.go expects them.
 */
#include "fixture.h"

#include "control/job.h"

#define JOB(name, spec) "apiVersion: batch/v1\nkind: Job\nmetadata: {name: " name "}\nspec:\n" spec \
	"  template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sleep, 1d]}]}}\n"

static const struct object *
job(const struct cluster *cluster)
{
	return object_in(cluster, "Job", "j");
}

static const struct object *
live_pod(const struct cluster *cluster)
{
	const struct object *pod;

	for (size_t i = 0; (pod = pod_at(cluster, "j-", i)); i++)
		if (strcmp(text_at(pod, "status.phase"), "Succeeded") != 0 && strcmp(text_at(pod, "status.phase"), "Failed") != 0 &&
			!object_is_deleting(pod))
			return pod;
	return NULL;
}

static void
pass(struct cluster *cluster, int64_t seconds)
{
	cluster_tick(cluster, cluster->server.clock.now + seconds * CLOCK_SECOND);
}

static void
one_success_completes_it(void **state)
{
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, JOB("j", ""));
	pod = live_pod(&cluster);
	assert_non_null(pod);
	assert_string_equal(text_at(pod, "metadata.finalizers[0]"), "batch.kubernetes.io/job-tracking");
	assert_string_equal(text_at(pod, "metadata.labels['batch.kubernetes.io/controller-uid']"), object_uid(job(&cluster)));
	assert_string_equal(text_at(pod, "metadata.labels.job-name"), "j");
	assert_string_equal(text_at(job(&cluster), "metadata.labels.job-name"), "j");
	assert_int_equal(int_at(job(&cluster), "status.active"), 1);
	assert_int_equal(int_at(job(&cluster), "status.ready"), 1);
	end_pod(&cluster, pod, "Succeeded", 0);
	assert_int_equal(int_at(job(&cluster), "status.succeeded"), 1);
	assert_int_equal(int_at(job(&cluster), "status.active"), -1);
	assert_int_equal(int_at(job(&cluster), "status.ready"), 0);
	assert_int_equal(int_at(job(&cluster), "status.terminating"), 0);
	assert_string_equal(text_at(job(&cluster), "status.conditions[0].type"), "SuccessCriteriaMet");
	assert_string_equal(text_at(job(&cluster), "status.conditions[1].type"), "Complete");
	assert_string_equal(text_at(job(&cluster), "status.conditions[1].reason"), "CompletionsReached");
	assert_string_equal(text_at(job(&cluster), "status.conditions[1].message"), "Reached expected number of succeeded pods");
	assert_string_not_equal(text_at(job(&cluster), "status.completionTime"), "");
	assert_null(value_path(pod_at(&cluster, "j-", 0)->root, "metadata.finalizers"));
	assert_true(was_said(&cluster, "j", "Completed", "Job completed"));
	cluster_release(&cluster);
}

static void
counted_pods_stay_counted_when_they_go(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, JOB("j", "  completions: 3\n"));
	end_pod(&cluster, live_pod(&cluster), "Succeeded", 0);
	settle(&cluster);
	delete(&cluster, "Pod", pod_at(&cluster, "j-", 0)->name);
	settle(&cluster);
	assert_int_equal(int_at(job(&cluster), "status.succeeded"), 1);
	cluster_release(&cluster);
}

static void
no_more_at_a_time_than_it_says(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, JOB("j", "  completions: 5\n  parallelism: 2\n"));
	assert_int_equal(count_of(&cluster, "Pod"), 2);
	end_pod(&cluster, live_pod(&cluster), "Succeeded", 0);
	assert_int_equal(int_at(job(&cluster), "status.active"), 2);
	assert_int_equal(count_of(&cluster, "Pod"), 3);
	cluster_release(&cluster);
}

/* DefaultJobPodFailureBackOff is 10 s, doubled by each failure. */
static void
failures_delay_the_next_pod(void **state)
{
	static const int64_t delays[] = { 10, 20, 40 };
	struct cluster cluster;

	(void)state;
	make(&cluster, JOB("j", "  backoffLimit: 3\n"));
	for (size_t i = 0; i < 3; i++) {
		end_pod(&cluster, live_pod(&cluster), "Failed", 1);
		assert_int_equal(int_at(job(&cluster), "status.failed"), (int64_t)i + 1);
		pass(&cluster, delays[i] - 1);
		assert_int_equal(count_of(&cluster, "Pod"), i + 1);
		pass(&cluster, 1);
		assert_int_equal(count_of(&cluster, "Pod"), i + 2);
		settle(&cluster);
	}
	end_pod(&cluster, live_pod(&cluster), "Failed", 1);
	assert_string_equal(text_at(job(&cluster), "status.conditions[0].type"), "FailureTarget");
	assert_string_equal(text_at(job(&cluster), "status.conditions[1].type"), "Failed");
	assert_string_equal(text_at(job(&cluster), "status.conditions[1].reason"), "BackoffLimitExceeded");
	assert_true(was_said(&cluster, "j", "BackoffLimitExceeded", "Job has reached the specified backoff limit"));
	assert_int_equal(int_at(job(&cluster), "status.failed"), 4);
	pass(&cluster, 3600);
	assert_int_equal(count_of(&cluster, "Pod"), 4);
	cluster_release(&cluster);
}

static void
the_deadline_ends_what_runs(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, JOB("j", "  activeDeadlineSeconds: 30\n"));
	pass(&cluster, 25);
	assert_null(value_path(job(&cluster)->root, "status.conditions"));
	pass(&cluster, 6);
	assert_string_equal(text_at(job(&cluster), "status.conditions[0].type"), "FailureTarget");
	assert_string_equal(text_at(job(&cluster), "status.conditions[0].reason"), "DeadlineExceeded");
	pass(&cluster, 40);
	assert_string_equal(text_at(job(&cluster), "status.conditions[1].type"), "Failed");
	assert_string_equal(text_at(job(&cluster), "status.conditions[1].message"), "Job was active longer than specified deadline");
	assert_int_equal(int_at(job(&cluster), "status.failed"), 1);
	assert_int_equal(count_of(&cluster, "Pod"), 0);
	cluster_release(&cluster);
}

static void
indexes_are_given_once(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, JOB("j", "  completions: 4\n  parallelism: 4\n  completionMode: Indexed\n"));
	for (size_t i = 0; i < 4; i++) {
		const struct object *pod = pod_at(&cluster, "j-", i);
		const char digit[] = { (char)('0' + i), 0 };

		assert_int_equal(strncmp(pod->name + 2, digit, 1), 0);
		assert_string_equal(text_at(pod, "metadata.annotations['batch.kubernetes.io/job-completion-index']"), digit);
		assert_string_equal(text_at(pod, "metadata.labels['batch.kubernetes.io/job-completion-index']"), digit);
		assert_string_equal(text_at(pod, "spec.hostname") + 2, digit);
		assert_string_equal(text_at(pod, "spec.containers[0].env[0].name"), "JOB_COMPLETION_INDEX");
		assert_string_equal(text_at(pod, "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath"),
			"metadata.labels['batch.kubernetes.io/job-completion-index']");
	}
	end_pod(&cluster, pod_at(&cluster, "j-0-", 0), "Succeeded", 0);
	end_pod(&cluster, pod_at(&cluster, "j-3-", 0), "Succeeded", 0);
	assert_string_equal(text_at(job(&cluster), "status.completedIndexes"), "0,3");
	end_pod(&cluster, pod_at(&cluster, "j-2-", 0), "Failed", 1);
	pass(&cluster, 10);
	settle(&cluster);
	assert_non_null(pod_at(&cluster, "j-2-", 1));
	for (size_t i = 0; i < 2; i++)
		if (strcmp(text_at(pod_at(&cluster, "j-2-", i), "status.phase"), "Running") == 0)
			end_pod(&cluster, pod_at(&cluster, "j-2-", i), "Succeeded", 0);
	end_pod(&cluster, pod_at(&cluster, "j-1-", 0), "Succeeded", 0);
	assert_string_equal(text_at(job(&cluster), "status.completedIndexes"), "0-3");
	assert_string_equal(text_at(job(&cluster), "status.conditions[1].type"), "Complete");
	cluster_release(&cluster);
}

static void
suspended_it_has_no_pods(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, JOB("j", "  suspend: true\n"));
	assert_int_equal(count_of(&cluster, "Pod"), 0);
	assert_null(value_path(job(&cluster)->root, "status.startTime"));
	assert_string_equal(text_at(job(&cluster), "status.conditions[0].reason"), "JobSuspended");
	assert_true(was_said(&cluster, "j", "Suspended", "Job suspended"));
	patch(&cluster, "Job", "j", "{\"spec\":{\"suspend\":false}}");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "Pod"), 1);
	assert_string_equal(text_at(job(&cluster), "status.conditions[0].status"), "False");
	assert_string_equal(text_at(job(&cluster), "status.conditions[0].reason"), "JobResumed");
	patch(&cluster, "Job", "j", "{\"spec\":{\"suspend\":true}}");
	settle(&cluster);
	pass(&cluster, 60);
	assert_int_equal(count_of(&cluster, "Pod"), 0);
	assert_int_equal(int_at(job(&cluster), "status.failed"), -1);
	cluster_release(&cluster);
}

static void
it_goes_so_long_after_its_end(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, JOB("j", "  ttlSecondsAfterFinished: 60\n"));
	end_pod(&cluster, live_pod(&cluster), "Succeeded", 0);
	pass(&cluster, 59);
	assert_non_null(find(&cluster, "Job", "j"));
	pass(&cluster, 2);
	assert_null(find(&cluster, "Job", "j"));
	assert_int_equal(count_of(&cluster, "Pod"), 0);
	cluster_release(&cluster);
}

/* The worker queue: a success ends the making of pods, and the rest is waited for. */
static void
without_completions_one_success_is_enough(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, JOB("j", "  parallelism: 2\n"));
	assert_int_equal(count_of(&cluster, "Pod"), 2);
	end_pod(&cluster, live_pod(&cluster), "Succeeded", 0);
	assert_int_equal(count_of(&cluster, "Pod"), 2);
	assert_null(value_path(job(&cluster)->root, "status.conditions"));
	end_pod(&cluster, live_pod(&cluster), "Failed", 1);
	assert_string_equal(text_at(job(&cluster), "status.conditions[1].type"), "Complete");
	cluster_release(&cluster);
}

static void
its_pods_go_with_it(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, JOB("j", "  parallelism: 2\n"));
	delete(&cluster, "Job", "j");
	settle(&cluster);
	pass(&cluster, 60);
	assert_int_equal(count_of(&cluster, "Pod"), 0);
	cluster_release(&cluster);
}

#define INDEXED(spec) JOB("j", "  completionMode: Indexed\n  completions: 2\n  parallelism: 2\n  " \
	"backoffLimitPerIndex: 1\n" spec)

/* The live pod of the index; NULL. */
static const struct object *
pod_of_index(const struct cluster *cluster, const char *index)
{
	const struct object *pod;

	for (size_t i = 0; (pod = pod_at(cluster, "j-", i)); i++)
		if (strcmp(object_annotation(pod, "batch.kubernetes.io/job-completion-index"), index) == 0 &&
			strcmp(text_at(pod, "status.phase"), "Failed") != 0 &&
			strcmp(text_at(pod, "status.phase"), "Succeeded") != 0)
			return pod;
	return NULL;
}

/* Reasons and messages: TestSyncJobWithJobBackoffLimitPerIndex. */
static void
each_index_has_its_own_failures(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, INDEXED(""));
	assert_string_equal(object_annotation(pod_of_index(&cluster, "0"),
		"batch.kubernetes.io/job-index-failure-count"), "0");
	end_pod(&cluster, pod_of_index(&cluster, "0"), "Failed", 1);
	assert_string_equal(text_at(job(&cluster), "status.failedIndexes"), "");
	assert_null(pod_of_index(&cluster, "0"));	/* its delay */
	pass(&cluster, 11);
	assert_string_equal(object_annotation(pod_of_index(&cluster, "0"),
		"batch.kubernetes.io/job-index-failure-count"), "1");
	end_pod(&cluster, pod_of_index(&cluster, "0"), "Failed", 1);
	assert_string_equal(text_at(job(&cluster), "status.failedIndexes"), "0");
	pass(&cluster, 60);
	assert_null(pod_of_index(&cluster, "0"));
	assert_null(job_condition(job(&cluster), "FailureTarget"));
	end_pod(&cluster, pod_of_index(&cluster, "1"), "Succeeded", 0);
	assert_string_equal(text_at(job(&cluster), "status.completedIndexes"), "1");
	assert_string_equal(value_get_text(job_condition(job(&cluster), "Failed"), "reason"), "FailedIndexes");
	assert_string_equal(value_get_text(job_condition(job(&cluster), "Failed"), "message"),
		"Job has failed indexes");
	assert_true(was_said(&cluster, "j", "FailedIndexes", "Job has failed indexes"));
	cluster_release(&cluster);
}

static void
too_many_failed_indexes_end_it(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, INDEXED("  maxFailedIndexes: 0\n  podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: "
		"{operator: In, values: [42]}}]}\n"));
	end_pod(&cluster, pod_of_index(&cluster, "1"), "Failed", 42);
	assert_string_equal(text_at(job(&cluster), "status.failedIndexes"), "1");
	assert_string_equal(value_get_text(job_condition(job(&cluster), "FailureTarget"), "reason"),
		"MaxFailedIndexesExceeded");
	assert_string_equal(value_get_text(job_condition(job(&cluster), "FailureTarget"), "message"),
		"Job has exceeded the specified maximal number of failed indexes");
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_success_completes_it),
		cmocka_unit_test(counted_pods_stay_counted_when_they_go),
		cmocka_unit_test(no_more_at_a_time_than_it_says),
		cmocka_unit_test(failures_delay_the_next_pod),
		cmocka_unit_test(the_deadline_ends_what_runs),
		cmocka_unit_test(indexes_are_given_once),
		cmocka_unit_test(suspended_it_has_no_pods),
		cmocka_unit_test(it_goes_so_long_after_its_end),
		cmocka_unit_test(without_completions_one_success_is_enough),
		cmocka_unit_test(its_pods_go_with_it),
		cmocka_unit_test(each_index_has_its_own_failures),
		cmocka_unit_test(too_many_failed_indexes_end_it),
	};

	return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
