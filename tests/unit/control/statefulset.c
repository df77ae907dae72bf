/* StatefulSets: order, identity, and rollouts that stop at the partition.  As pkg/controller/statefulset's own tests expect it. */
#include "fixture.h"

#define SET(spec) "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  serviceName: nginx\n" spec \
	"  selector: {matchLabels: {app: web}}\n" \
	"  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: \"nginx:1.25\"}]}}\n"
#define NEW_IMAGE "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"nginx:1.26\"}]}}}}"

static const struct object *
set(const struct cluster *cluster)
{
	return object_in(cluster, "StatefulSet", "web");
}

static const char *
image_of_pod(const struct cluster *cluster, const char *name)
{
	return text_at(object_in(cluster, "Pod", name), "spec.containers[0].image");
}

static void
pass(struct cluster *cluster, int64_t seconds)
{
	cluster_tick(cluster, cluster->server.clock.now + seconds * CLOCK_SECOND);
}

static void
pods_have_an_identity(void **state)
{
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, SET("  replicas: 2\n  ordinals: {start: 5}\n"));
	assert_int_equal(count_of(&cluster, "Pod"), 2);
	pod = object_in(&cluster, "Pod", "web-6");
	assert_string_equal(text_at(pod, "spec.hostname"), "web-6");
	assert_string_equal(text_at(pod, "spec.subdomain"), "nginx");
	assert_string_equal(text_at(pod, "metadata.labels['statefulset.kubernetes.io/pod-name']"), "web-6");
	assert_string_equal(text_at(pod, "metadata.labels['apps.kubernetes.io/pod-index']"), "6");
	assert_string_equal(text_at(pod, "metadata.labels.controller-revision-hash"), text_at(set(&cluster), "status.updateRevision"));
	assert_string_equal(text_at(set(&cluster), "status.currentRevision"), text_at(set(&cluster), "status.updateRevision"));
	assert_int_equal(int_at(set(&cluster), "status.availableReplicas"), 2);
	assert_int_equal(int_at(set(&cluster), "status.collisionCount"), 0);
	assert_true(was_said(&cluster, "web", "SuccessfulCreate", "create Pod web-5 in StatefulSet web successful"));
	cluster_release(&cluster);
}

static void
each_waits_for_the_one_before(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, SET("  replicas: 0\n"));
	patch(&cluster, "StatefulSet", "web", "{\"spec\":{\"replicas\":3}}");
	control_run(&cluster.control);
	assert_int_equal(count_of(&cluster, "Pod"), 1);
	settle(&cluster);
	assert_true(object_created(object_in(&cluster, "Pod", "web-1")) > object_created(object_in(&cluster, "Pod", "web-0")));
	assert_true(object_created(object_in(&cluster, "Pod", "web-2")) > object_created(object_in(&cluster, "Pod", "web-1")));
	cluster_release(&cluster);
}

static void
in_parallel_none_waits(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, SET("  replicas: 0\n  podManagementPolicy: Parallel\n"));
	patch(&cluster, "StatefulSet", "web", "{\"spec\":{\"replicas\":3}}");
	control_run(&cluster.control);
	assert_int_equal(count_of(&cluster, "Pod"), 3);
	cluster_release(&cluster);
}

static void
the_highest_go_first_one_by_one(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, SET("  replicas: 3\n"));
	patch(&cluster, "StatefulSet", "web", "{\"spec\":{\"replicas\":1}}");
	control_run(&cluster.control);
	assert_true(object_is_deleting(object_in(&cluster, "Pod", "web-2")));
	assert_false(object_is_deleting(object_in(&cluster, "Pod", "web-1")));
	settle(&cluster);
	pass(&cluster, 120);
	assert_int_equal(count_of(&cluster, "Pod"), 1);
	assert_non_null(find(&cluster, "Pod", "web-0"));
	cluster_release(&cluster);
}

