/* Deployments and their ReplicaSets: fields and texts are those of the transcripts (groups 02 and 11). */
#include "fixture.h"

static const char web[] =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w, labels: {app: w}}\n"
	"spec: {replicas: 4, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, "
	"spec: {containers: [{name: c, image: nginx}]}}}\n";

static const struct object *
set_with(const struct cluster *cluster, const char *revision)
{
	size_t n;
	const struct object *const *sets = store_list(cluster->server.store, kind_by_kind("ReplicaSet"), "default", &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(object_annotation(sets[i], "deployment.kubernetes.io/revision"), revision) == 0)
			return sets[i];
	fail_msg("no ReplicaSet of revision %s", revision);
	return NULL;
}

static void
set_image(struct cluster *cluster, const char *image)
{
	struct str json = STR_INIT;

	str_addf(&json, "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"%s\"}]}}}}",
		image);
	patch(cluster, "Deployment", "w", json.buf);
	str_release(&json);
}

static void
the_set_says_what_the_transcripts_show(void **state)
{
	struct cluster cluster;
	const struct object *deployment, *set;
	const char *hash;

	(void)state;
	make(&cluster, web);
	deployment = object_in(&cluster, "Deployment", "w");
	set = set_with(&cluster, "1");
	hash = object_label(set, "pod-template-hash");
	assert_string_equal(text_at(set, "metadata.annotations['deployment.kubernetes.io/desired-replicas']"), "4");
	assert_string_equal(text_at(set, "metadata.annotations['deployment.kubernetes.io/max-replicas']"), "5");
	assert_true(str_starts(set->name, "w-") && strcmp(set->name + 2, hash) == 0);
	assert_int_equal(strspn(hash, "456789bcdf"), strlen(hash));	/* a number, respelled */
	assert_string_equal(text_at(set, "spec.selector.matchLabels.pod-template-hash"), hash);
	assert_string_equal(text_at(set, "spec.template.metadata.labels.pod-template-hash"), hash);
	assert_string_equal(text_at(deployment, "metadata.annotations['deployment.kubernetes.io/revision']"), "1");
	assert_string_equal(text_at(deployment, "status.conditions[0].type"), "Available");
	assert_string_equal(
		text_at(deployment, "status.conditions[0].message"), "Deployment has minimum availability.");
	assert_string_equal(text_at(deployment, "status.conditions[1].reason"), "NewReplicaSetAvailable");
	assert_true(str_ends(text_at(deployment, "status.conditions[1].message"), "\" has successfully progressed."));
	assert_int_equal(int_at(deployment, "status.availableReplicas"), 4);
	assert_null(value_path(deployment->root, "status.unavailableReplicas"));
	cluster_release(&cluster);
}

/* 25 % of 4: one more than wanted, one less available, at any moment. */
static void
a_rolling_update_keeps_within_its_bounds(void **state)
{
	struct cluster cluster;
	int64_t next;
	bool both = false;

	(void)state;
	make(&cluster, web);
	set_image(&cluster, "nginx:1.27");
	control_run(&cluster.control);
	while ((next = control_next(&cluster.control)) != CLOCK_NEVER) {
		const struct object *deployment;
		int64_t total = 0;
		size_t n;
		const struct object *const *sets =
			store_list(cluster.server.store, kind_by_kind("ReplicaSet"), "default", &n);

		for (size_t i = 0; i < n; i++)
			total += int_at(sets[i], "spec.replicas");
		deployment = object_in(&cluster, "Deployment", "w");
		assert_in_range(total, 3, 5);
		assert_true(int_at(deployment, "status.availableReplicas") >= 3);
		both |= int_at(sets[0], "spec.replicas") > 0 && n == 2 && int_at(sets[1], "spec.replicas") > 0;
		cluster_tick(&cluster, next);
	}
	assert_true(both);
	assert_int_equal(int_at(set_with(&cluster, "1"), "spec.replicas"), 0);
	assert_int_equal(int_at(set_with(&cluster, "2"), "status.readyReplicas"), 4);
	assert_int_equal(count_of(&cluster, "Pod"), 4);
	cluster_release(&cluster);
}

static void
an_old_template_gets_its_set_back_with_a_new_revision(void **state)
{
	struct cluster cluster;
	char first[128];

	(void)state;
	make(&cluster, web);
	strcpy(first, set_with(&cluster, "1")->name);
	set_image(&cluster, "nginx:1.27");
	settle(&cluster);
	set_image(&cluster, "nginx");
	settle(&cluster);
	assert_string_equal(set_with(&cluster, "3")->name, first);
	assert_int_equal(count_of(&cluster, "ReplicaSet"), 2);
	assert_string_equal(
		object_annotation(object_in(&cluster, "Deployment", "w"), "deployment.kubernetes.io/revision"), "3");
	cluster_release(&cluster);
}

static void
recreate_starts_when_all_old_ones_are_gone(void **state)
{
	struct cluster cluster;
	int64_t next;

	(void)state;
	make(&cluster, web);
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"strategy\":{\"type\":\"Recreate\",\"rollingUpdate\":null}}}");
	settle(&cluster);
	set_image(&cluster, "nginx:1.27");
	control_run(&cluster.control);
	while ((next = control_next(&cluster.control)) != CLOCK_NEVER) {
		assert_true(count_of(&cluster, "Pod") <= 4);
		cluster_tick(&cluster, next);
	}
	assert_int_equal(int_at(set_with(&cluster, "2"), "status.readyReplicas"), 4);
	assert_int_equal(int_at(set_with(&cluster, "1"), "spec.replicas"), 0);
	cluster_release(&cluster);
}

