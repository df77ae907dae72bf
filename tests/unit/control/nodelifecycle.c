/*
 * A kubelet that falls silent and comes back: times, conditions, taints and texts of pkg/controller/nodelifecycle and pkg/kubelet/nodestatus
 * at v1.32 (node-monitor-grace-period 50 s).
 */
#include "fixture.h"

#include "control/events.h"

#define POD(name, node, extra) "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " name "}\n" \
	"spec: {nodeName: " node ", containers: [{name: c, image: nginx}]" extra "}\n"

static void
kubelet(struct cluster *cluster, const char *state)
{
	char *text = xasprintf("apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: node01}\n"
		"spec: {services: {kubelet: %s}, kubeletStoppedAt: '2026-01-01T00:01:00Z'}\n", state);
	struct err err = ERR_INIT;
	struct arena arena = ARENA_INIT;
	value_vec documents = VEC_INIT;

	assert_int_equal(yaml_read("host", text, strlen(text), NULL, &arena, &documents, &err), 0);
	assert_int_equal(settings_read(&cluster->server.settings, "host", documents.v[0], &err), 0);
	control_poke(&cluster->control);
	vec_release(&documents);
	arena_release(&arena);
	free(text);
}

static void
pass(struct cluster *cluster, int64_t seconds)
{
	cluster_tick(cluster, START + seconds * CLOCK_SECOND);
	settle(cluster);
}

static const struct value *
condition_of(const struct object *object, const char *type)
{
	const struct value *conditions = value_path(object->root, "status.conditions");

	for (size_t i = 0; i < value_count(conditions); i++)
		if (strcmp(value_get_text(value_at(conditions, i), "type"), type) == 0)
			return value_at(conditions, i);
	fail_msg("no condition %s", type);
	return NULL;
}

/* "key:effect key:effect" */
static void
expect_taints(const struct object *node, const char *expected)
{
	const struct value *taints = value_path(node->root, "spec.taints");
	struct str text = STR_INIT;

	for (size_t i = 0; i < value_count(taints); i++)
		str_addf(&text, "%s%s:%s", i ? " " : "", value_get_text(value_at(taints, i), "key"),
			value_get_text(value_at(taints, i), "effect"));
	assert_string_equal(text.buf, expected);
	str_release(&text);
}

static void
silence_is_noticed_after_fifty_seconds(void **state)
{
	static const char *const types[] = { "MemoryPressure", "DiskPressure", "PIDPressure", "Ready" };
	struct cluster cluster;
	const struct object *node;

	(void)state;
	make(&cluster, POD("p", "node01", ""));
	pass(&cluster, 60);
	kubelet(&cluster, "stopped");
	pass(&cluster, 109);
	assert_string_equal(value_get_text(condition_of(object_in(&cluster, "Node", "node01"), "Ready"), "status"), "True");
	pass(&cluster, 110);
	node = object_in(&cluster, "Node", "node01");
	for (size_t i = 0; i < 4; i++) {
		const struct value *condition = condition_of(node, types[i]);

		assert_string_equal(value_get_text(condition, "status"), "Unknown");
		assert_string_equal(value_get_text(condition, "reason"), "NodeStatusUnknown");
		assert_string_equal(value_get_text(condition, "message"), "Kubelet stopped posting node status.");
		assert_string_equal(value_get_text(condition, "lastTransitionTime"), "2026-01-01T00:01:50Z");
	}
	expect_taints(node, "node.kubernetes.io/unreachable:NoSchedule");
	pass(&cluster, 115);
	node = object_in(&cluster, "Node", "node01");
	expect_taints(node, "node.kubernetes.io/unreachable:NoSchedule node.kubernetes.io/unreachable:NoExecute");
	assert_false(pod_view(object_in(&cluster, "Pod", "p"))->ready);
	assert_true(event_last(&cluster.server, EVENT_NODE_NOT_READY, node, NULL) > 0);
	assert_true(event_last(&cluster.server, EVENT_POD_NODE_NOT_READY, object_in(&cluster, "Pod", "p"), NULL) > 0);
	cluster_release(&cluster);
}

static void
all_is_well_when_it_returns(void **state)
{
	struct cluster cluster;
	const struct object *node;

	(void)state;
	make(&cluster, POD("p", "node01", ""));
	pass(&cluster, 60);
	kubelet(&cluster, "stopped");
	pass(&cluster, 200);
	kubelet(&cluster, "running");
	pass(&cluster, 201);
	node = object_in(&cluster, "Node", "node01");
	expect_taints(node, "");
	assert_string_equal(value_get_text(condition_of(node, "Ready"), "status"), "True");
	assert_string_equal(value_get_text(condition_of(node, "Ready"), "message"), "kubelet is posting ready status");
	assert_string_equal(value_get_text(condition_of(node, "DiskPressure"), "reason"), "KubeletHasNoDiskPressure");
	assert_true(pod_view(object_in(&cluster, "Pod", "p"))->ready);
	assert_true(event_last(&cluster.server, EVENT_NODE_READY, node, NULL) > 0);
	assert_true(event_last(&cluster.server, EVENT_TAINT_EVICTION, object_in(&cluster, "Pod", "p"), NULL) > 0);	/* cancelled */
	cluster_release(&cluster);
}