static void
a_rollout_stops_at_the_partition(void **state)
{
	struct cluster cluster;
	char old[64];

	(void)state;
	make(&cluster, SET("  replicas: 3\n  updateStrategy: {rollingUpdate: {partition: 2}}\n"));
	strcpy(old, text_at(set(&cluster), "status.currentRevision"));
	patch(&cluster, "StatefulSet", "web", NEW_IMAGE);
	pass(&cluster, 120);
	assert_string_equal(image_of_pod(&cluster, "web-2"), "nginx:1.26");
	assert_string_equal(image_of_pod(&cluster, "web-1"), "nginx:1.25");
	assert_string_equal(text_at(set(&cluster), "status.currentRevision"), old);
	assert_int_equal(int_at(set(&cluster), "status.updatedReplicas"), 1);
	assert_int_equal(int_at(set(&cluster), "status.currentReplicas"), 2);
	/* below the partition a pod comes back as it was */
	delete(&cluster, "Pod", "web-0");
	pass(&cluster, 120);
	assert_string_equal(image_of_pod(&cluster, "web-0"), "nginx:1.25");
	patch(&cluster, "StatefulSet", "web", "{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"partition\":0}}}}");
	pass(&cluster, 240);
	assert_string_equal(image_of_pod(&cluster, "web-0"), "nginx:1.26");
	assert_string_equal(text_at(set(&cluster), "status.currentRevision"), text_at(set(&cluster), "status.updateRevision"));
	assert_string_not_equal(text_at(set(&cluster), "status.currentRevision"), old);
	assert_int_equal(count_of(&cluster, "ControllerRevision"), 2);
	cluster_release(&cluster);
}

static void
on_delete_waits_for_the_person(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, SET("  replicas: 2\n  updateStrategy: {type: OnDelete}\n"));
	patch(&cluster, "StatefulSet", "web", NEW_IMAGE);
	pass(&cluster, 120);
	assert_string_equal(image_of_pod(&cluster, "web-1"), "nginx:1.25");
	delete(&cluster, "Pod", "web-1");
	pass(&cluster, 120);
	assert_string_equal(image_of_pod(&cluster, "web-1"), "nginx:1.26");
	assert_string_equal(image_of_pod(&cluster, "web-0"), "nginx:1.25");
	cluster_release(&cluster);
}

static void
claims_are_volumes_of_their_pod(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, SET("  replicas: 1\n  volumeClaimTemplates:\n  - metadata: {name: data}\n"
		"    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n"));
	assert_string_equal(
		text_at(object_in(&cluster, "Pod", "web-0"), "spec.volumes[0].persistentVolumeClaim.claimName"), "data-web-0");
	assert_true(was_said(&cluster, "web", "SuccessfulCreate", "create Claim data-web-0 Pod web-0 in StatefulSet web success"));
	cluster_release(&cluster);
}

static void
a_pod_is_available_after_a_while(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, SET("  replicas: 0\n  minReadySeconds: 20\n"));
	patch(&cluster, "StatefulSet", "web", "{\"spec\":{\"replicas\":2}}");
	pass(&cluster, 10);
	assert_int_equal(int_at(set(&cluster), "status.readyReplicas"), 1);
	assert_int_equal(int_at(set(&cluster), "status.availableReplicas"), 0);
	assert_int_equal(count_of(&cluster, "Pod"), 1);
	pass(&cluster, 60);
	assert_int_equal(int_at(set(&cluster), "status.availableReplicas"), 2);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pods_have_an_identity),
		cmocka_unit_test(each_waits_for_the_one_before),
		cmocka_unit_test(in_parallel_none_waits),
		cmocka_unit_test(the_highest_go_first_one_by_one),
		cmocka_unit_test(a_rollout_stops_at_the_partition),
		cmocka_unit_test(on_delete_waits_for_the_person),
		cmocka_unit_test(claims_are_volumes_of_their_pod),
		cmocka_unit_test(a_pod_is_available_after_a_while),
	};

	return cmocka_run_group_tests_name("statefulset", tests, NULL, NULL);
}
