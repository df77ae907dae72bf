/*
 * Which filter refuses a pod, and what it says of each node.  The texts are those of pkg/scheduler/framework/plugins
 * and of their tests; the cluster is the base one: a tainted control plane and two workers of two cores and four
 * gigabytes.
 */
#include "fixture.h"

#define POD(name, spec) "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " name ", labels: {app: " name "}}\nspec: {" \
	spec "}\n"
#define PLAIN "containers: [{name: c, image: nginx}]"
#define ASKING(resources) "containers: [{name: c, image: nginx, resources: {requests: {" resources "}}}]"
#define AT(node) "nodeSelector: {kubernetes.io/hostname: " node "}, "
#define TAINT "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }"
#define NO_VICTIMS " preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, " \
	"2 No preemption victims found for incoming pod."
#define NO_HELP " preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
#define HOST_PORT(more) "containers: [{name: c, image: nginx, ports: [{containerPort: 80, hostPort: 8080" more "}]}]"
#define SPREAD(key, more) "topologySpreadConstraints: [{maxSkew: 1, topologyKey: " key \
	", whenUnsatisfiable: DoNotSchedule, labelSelector: {matchExpressions: [{key: app, operator: Exists}]}" \
	more "}], "
#define HOSTNAME "kubernetes.io/hostname"
#define TERM(selector, more) "{requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: " \
	HOSTNAME ", labelSelector: " selector \
	more "}]}"

/*
 * The last pod of each row is p; why is what its condition says, NULL when it is scheduled, and then node is where;
 * NULL: anywhere.
 */
static const struct {
	const char *pods, *why, *node;
} rows[] = {
	/* noderesources: all that is missing on a node is told, each counted for itself */
	{ POD("p", ASKING("cpu: 3")), "0/3 nodes are available: " TAINT ", 2 Insufficient cpu." NO_VICTIMS, NULL },
	{ POD("p", ASKING("cpu: 3, memory: 8Gi")),
		"0/3 nodes are available: " TAINT ", 2 Insufficient cpu, 2 Insufficient memory." NO_VICTIMS, NULL },
	{ POD("p", ASKING("ephemeral-storage: 1Ti")), "0/3 nodes are available: "
		TAINT ", 2 Insufficient ephemeral-storage." NO_VICTIMS,
		NULL },
	{ POD("p", "containers: [{name: c, image: nginx, resources: {limits: {nvidia.com/gpu: 1}}}]"),
		"0/3 nodes are available: " TAINT ", 2 Insufficient nvidia.com/gpu." NO_VICTIMS, NULL },
	{ POD("q", AT("node01") ASKING("cpu: 1500m")) POD("p", ASKING("cpu: 1")), NULL, "node02" },
	{ POD("q", AT("node01") ASKING("cpu: 1500m")) POD("p", AT("node01") ASKING("cpu: 1")),
		"0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, "
		TAINT "."
		" preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, "
		"2 Preemption is not helpful for scheduling.", NULL },

	/* nodeports */
	{ POD("q", HOST_PORT("")) POD("r", HOST_PORT("")) POD("p", HOST_PORT("")),
		"0/3 nodes are available: " TAINT ", 2 node(s) didn't have free ports for the requested pod ports."
		NO_VICTIMS, NULL },
	{ POD("q", AT("node01") HOST_PORT("")) POD("p", AT("node01") HOST_PORT(", protocol: UDP")), NULL, "node01" },
	{ POD("q", AT("node01") HOST_PORT(", hostIP: 127.0.0.1")) POD("p",
		AT("node01") HOST_PORT(", hostIP: 172.30.2.2")), NULL, "node01" },
	{ POD("q", AT("node01") HOST_PORT(", hostIP: 127.0.0.1")) POD("p", HOST_PORT("")), NULL, "node02" },

	/* taints are asked before selectors; a name is a plugin of its own */
	{ POD("p", "nodeSelector: {disk: ssd}, " PLAIN),
		"0/3 nodes are available: " TAINT ", 2 node(s) didn't match Pod's node affinity/selector." NO_HELP,
		NULL },
	{ POD("p", "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
		"[{matchFields: [{key: metadata.name, operator: In, values: [node01]}]}]}}}, " ASKING("cpu: 3")),
		"0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. "
		"preemption: 0/3 nodes are "
		"available: 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for "
		"scheduling.", NULL },

	/* podtopologyspread */
	{ POD("p", SPREAD("zone", "") PLAIN),
		"0/3 nodes are available: " TAINT ", 2 node(s) didn't match pod topology spread constraints (missing "
		"required label)."
		NO_HELP, NULL },
	{ POD("q", AT("node01") PLAIN) POD("p", SPREAD(HOSTNAME, "") PLAIN),
		NULL, "node02" },
	/* nobody may go to the control plane, but it counts as a domain with none */
	{ POD("q", AT("node01") PLAIN) POD("r", AT("node02") PLAIN) POD("p", SPREAD(HOSTNAME, "") PLAIN),
		"0/3 nodes are available: " TAINT ", 2 node(s) didn't match pod topology spread constraints."
		NO_VICTIMS, NULL },
	{ POD("q", AT("node01") PLAIN) POD("r", AT("node02") PLAIN) POD("p",
		SPREAD(HOSTNAME, ", nodeTaintsPolicy: Honor") PLAIN), NULL, NULL },
	{ POD("q", AT("node01") PLAIN) POD("r", AT("node02") PLAIN)
		POD("p", SPREAD(HOSTNAME, ", nodeTaintsPolicy: Honor, minDomains: 3") PLAIN),
		"0/3 nodes are available: " TAINT ", 2 node(s) didn't match pod topology spread constraints."
		NO_VICTIMS, NULL },
	/* the pod's own selector leaves one domain */
	{ POD("q", AT("node01") PLAIN) POD("p", AT("node01") SPREAD(HOSTNAME, "") PLAIN), NULL, "node01" },
	{ POD("q", AT("node01") PLAIN) POD("p", SPREAD(HOSTNAME, ", nodeAffinityPolicy: Ignore") AT("node01") PLAIN),
		"0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) didn't match "
		"pod topology "
		"spread constraints, " TAINT ". preemption: 0/3 nodes are available: 1 No preemption victims found for "
		"incoming pod, "
		"2 Preemption is not helpful for scheduling.", NULL },

	/* interpodaffinity */
	{ POD("p", "affinity: {podAffinity: " TERM("{matchLabels: {app: x}}", "") "}, " PLAIN),
		"0/3 nodes are available: " TAINT ", 2 node(s) didn't match pod affinity rules." NO_HELP, NULL },
	{ POD("p", "affinity: {podAffinity: " TERM("{matchLabels: {app: p}}", "") "}, " PLAIN), NULL, NULL },	/* the first of its group */
	{ POD("q", AT("node02") PLAIN) POD("p", "affinity: {podAffinity: " TERM("{matchLabels: {app: q}}", "") "}, "
		PLAIN), NULL, "node02" },
	{ POD("q", AT("node02") PLAIN) POD("p", "affinity: {podAntiAffinity: " TERM("{matchLabels: {app: q}}", "") "}, "
		PLAIN), NULL,
		"node01" },
	{ POD("q", AT("node01") PLAIN) POD("r", AT("node02") PLAIN)
		POD("p", "affinity: {podAntiAffinity: " TERM("{matchExpressions: [{key: app, operator: Exists}]}",
		"") "}, " PLAIN),
		"0/3 nodes are available: " TAINT ", 2 node(s) didn't match pod anti-affinity rules." NO_VICTIMS,
		NULL },
	{ POD("q", AT("node01") "affinity: {podAntiAffinity: " TERM("{matchLabels: {app: p}}", "") "}, " PLAIN)
		POD("r", AT("node02") "affinity: {podAntiAffinity: " TERM("{matchLabels: {app: p}}", "") "}, "
		PLAIN) POD("p", PLAIN),
		"0/3 nodes are available: " TAINT ", 2 node(s) didn't satisfy existing pods anti-affinity rules."
		NO_VICTIMS, NULL },
	/* the same label as its own: merged into the selector by the API server */
	{ POD("q", AT("node01") PLAIN) POD("p", AT("node01") "affinity: {podAntiAffinity: "
		TERM("{matchExpressions: [{key: app, operator: Exists}]}", ", matchLabelKeys: [app]") "}, " PLAIN),
		NULL, "node01" },
	{ POD("q", AT("node01") PLAIN) POD("p", "affinity: {podAntiAffinity: "
		TERM("{matchExpressions: [{key: app, operator: Exists}]}", ", mismatchLabelKeys: [app]") "}, " PLAIN),
		NULL, "node02" },
	/* of another namespace, by its name and by its labels */
	{ POD("q", AT("node01") PLAIN) POD("p", AT("node01") "affinity: {podAntiAffinity: "
		TERM("{matchLabels: {app: q}}", ", namespaces: [kube-system]") "}, " PLAIN), NULL, "node01" },
	{ POD("q", AT("node01") PLAIN) POD("p", "affinity: {podAntiAffinity: "
		TERM("{matchLabels: {app: q}}", ", namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "
		"default}}") "}, " PLAIN),
		NULL, "node02" },
};

