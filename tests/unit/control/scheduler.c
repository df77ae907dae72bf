/* Where pods go, and what is said when they go nowhere; the texts are the scheduler's, the first of the transcripts (group 18). */
#include "fixture.h"

#include "control/events.h"

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

static const struct object *
pod_on(struct cluster *cluster, const char *name)
{
	const struct object *pod = object_in(cluster, "Pod", name);

	assert_string_not_equal(pod_view(pod)->node, "");
	return pod;
}

/* The texts are the API server's, of applySchedulingGatedCondition in pkg/registry/core/pod/strategy.go. */
static void
gates_hold_a_pod_back(void **state)
{
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, POD("p", "schedulingGates: [{name: a}], "));
	pod = object_in(&cluster, "Pod", "p");
	assert_string_equal(pod_view(pod)->node, "");
	assert_string_equal(text_at(pod, "status.conditions[0].type"), "PodScheduled");
	assert_string_equal(text_at(pod, "status.conditions[0].reason"), "SchedulingGated");
	assert_string_equal(text_at(pod, "status.conditions[0].message"),
		"Scheduling is blocked due to non-empty scheduling gates");
	assert_int_equal(event_last(&cluster.server, EVENT_FAILED_SCHEDULING, pod, NULL), 0);
	patch(&cluster, "Pod", "p", "{\"spec\":{\"schedulingGates\":null}}");
	settle(&cluster);
	pod_on(&cluster, "p");
	cluster_release(&cluster);
}

static void
another_schedulers_pod_waits_unsaid(void **state)
{
	struct cluster cluster;
	const struct object *pod;

	(void)state;
	make(&cluster, POD("p", "schedulerName: mine, "));
	pod = object_in(&cluster, "Pod", "p");
	assert_string_equal(pod_view(pod)->node, "");
	assert_int_equal(value_count(value_path(pod->root, "status.conditions")), 0);
	assert_int_equal(event_last(&cluster.server, EVENT_FAILED_SCHEDULING, pod, NULL), 0);
	cluster_release(&cluster);
}

static void
what_waits_is_tried_again(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "nodeSelector: {disk: ssd}, "));
	assert_string_equal(pod_view(object_in(&cluster, "Pod", "p"))->node, "");
	patch(&cluster, "Node", "node02", "{\"metadata\":{\"labels\":{\"disk\":\"ssd\"}}}");
	settle(&cluster);
	assert_string_equal(pod_view(pod_on(&cluster, "p"))->node, "node02");
	cluster_release(&cluster);
}

/* podMaxInUnschedulablePodsDuration: five minutes; a repetition within six is a series (client-go, tools/events). */
static void
what_waits_is_heard_of_every_five_minutes(void **state)
{
	struct cluster cluster;
	size_t n;
	const struct object *const *events;

	(void)state;
	make(&cluster, POD("p", "nodeSelector: {disk: ssd}, "));
	cluster_tick(&cluster, cluster.server.clock.now + 11 * 60 * CLOCK_SECOND);
	events = store_list(cluster.server.store, kind_by_kind("Event"), "default", &n);
	assert_int_equal(n, 1);
	assert_int_equal(int_at(events[0], "series.count"), 3);
	cluster_release(&cluster);
}

#define ASKING(name, more, cpu) "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " name "}\nspec: {" more \
	"nodeSelector: {kubernetes.io/hostname: node01}, " \
	"containers: [{name: c, image: nginx, resources: {requests: {cpu: " cpu "}}}]}\n"
#define TWO_CORES(name, more) ASKING(name, more, "1800m")

