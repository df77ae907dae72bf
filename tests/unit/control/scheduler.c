/* Where pods go, and what is said when they go nowhere; the texts are the scheduler's, the first of the transcripts (group 18). */
#include "fixture.h"

#define POD(name, spec) "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " name "}\nspec: {" spec "containers: [{name: c, image: nginx}]}\n"

static void
expect_pending(struct cluster *cluster, const char *message)
{
	const struct object *pod = object_in(cluster, "Pod", "p");

	assert_string_equal(pod_view(pod)->node, "");
	assert_string_equal(text_at(pod, "status.phase"), "Pending");
	assert_int_equal(value_count(value_path(pod->root, "status.conditions")), 1);
	assert_string_equal(text_at(pod, "status.conditions[0].type"), "PodScheduled");
	assert_string_equal(text_at(pod, "status.conditions[0].reason"), "Unschedulable");
	assert_string_equal(text_at(pod, "status.conditions[0].message"), message);
}

static void
each_reason_is_counted(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("first", ""));
	patch(&cluster, "Node", "node01", "{\"spec\":{\"unschedulable\":true}}");
	patch(&cluster, "Node", "node02", "{\"spec\":{\"unschedulable\":true}}");
	create(&cluster, POD("p", ""));
	settle(&cluster);
	expect_pending(&cluster,
		"0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, "
		"2 node(s) were unschedulable. preemption: 0/3 nodes are available: 3 Preemption is not helpful for "
		"scheduling.");
	patch(&cluster, "Node", "node02", "{\"spec\":{\"unschedulable\":null}}");
	settle(&cluster);
	assert_string_equal(pod_view(object_in(&cluster, "Pod", "p"))->node, "node02");
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.phase"), "Running");
	cluster_release(&cluster);
}

static void
the_same_taint_on_two_nodes_is_one_reason(void **state)
{
	static const char taint[] =
		"{\"spec\":{\"taints\":[{\"key\":\"k\",\"value\":\"v\",\"effect\":\"NoSchedule\"}]}}";
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("first", ""));
	patch(&cluster, "Node", "node01", taint);
	patch(&cluster, "Node", "node02", taint);
	create(&cluster, POD("p", ""));
	settle(&cluster);
	expect_pending(&cluster,
		"0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, "
		"2 node(s) had untolerated taint {k: v}. preemption: 0/3 nodes are available: 3 Preemption is not "
		"helpful for scheduling.");
	cluster_release(&cluster);
}

static const struct {
	const char *spec, *node;	/* NULL: none */
} rows[] = {
	{"nodeSelector: {kubernetes.io/hostname: node02}, ", "node02"},
	{"nodeSelector: {disk: ssd}, ", NULL},
	{"nodeName: controlplane, ", "controlplane"}, /* nobody asks the scheduler */
	{"nodeSelector: {kubernetes.io/hostname: controlplane}, ", NULL},
	{"nodeSelector: {kubernetes.io/hostname: controlplane}, tolerations: [{operator: Exists}], ", "controlplane"},
	{"nodeSelector: {kubernetes.io/hostname: controlplane}, "
	 "tolerations: [{key: node-role.kubernetes.io/control-plane, effect: NoExecute, operator: Exists}], ",
		NULL},
	{"affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
	 "[{matchExpressions: [{key: kubernetes.io/hostname, operator: NotIn, values: [node01]}]}]}}}, ",
		"node02"},
	{"affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
	 "[{matchExpressions: [{key: disk, operator: Exists}]}]}}}, ",
		NULL},
};

static void
selectors_taints_and_affinity_decide(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cluster cluster;
		struct str text = STR_INIT;

		str_addf(&text, POD("p", "%s"), rows[i].spec);
		make(&cluster, text.buf);
		assert_string_equal(pod_view(object_in(&cluster, "Pod", "p"))->node, rows[i].node ? rows[i].node : "");
		str_release(&text);
		cluster_release(&cluster);
	}
}

static void
replicas_spread(void **state)
{
	struct cluster cluster;
	size_t n, on_first = 0;
	const struct object *const *pods;

	(void)state;
	make(&cluster, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n"
		"spec: {replicas: 6, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, "
		"spec: {containers: [{name: c, image: nginx}]}}}\n");
	pods = store_list(cluster.server.store, kind_by_kind("Pod"), "default", &n);
	for (size_t i = 0; i < n; i++)
		on_first += strcmp(pod_view(pods[i])->node, "node01") == 0;
	assert_int_equal(n, 6);
	assert_int_equal(on_first, 3);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_is_counted),
		cmocka_unit_test(the_same_taint_on_two_nodes_is_one_reason),
		cmocka_unit_test(selectors_taints_and_affinity_decide),
		cmocka_unit_test(replicas_spread),
	};

	return cmocka_run_group_tests_name("scheduler", tests, NULL, NULL);
}