/* TestMonitorNodeHealthUpdateNodeAndPodStatusWithLease and its kin: a Node that nobody stands behind. */
static void
a_node_without_a_kubelet_is_unknown_after_a_minute(void **state)
{
	struct cluster cluster;
	const struct object *node;

	(void)state;
	make(&cluster, POD("p", "node01", ""));
	create(&cluster, "apiVersion: v1\nkind: Node\nmetadata: {name: bare}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: q}\n"
		"spec: {nodeName: bare, containers: [{name: c, image: nginx}]}\n");
	settle(&cluster);
	assert_string_equal(text_at(object_in(&cluster, "Pod", "q"), "status.phase"), "Pending");
	pass(&cluster, 59);
	assert_null(value_path(object_in(&cluster, "Node", "bare")->root, "status.conditions"));
	pass(&cluster, 70);
	node = object_in(&cluster, "Node", "bare");
	assert_string_equal(value_get_text(condition_of(node, "Ready"), "reason"), "NodeStatusNeverUpdated");
	assert_string_equal(value_get_text(condition_of(node, "PIDPressure"), "message"), "Kubelet never posted node status.");
	expect_taints(node, "node.kubernetes.io/unreachable:NoSchedule node.kubernetes.io/unreachable:NoExecute");
	cluster_release(&cluster);
}

/* One that was stopped before everything is tainted before anything is scheduled. */
static void
nothing_goes_to_a_node_that_was_silent_before(void **state)
{
	struct cluster cluster;
	size_t n;
	const struct object *const *pods;

	(void)state;
	make(&cluster, "apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: node01}\nspec: {services: {kubelet: stopped}}\n"
		"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec: {replicas: 4, selector: {matchLabels: {app: d}}, "
		"template: {metadata: {labels: {app: d}}, spec: {containers: [{name: c, image: nginx}]}}}\n");
	pods = store_list(cluster.server.store, kind_by_kind("Pod"), "default", &n);
	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(pod_view(pods[i])->node, "node02");
	cluster_release(&cluster);
}

static void
stop_all(struct cluster *cluster)
{
	static const char *const nodes[] = { "controlplane", "node01", "node02" };

	for (size_t i = 0; i < 3; i++) {
		char *text = xasprintf("apiVersion: svcsim/v1\nkind: NodeHost\nmetadata: {name: %s}\nspec: {poweredOff: true}\n", nodes[i]);
		struct err err = ERR_INIT;
		struct arena arena = ARENA_INIT;
		value_vec documents = VEC_INIT;

		assert_int_equal(yaml_read("host", text, strlen(text), NULL, &arena, &documents, &err), 0);
		assert_int_equal(settings_read(&cluster->server.settings, "host", documents.v[0], &err), 0);
		vec_release(&documents);
		arena_release(&arena);
		free(text);
	}
	control_poke(&cluster->control);
}

/* handleDisruption: when no node is left, it is the controller that is cut off, and no pod leaves. */
static void
nobody_is_evicted_when_all_are_gone(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "node01", ""));
	stop_all(&cluster);
	pass(&cluster, 600);
	expect_taints(object_in(&cluster, "Node", "node01"), "node.kubernetes.io/unreachable:NoSchedule");
	assert_false(object_is_deleting(object_in(&cluster, "Pod", "p")));
	cluster_release(&cluster);
}

/* What hangs on a silent node goes when its kubelet is back, not before. */
static void
evicted_pods_hang_until_the_kubelet_returns(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "node01", ""));
	pass(&cluster, 60);
	kubelet(&cluster, "stopped");
	pass(&cluster, 110 + 5 + 299);
	assert_false(object_is_deleting(object_in(&cluster, "Pod", "p")));
	pass(&cluster, 110 + 5 + 300);
	assert_true(object_is_deleting(object_in(&cluster, "Pod", "p")));
	pass(&cluster, 900);
	assert_true(object_is_deleting(object_in(&cluster, "Pod", "p")));
	kubelet(&cluster, "running");
	pass(&cluster, 902);
	assert_null(find(&cluster, "Pod", "p"));
	cluster_release(&cluster);
}

static void
cordons_and_conditions_have_taints(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "node01", ""));
	patch(&cluster, "Node", "node02", "{\"spec\": {\"unschedulable\": true}}");
	settle(&cluster);
	expect_taints(object_in(&cluster, "Node", "node02"), "node.kubernetes.io/unschedulable:NoSchedule");
	patch(&cluster, "Node", "node02", "{\"spec\": {\"unschedulable\": null}}");
	settle(&cluster);
	expect_taints(object_in(&cluster, "Node", "node02"), "");
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_noticed_after_fifty_seconds),
		cmocka_unit_test(all_is_well_when_it_returns),
		cmocka_unit_test(a_node_without_a_kubelet_is_unknown_after_a_minute),
		cmocka_unit_test(nothing_goes_to_a_node_that_was_silent_before),
		cmocka_unit_test(nobody_is_evicted_when_all_are_gone),
		cmocka_unit_test(evicted_pods_hang_until_the_kubelet_returns),
		cmocka_unit_test(cordons_and_conditions_have_taints),
	};

	return cmocka_run_group_tests_name("control/nodelifecycle", tests, NULL, NULL);
}
