/* DaemonSets: on which nodes, and how a new template rolls out. */
#include "fixture.h"

static const char agent[] =
	"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d}\n"
	"spec: {selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, "
	"spec: {containers: [{name: c, image: nginx}]}}}\n";

static size_t
pods_on(const struct cluster *cluster, const char *node)
{
	size_t n, count = 0;
	const struct object *const *pods = store_list(cluster->server.store, kind_by_kind("Pod"), "default", &n);

	for (size_t i = 0; i < n; i++)
		count += strcmp(pod_view(pods[i])->node, node) == 0;
	return count;
}

static void
taints_keep_it_off_and_cordons_do_not(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, agent);
	assert_int_equal(pods_on(&cluster, "controlplane"), 0);
	assert_int_equal(pods_on(&cluster, "node01"), 1);
	assert_int_equal(pods_on(&cluster, "node02"), 1);
	assert_int_equal(int_at(object_in(&cluster, "DaemonSet", "d"), "status.numberReady"), 2);
	patch(&cluster, "Node", "node01", "{\"spec\":{\"unschedulable\":true}}");
	settle(&cluster);
	assert_int_equal(pods_on(&cluster, "node01"), 1);
	patch(&cluster, "DaemonSet", "d",
		"{\"spec\":{\"template\":{\"spec\":{\"tolerations\":[{\"operator\":\"Exists\"}]}}}}");
	settle(&cluster);
	assert_int_equal(pods_on(&cluster, "controlplane"), 1);
	cluster_release(&cluster);
}

static void
old_pods_go_one_by_one(void **state)
{
	struct cluster cluster;
	int64_t next;
	size_t n;
	const struct object *const *pods;

	(void)state;
	make(&cluster, agent);
	patch(&cluster, "DaemonSet", "d",
		"{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"httpd\"}]}}}}");
	control_run(&cluster.control);
	while ((next = control_next(&cluster.control)) != CLOCK_NEVER) {
		assert_true(int_at(object_in(&cluster, "DaemonSet", "d"), "status.numberReady") >= 1);
		cluster_tick(&cluster, next);
	}
	pods = store_list(cluster.server.store, kind_by_kind("Pod"), "default", &n);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(text_at(pods[i], "spec.containers[0].image"), "httpd");
		assert_string_equal(object_label(pods[i], "pod-template-generation"), "2");
		assert_string_equal(object_label(pods[i], "controller-revision-hash"),
			object_label(pods[0], "controller-revision-hash"));
	}
	assert_int_equal(int_at(object_in(&cluster, "DaemonSet", "d"), "status.updatedNumberScheduled"), 2);
	cluster_release(&cluster);
}

static void
on_delete_waits_for_the_pods_to_be_deleted(void **state)
{
	struct cluster cluster;
	size_t n;

	(void)state;
	make(&cluster, agent);
	patch(&cluster, "DaemonSet", "d",
		"{\"spec\":{\"updateStrategy\":{\"type\":\"OnDelete\",\"rollingUpdate\":null},"
		"\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"httpd\"}]}}}}");
	settle(&cluster);
	assert_string_equal(text_at(store_list(cluster.server.store, kind_by_kind("Pod"), "default", &n)[0],
		"spec.containers[0].image"), "nginx");
	cluster_release(&cluster);
}

/* nodeShouldRunDaemonPod: only NoExecute ends what runs. */
static void
a_taint_leaves_what_runs(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, agent);
	patch(&cluster, "Node", "node01", "{\"spec\":{\"taints\":[{\"key\":\"k\",\"effect\":\"NoSchedule\"}]}}");
	settle(&cluster);
	assert_int_equal(pods_on(&cluster, "node01"), 1);
	assert_int_equal(int_at(object_in(&cluster, "DaemonSet", "d"), "status.numberMisscheduled"), 1);
	assert_int_equal(int_at(object_in(&cluster, "DaemonSet", "d"), "status.desiredNumberScheduled"), 1);
	cluster_release(&cluster);
}

static void
with_surge_the_new_one_comes_first(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, agent);
	patch(&cluster, "DaemonSet", "d", "{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxSurge\":1,\"maxUnavailable\":0}},"
		"\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"httpd\"}]}}}}");
	control_run(&cluster.control);
	assert_int_equal(count_of(&cluster, "Pod"), 3);
	assert_int_equal(int_at(object_in(&cluster, "DaemonSet", "d"), "status.numberAvailable"), 2);
	settle(&cluster);
	cluster_tick(&cluster, cluster.server.clock.now + 120 * CLOCK_SECOND);
	assert_int_equal(count_of(&cluster, "Pod"), 2);
	assert_int_equal(int_at(object_in(&cluster, "DaemonSet", "d"), "status.updatedNumberScheduled"), 2);
	cluster_release(&cluster);
}

static void
as_many_at_once_as_may_be_missing(void **state)
{
	struct cluster cluster;
	size_t going = 0;

	(void)state;
	make(&cluster, agent);
	patch(&cluster, "DaemonSet", "d", "{\"spec\":{\"updateStrategy\":{\"rollingUpdate\":{\"maxUnavailable\":\"100%\"}},"
		"\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"httpd\"}]}}}}");
	control_run(&cluster.control);
	for (size_t i = 0; pod_at(&cluster, "d-", i); i++)
		going += object_is_deleting(pod_at(&cluster, "d-", i));
	assert_int_equal(going, 2);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taints_keep_it_off_and_cordons_do_not),
		cmocka_unit_test(old_pods_go_one_by_one),
		cmocka_unit_test(on_delete_waits_for_the_pods_to_be_deleted),
		cmocka_unit_test(a_taint_leaves_what_runs),
		cmocka_unit_test(with_surge_the_new_one_comes_first),
		cmocka_unit_test(as_many_at_once_as_may_be_missing),
	};

	return cmocka_run_group_tests_name("daemonset", tests, NULL, NULL);
}
