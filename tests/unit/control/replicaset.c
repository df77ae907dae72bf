/* ReplicaSets: which pods are theirs, and which go first. */
#include "fixture.h"

static const char manifests[] =
	"apiVersion: v1\nkind: Pod\nmetadata: {name: orphan, labels: {app: w}}\nspec: {containers: [{name: c, image: "
	"nginx}]}\n"
	"---\napiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: w}\n"
	"spec: {replicas: 3, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, "
	"spec: {containers: [{name: c, image: nginx}]}}}\n";

static void
a_pod_that_matches_is_taken_in(void **state)
{
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, manifests);
	assert_int_equal(count_of(&cluster, "Pod"), 3);
	pod = object_in(&cluster, "Pod", "orphan");
	assert_string_equal(text_at(pod, "metadata.ownerReferences[0].name"), "w");
	assert_string_equal(
		text_at(pod, "metadata.ownerReferences[0].uid"), object_uid(object_in(&cluster, "ReplicaSet", "w")));
	cluster_release(&cluster);
}

static void
names_are_generated(void **state)
{
	struct cluster cluster;
	size_t n;
	const struct object *const *pods;

	(void)state;
	make(&cluster, manifests);
	pods = store_list(cluster.server.store, kind_by_kind("Pod"), "default", &n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(pods[i]->name, "orphan") == 0)
			continue;
		assert_string_equal(text_at(pods[i], "metadata.generateName"), "w-");
		assert_int_equal(strlen(pods[i]->name), 7);
		assert_int_equal(strspn(pods[i]->name + 2, "bcdfghjklmnpqrstvwxz2456789"), 5);
	}
	cluster_release(&cluster);
}

/* ActivePods of controller_utils.go: what does not run before what does, what is not ready before what is. */
static void
pods_that_do_nothing_go_first(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, manifests);
	patch(&cluster, "Node", "node01", "{\"spec\":{\"unschedulable\":true}}");
	patch(&cluster, "Node", "node02", "{\"spec\":{\"unschedulable\":true}}");
	patch(&cluster, "ReplicaSet", "w", "{\"spec\":{\"replicas\":5}}");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "Pod"), 5);
	patch(&cluster, "ReplicaSet", "w", "{\"spec\":{\"replicas\":3}}");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "Pod"), 3);
	assert_int_equal(int_at(object_in(&cluster, "ReplicaSet", "w"), "status.readyReplicas"), 3);
	cluster_release(&cluster);
}

static void
its_pods_go_with_it(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, manifests);
	delete(&cluster, "ReplicaSet", "w");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "Pod"), 0);
	cluster_release(&cluster);
}

static void
another_label_sets_a_pod_free(void **state)
{
	struct cluster cluster;
	char name[64];

	(void)state;
	make(&cluster, manifests);
	strcpy(name, pod_at(&cluster, "w-", 0)->name);
	patch(&cluster, "Pod", name, "{\"metadata\":{\"labels\":{\"app\":\"looked-at\"}}}");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "Pod"), 4);
	assert_null(value_path(object_in(&cluster, "Pod", name)->root, "metadata.ownerReferences"));
	assert_int_equal(int_at(object_in(&cluster, "ReplicaSet", "w"), "status.replicas"), 3);
	cluster_release(&cluster);
}

static void
a_cheap_pod_goes_first(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, manifests);
	patch(&cluster, "Pod", "orphan",
		"{\"metadata\":{\"annotations\":{\"controller.kubernetes.io/pod-deletion-cost\":\"-5\"}}}");
	patch(&cluster, "ReplicaSet", "w", "{\"spec\":{\"replicas\":2}}");
	settle(&cluster);
	assert_null(find(&cluster, "Pod", "orphan"));
	assert_true(was_said(&cluster, "w", "SuccessfulDelete", "Deleted pod: orphan"));
	cluster_release(&cluster);
}

static void
available_is_ready_for_a_while(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, manifests);
	patch(&cluster, "ReplicaSet", "w", "{\"spec\":{\"minReadySeconds\":20,\"replicas\":4}}");
	control_run(&cluster.control);
	cluster_tick(&cluster, cluster.server.clock.now + 10 * CLOCK_SECOND);
	assert_int_equal(int_at(object_in(&cluster, "ReplicaSet", "w"), "status.readyReplicas"), 4);
	assert_int_equal(int_at(object_in(&cluster, "ReplicaSet", "w"), "status.availableReplicas"), -1);
	cluster_tick(&cluster, cluster.server.clock.now + 30 * CLOCK_SECOND);
	assert_int_equal(int_at(object_in(&cluster, "ReplicaSet", "w"), "status.availableReplicas"), 4);
	cluster_release(&cluster);
}

static void
a_replication_controller_does_the_same(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: rc}\n"
		"spec: {replicas: 2, selector: {app: rc}, template: {metadata: {labels: {app: rc}}, "
		"spec: {containers: [{name: c, image: nginx}]}}}\n");
	assert_int_equal(count_of(&cluster, "Pod"), 2);
	assert_string_equal(text_at(pod_at(&cluster, "rc-", 0), "metadata.ownerReferences[0].kind"), "ReplicationController");
	assert_int_equal(int_at(object_in(&cluster, "ReplicationController", "rc"), "status.availableReplicas"), 2);
	patch(&cluster, "ReplicationController", "rc", "{\"spec\":{\"replicas\":0}}");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "Pod"), 0);
	assert_int_equal(int_at(object_in(&cluster, "ReplicationController", "rc"), "status.replicas"), 0);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pod_that_matches_is_taken_in),
		cmocka_unit_test(names_are_generated),
		cmocka_unit_test(pods_that_do_nothing_go_first),
		cmocka_unit_test(its_pods_go_with_it),
		cmocka_unit_test(another_label_sets_a_pod_free),
		cmocka_unit_test(a_cheap_pod_goes_first),
		cmocka_unit_test(available_is_ready_for_a_while),
		cmocka_unit_test(a_replication_controller_does_the_same),
	};

	return cmocka_run_group_tests_name("replicaset", tests, NULL, NULL);
}
