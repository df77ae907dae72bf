/* CronJobs: when a Job is made, its name, what stands against it, and how many are kept. */
#include "fixture.h"

/* The cluster begins at 2026-01-01T00:00:00Z, minute 29453760. */
#define CRON(spec, command) "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec:\n  schedule: '*/5 * * * *'\n" spec \
	"  jobTemplate: {metadata: {labels: {a: b}}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, " \
	"image: busybox, command: [" command "]}]}}}}\n"

static const struct object *
cron(const struct cluster *cluster)
{
	return object_in(cluster, "CronJob", "c");
}

static void
until_minute(struct cluster *cluster, int64_t minute)
{
	cluster_tick(cluster, START + (minute * 60 + 30) * CLOCK_SECOND);
}

static void
a_job_is_named_by_its_minute(void **state)
{
	struct cluster cluster;
	const struct object *job;

	(void)state;
	make(&cluster, CRON("", "'true'"));
	assert_int_equal(count_of(&cluster, "Job"), 0);
	until_minute(&cluster, 4);
	assert_int_equal(count_of(&cluster, "Job"), 0);
	until_minute(&cluster, 5);
	job = object_in(&cluster, "Job", "c-29453765");
	assert_string_equal(text_at(job, "metadata.ownerReferences[0].kind"), "CronJob");
	assert_string_equal(text_at(job, "metadata.labels.a"), "b");
	assert_string_equal(text_at(job, "metadata.annotations['batch.kubernetes.io/cronjob-scheduled-timestamp']"),
		"2026-01-01T00:05:00Z");
	assert_string_equal(text_at(cron(&cluster), "status.lastScheduleTime"), "2026-01-01T00:05:00Z");
	assert_true(was_said(&cluster, "c", "SuccessfulCreate", "Created job c-29453765"));
	assert_true(was_said(&cluster, "c", "SawCompletedJob", "Saw completed job: c-29453765, condition: Complete"));
	assert_null(value_path(cron(&cluster)->root, "status.active"));
	assert_string_not_equal(text_at(cron(&cluster), "status.lastSuccessfulTime"), "");
	cluster_release(&cluster);
}

static void
three_good_ones_are_kept(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, CRON("", "'true'"));
	until_minute(&cluster, 31);
	assert_int_equal(count_of(&cluster, "Job"), 3);
	assert_non_null(find(&cluster, "Job", "c-29453790"));
	assert_null(find(&cluster, "Job", "c-29453775"));
	cluster_release(&cluster);
}

static void
the_policy_decides_about_what_still_runs(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, CRON("  concurrencyPolicy: Forbid\n", "sleep, 1d"));
	until_minute(&cluster, 11);
	assert_int_equal(count_of(&cluster, "Job"), 1);
	assert_string_equal(text_at(cron(&cluster), "status.active[0].name"), "c-29453765");
	assert_true(was_said(&cluster, "c", "JobAlreadyActive",
		"Not starting job because prior execution is running and concurrency policy is Forbid"));
	patch(&cluster, "CronJob", "c", "{\"spec\":{\"concurrencyPolicy\":\"Replace\"}}");
	until_minute(&cluster, 16);
	assert_null(find(&cluster, "Job", "c-29453765"));
	assert_int_equal(count_of(&cluster, "Job"), 1);
	patch(&cluster, "CronJob", "c", "{\"spec\":{\"concurrencyPolicy\":\"Allow\"}}");
	until_minute(&cluster, 21);
	assert_int_equal(count_of(&cluster, "Job"), 2);
	assert_int_equal(value_count(value_path(cron(&cluster)->root, "status.active")), 2);
	cluster_release(&cluster);
}

static void
suspended_it_makes_none(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, CRON("  suspend: true\n", "'true'"));
	until_minute(&cluster, 31);
	assert_int_equal(count_of(&cluster, "Job"), 0);
	cluster_release(&cluster);
}

static void
its_zone_says_when(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: c}\nspec:\n  schedule: '0 9 * * *'\n  "
		"timeZone: Asia/Kolkata\n"
		"  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, "
		"command: ['true']}]}}}}\n");
	until_minute(&cluster, 3 * 60 + 29);
	assert_int_equal(count_of(&cluster, "Job"), 0);
	until_minute(&cluster, 3 * 60 + 30);
	assert_string_equal(text_at(object_in(&cluster, "Job", "c-29453970"), "metadata.annotations"
		"['batch.kubernetes.io/cronjob-scheduled-timestamp']"), "2026-01-01T09:00:00+05:30");
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job_is_named_by_its_minute),
		cmocka_unit_test(three_good_ones_are_kept),
		cmocka_unit_test(the_policy_decides_about_what_still_runs),
		cmocka_unit_test(suspended_it_makes_none),
		cmocka_unit_test(its_zone_says_when),
	};

	return cmocka_run_group_tests_name("cronjob", tests, NULL, NULL);
}