static void
a_paused_one_is_scaled_and_not_rolled(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"paused\":true}}");
	set_image(&cluster, "nginx:1.27");
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"replicas\":6}}");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "ReplicaSet"), 1);
	assert_int_equal(count_of(&cluster, "Pod"), 6);
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"paused\":false}}");
	settle(&cluster);
	assert_int_equal(int_at(set_with(&cluster, "2"), "status.readyReplicas"), 6);
	cluster_release(&cluster);
}

/* Group 11: the new pod doesn't come up, the old ones stay. */
static void
a_broken_image_leaves_the_old_pods(void **state)
{
	struct cluster cluster;
	const struct object *deployment;

	(void)state;
	make(&cluster, web);
	set_image(&cluster, "nginx:doesnotexist");
	settle(&cluster);
	deployment = object_in(&cluster, "Deployment", "w");
	assert_int_equal(int_at(deployment, "status.availableReplicas"), 3);	/* 4 less 25 % */
	assert_int_equal(int_at(deployment, "status.replicas"), 5);
	assert_int_equal(int_at(deployment, "status.unavailableReplicas"), 2);
	assert_int_equal(int_at(deployment, "status.updatedReplicas"), 2);
	cluster_release(&cluster);
}

static const struct object *
web_now(const struct cluster *cluster)
{
	return object_in(cluster, "Deployment", "w");
}

/* TestScale of sync_test.go: what is added is shared out by size; 25 % of 12 is 3 more. */
static void
in_mid_rollout_all_sets_grow(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	set_image(&cluster, "nginx:no-such-tag");
	settle(&cluster);
	assert_int_equal(int_at(set_with(&cluster, "1"), "spec.replicas"), 3);
	assert_int_equal(int_at(set_with(&cluster, "2"), "spec.replicas"), 2);
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"replicas\":12}}");
	settle(&cluster);
	assert_int_equal(int_at(set_with(&cluster, "1"), "spec.replicas"), 9);
	assert_int_equal(int_at(set_with(&cluster, "2"), "spec.replicas"), 6);
	assert_string_equal(text_at(set_with(&cluster, "1"), "metadata.annotations['deployment.kubernetes.io/desired-replicas']"), "12");
	cluster_release(&cluster);
}

static void
a_rollout_that_gets_nowhere_times_out(void **state)
{
	struct cluster cluster;
	const struct object *deployment;

	(void)state;
	make(&cluster, web);
	set_image(&cluster, "nginx:no-such-tag");
	settle(&cluster);
	cluster_tick(&cluster, cluster.server.clock.now + 590 * CLOCK_SECOND);
	assert_string_equal(text_at(web_now(&cluster), "status.conditions[1].reason"), "ReplicaSetUpdated");
	cluster_tick(&cluster, cluster.server.clock.now + 15 * CLOCK_SECOND);
	deployment = web_now(&cluster);
	assert_string_equal(text_at(deployment, "status.conditions[1].type"), "Progressing");
	assert_string_equal(text_at(deployment, "status.conditions[1].status"), "False");
	assert_string_equal(text_at(deployment, "status.conditions[1].reason"), "ProgressDeadlineExceeded");
	assert_true(str_ends(text_at(deployment, "status.conditions[1].message"), "\" has timed out progressing."));
	assert_string_equal(text_at(deployment, "status.conditions[0].status"), "True");
	set_image(&cluster, "nginx:1.27");
	settle(&cluster);
	assert_string_equal(text_at(web_now(&cluster), "status.conditions[1].reason"), "NewReplicaSetAvailable");
	cluster_release(&cluster);
}

static void
paused_it_says_so_and_does_not_roll(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"paused\":true}}");
	set_image(&cluster, "nginx:1.27");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "ReplicaSet"), 1);
	assert_string_equal(text_at(web_now(&cluster), "status.conditions[1].status"), "Unknown");
	assert_string_equal(text_at(web_now(&cluster), "status.conditions[1].reason"), "DeploymentPaused");
	assert_string_equal(text_at(web_now(&cluster), "status.conditions[1].message"), "Deployment is paused");
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"paused\":null}}");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "ReplicaSet"), 2);
	assert_string_equal(text_at(web_now(&cluster), "status.conditions[1].reason"), "NewReplicaSetAvailable");
	cluster_release(&cluster);
}

static void
only_so_many_old_sets_are_kept(void **state)
{
	static const char *const images[] = { "nginx:1.25", "nginx:1.26", "nginx:1.27" };
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"revisionHistoryLimit\":1},"
		"\"metadata\":{\"annotations\":{\"kubernetes.io/change-cause\":\"because\"}}}");
	for (size_t i = 0; i < 3; i++) {
		set_image(&cluster, images[i]);
		settle(&cluster);
	}
	assert_int_equal(count_of(&cluster, "ReplicaSet"), 2);
	set_with(&cluster, "3");
	assert_string_equal(object_annotation(set_with(&cluster, "4"), "kubernetes.io/change-cause"), "because");
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_set_says_what_the_transcripts_show),
		cmocka_unit_test(a_rolling_update_keeps_within_its_bounds),
		cmocka_unit_test(an_old_template_gets_its_set_back_with_a_new_revision),
		cmocka_unit_test(recreate_starts_when_all_old_ones_are_gone),
		cmocka_unit_test(a_paused_one_is_scaled_and_not_rolled),
		cmocka_unit_test(a_broken_image_leaves_the_old_pods),
		cmocka_unit_test(in_mid_rollout_all_sets_grow),
		cmocka_unit_test(a_rollout_that_gets_nowhere_times_out),
		cmocka_unit_test(paused_it_says_so_and_does_not_roll),
		cmocka_unit_test(only_so_many_old_sets_are_kept),
	};

	return cmocka_run_group_tests_name("deployment", tests, NULL, NULL);
}