static void
each_filter_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cluster cluster;
		const struct object *pod;

		make(&cluster, rows[i].pods);
		pod = object_in(&cluster, "Pod", "p");
		if (rows[i].why) {
			assert_string_equal(text_at(pod, "status.conditions[0].message"), rows[i].why);
			assert_string_equal(pod_view(pod)->node, "");
			assert_true(was_said(&cluster, "p", "FailedScheduling", rows[i].why));
		} else {
			assert_string_not_equal(pod_view(pod)->node, "");
		}
		if (rows[i].node)
			assert_string_equal(pod_view(pod)->node, rows[i].node);
		cluster_release(&cluster);
	}
}

static void
a_node_has_room_for_so_many_pods(void **state)
{
	struct cluster cluster;
	struct object *copy;

	(void)state;
	make(&cluster, POD("first", PLAIN));
	patch(&cluster, "Node", "node01", "{\"spec\":{\"unschedulable\":true}}");
	copy = object_copy(object_in(&cluster, "Node", "node02"));
	/* its kube-proxy */
	value_set_text(&copy->arena, value_path(copy->root, "status.allocatable"), "pods", "1");
	server_write(&cluster.server, copy);
	create(&cluster, POD("p", PLAIN));
	settle(&cluster);
	assert_string_equal(text_at(object_in(&cluster, "Pod", "p"), "status.conditions[0].message"),
		"0/3 nodes are available: 1 Too many pods, "
		TAINT ", 1 node(s) were unschedulable. preemption: 0/3 nodes are available: "
		"1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.");
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_filter_decides),
		cmocka_unit_test(a_node_has_room_for_so_many_pods),
	};

	return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