static void
a_critical_pod_drives_out_a_lesser_one(void **state)
{
	struct cluster cluster;
	struct str said = STR_INIT;
	const struct object *pod;

	(void)state;
	make(&cluster, TWO_CORES("victim", ""));
	pod_on(&cluster, "victim");
	create(&cluster, TWO_CORES("p", "priorityClassName: system-cluster-critical, "));
	control_run(&cluster.control);
	pod = object_in(&cluster, "Pod", "p");
	assert_string_equal(text_at(pod, "status.nominatedNodeName"), "node01");
	assert_string_equal(text_at(pod, "status.conditions[0].message"),
		"0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match "
		"Pod's node affinity/selector, 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: "
		"}.");
	str_addf(&said, "Preempted by pod %s on node node01", object_uid(pod));
	assert_true(was_said(&cluster, "victim", "Preempted", said.buf));
	settle(&cluster);
	assert_string_equal(pod_view(pod_on(&cluster, "p"))->node, "node01");
	assert_null(find(&cluster, "Pod", "victim"));
	str_release(&said);
	cluster_release(&cluster);
}

/* The victim takes its grace period; what comes meanwhile doesn't get the room. */
static void
room_that_was_made_is_kept(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, ASKING("victim", "terminationGracePeriodSeconds: 20, ", "1"));
	create(&cluster, TWO_CORES("p", "priorityClassName: system-cluster-critical, "));
	control_run(&cluster.control);
	create(&cluster, ASKING("thief", "", "500m"));
	settle(&cluster);
	assert_string_equal(pod_view(pod_on(&cluster, "p"))->node, "node01");
	assert_string_equal(pod_view(object_in(&cluster, "Pod", "thief"))->node, "");
	cluster_release(&cluster);
}

static void
one_that_may_not_preempt_says_so(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, TWO_CORES("q", "") TWO_CORES("p", "preemptionPolicy: Never, "));
	expect_pending(&cluster, "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node "
		"affinity/selector, 1 node(s) "
		"had untolerated taint {node-role.kubernetes.io/control-plane: }. preemption: not eligible due to "
		"preemptionPolicy=Never.");
	cluster_release(&cluster);
}

/* Each row's second pod likes node02 more; without the reason it would be as likely on node01. */
static const char *const liking[] = {
	POD("p", "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: "
		"{matchExpressions: "
		"[{key: kubernetes.io/hostname, operator: In, values: [node02]}]}}]}}, "),
	"---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\n"
	"spec: {nodeName: node02, containers: [{name: c, image: nginx}]}\n"
	POD("p", "affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, "
		"podAffinityTerm: "
		"{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: a}}}}]}}, "),
	"---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\n"
	"spec: {nodeName: node01, containers: [{name: c, image: nginx}]}\n"
	POD("p", "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 100, "
		"podAffinityTerm: "
		"{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: a}}}}]}}, "),
	"---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
	"spec: {nodeName: node01, containers: [{name: c, image: nginx, resources: {requests: {cpu: 1, memory: "
	"2Gi}}}]}\n" POD("p", ""),
};

static void
scores_decide_between_nodes_that_fit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof liking / sizeof *liking; i++) {
		struct cluster cluster;

		make(&cluster, liking[i]);
		assert_string_equal(pod_view(pod_on(&cluster, "p"))->node, "node02");
		cluster_release(&cluster);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_is_counted),
		cmocka_unit_test(the_same_taint_on_two_nodes_is_one_reason),
		cmocka_unit_test(selectors_taints_and_affinity_decide),
		cmocka_unit_test(replicas_spread),
		cmocka_unit_test(gates_hold_a_pod_back),
		cmocka_unit_test(another_schedulers_pod_waits_unsaid),
		cmocka_unit_test(what_waits_is_tried_again),
		cmocka_unit_test(what_waits_is_heard_of_every_five_minutes),
		cmocka_unit_test(a_critical_pod_drives_out_a_lesser_one),
		cmocka_unit_test(room_that_was_made_is_kept),
		cmocka_unit_test(one_that_may_not_preempt_says_so),
		cmocka_unit_test(scores_decide_between_nodes_that_fit),
	};

	return cmocka_run_group_tests_name("scheduler", tests, NULL, NULL);
}
