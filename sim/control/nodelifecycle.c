/*
 * The node controller (pkg/controller/nodelifecycle/node_lifecycle_controller.go).  A node whose kubelet has said nothing for
 * node-monitor-grace-period is Unknown in all that the kubelet tells of it; its pods are called unready, and taints say what its
 * conditions are: NoSchedule at once, NoExecute when the controller looks again.  When too many nodes are gone, it is the network
 * that is broken, and no node is tainted so that pods would leave.
 *
 * The real one looks every five seconds; here it wakes when something is due.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/nodes.h"

#define MONITOR_GRACE (50 * CLOCK_SECOND)
#define STARTUP_GRACE (60 * CLOCK_SECOND)	/* of one that has never said anything */
#define MONITOR_PERIOD (5 * CLOCK_SECOND)

/* ---- who is silent ---- */

/* When it is to be called Unknown; CLOCK_NEVER: its kubelet lives, or it is Unknown already. */
static int64_t
given_up_at(const struct server *server, const struct object *node)
{
	struct node_host host = settings_host(&server->settings, node->name);

	if (strcmp(node_condition_status(node, "Ready"), "Unknown") == 0)
		return CLOCK_NEVER;
	if (!node_is_machine(node))
		return object_created(node) + STARTUP_GRACE;
	if (!host.kubelet_stopped)
		return CLOCK_NEVER;
	return host.kubelet_since ? host.kubelet_since + MONITOR_GRACE : 0;
}

/* NetworkUnavailable is not the kubelet's to tell. */
static void
give_up(struct server *server, const struct object *node)
{
	static const char *const types[] = { "Ready", "MemoryPressure", "DiskPressure", "PIDPressure" };
	struct object *copy = object_copy(node);
	struct value *list = value_make_list(&copy->arena, value_make_map(&copy->arena, copy->root, "status"), "conditions");
	bool was_ready = strcmp(node_condition_status(node, "Ready"), "True") == 0;

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct condition never = { types[i], "Unknown", "NodeStatusNeverUpdated", "Kubelet never posted node status.", false, false };
		struct condition unknown = { types[i], "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.", false, false };
		struct value *condition = node_condition(copy->root, types[i]);

		if (!condition) {
			condition = value_map(&copy->arena);
			value_set_text(&copy->arena, condition, "lastHeartbeatTime",
				value_get_text(object_meta(node), "creationTimestamp"));
			node_put_condition(&copy->arena, condition, &never, server->clock.now);
			value_append(&copy->arena, list, condition);
		} else if (strcmp(value_get_text(condition, "status"), "Unknown") != 0)
			node_put_condition(&copy->arena, condition, &unknown, server->clock.now);
	}
	if (workload_commit(server, node, copy) && was_ready)
		event_record(server, EVENT_NODE_NOT_READY, node, NULL, "Node %s status is now: NodeNotReady", node->name);
}

/* MarkPodsNotReady of pkg/controller/util/node: no more than the status changes. */
static void
call_unready(struct server *server, const struct object *pod)
{
	struct object *copy = object_copy(pod);
	struct value *condition = node_condition(copy->root, "Ready");
	char now[CLOCK_TEXT];

	value_set_text(&copy->arena, condition, "lastTransitionTime", clock_format(server->clock.now, now));
	value_set_text(&copy->arena, condition, "status", "False");
	workload_commit(server, pod, copy);
	event_record(server, EVENT_POD_NODE_NOT_READY, pod, NULL, "Node is not ready");
}

static void
call_pods_unready(struct server *server, const struct object *node)
{
	object_vec pods = VEC_INIT;

	node_pods(server, node->name, &pods);
	for (size_t i = 0; i < pods.n; i++)
		if (strcmp(node_condition_status(pods.v[i], "Ready"), "True") == 0)
			call_unready(server, pods.v[i]);
	workload_list_release(&pods);
}

/* ---- taints ---- */

static const struct row {
	const char *key, *effect;
	const char *condition, *status;	/* NULL: spec.unschedulable */
} rows[] = {
	{ "node.kubernetes.io/not-ready", "NoSchedule", "Ready", "False" },
	{ "node.kubernetes.io/unreachable", "NoSchedule", "Ready", "Unknown" },
	{ "node.kubernetes.io/memory-pressure", "NoSchedule", "MemoryPressure", "True" },
	{ "node.kubernetes.io/disk-pressure", "NoSchedule", "DiskPressure", "True" },
	{ "node.kubernetes.io/network-unavailable", "NoSchedule", "NetworkUnavailable", "True" },
	{ "node.kubernetes.io/pid-pressure", "NoSchedule", "PIDPressure", "True" },
	{ "node.kubernetes.io/unschedulable", "NoSchedule", NULL, NULL },
	{ "node.kubernetes.io/not-ready", "NoExecute", "Ready", "False" },
	{ "node.kubernetes.io/unreachable", "NoExecute", "Ready", "Unknown" },
};
#define ROWS (sizeof rows / sizeof rows[0])

static bool
ends_pods(const struct row *row)
{
	return strcmp(row->effect, "NoExecute") == 0;
}

/* Its place in the list; the list's length: not there. */
static size_t
find_taint(const struct value *taints, const struct row *row)
{
	size_t i, n = value_count(taints);

	for (i = 0; i < n; i++) {
		const char *key = value_get_text(value_at(taints, i), "key"), *effect = value_get_text(value_at(taints, i), "effect");

		if (key && effect && strcmp(key, row->key) == 0 && strcmp(effect, row->effect) == 0)
			break;
	}
	return i;
}

static bool
is_tainted(const struct object *node, const struct row *row)
{
	const struct value *taints = value_path(node->root, "spec.taints");

	return find_taint(taints, row) < value_count(taints);
}

/* Pods leave one by one only while most nodes are well. */
enum disruption { DISRUPTION_NONE, DISRUPTION_ZONE, DISRUPTION_ALL };

static const char *
label_of(const struct object *node, const char *label)
{
	const char *text = object_label(node, label);

	return text ? text : "";
}

static bool
same_zone(const struct object *a, const struct object *b)
{
	static const char *const labels[] = { "topology.kubernetes.io/region", "topology.kubernetes.io/zone" };

	return strcmp(label_of(a, labels[0]), label_of(b, labels[0])) == 0 &&
		strcmp(label_of(a, labels[1]), label_of(b, labels[1])) == 0;
}

/* handleDisruption, ComputeZoneState: more than two nodes of the zone, and 55 % of it. */
static enum disruption
disruption_of(const struct server *server, const struct object *node)
{
	size_t n, ready = 0, in_zone = 0, gone = 0;
	const struct object *const *nodes = store_list(server->store, kind_by_kind("Node"), NULL, &n);

	for (size_t i = 0; i < n; i++) {
		bool is_ready = strcmp(node_condition_status(nodes[i], "Ready"), "True") == 0;

		ready += is_ready;
		if (!same_zone(node, nodes[i]))
			continue;
		in_zone++;
		gone += !is_ready;
	}
	if (!ready)
		return DISRUPTION_ALL;
	return gone > 2 && gone < in_zone && gone * 100 >= in_zone * 55 ? DISRUPTION_ZONE : DISRUPTION_NONE;
}

/* When the taint is due; CLOCK_NEVER: it is not to be there. */
static int64_t
taint_due(const struct server *server, const struct object *node, const struct row *row)
{
	enum disruption disruption;

	if (!row->condition)
		return value_path(node->root, "spec.unschedulable") && node_view(node)->unschedulable ? 0 : CLOCK_NEVER;
	if (strcmp(node_condition_status(node, row->condition), row->status) != 0)
		return CLOCK_NEVER;
	if (!ends_pods(row))
		return 0;
	disruption = disruption_of(server, node);
	if (disruption == DISRUPTION_ALL || (disruption == DISRUPTION_ZONE && !is_tainted(node, row)))
		return CLOCK_NEVER;
	for (size_t i = 0; i < ROWS; i++)	/* from not-ready to unreachable and back at once */
		if (ends_pods(&rows[i]) && is_tainted(node, &rows[i]))
			return 0;
	return workload_time(node_condition(node->root, row->condition), "lastTransitionTime") + MONITOR_PERIOD;
}

static void
add_taint(struct object *copy, const struct row *row, int64_t now)
{
	struct value *taint = value_map(&copy->arena);
	char text[CLOCK_TEXT];

	value_set_text(&copy->arena, taint, "effect", row->effect);
	value_set_text(&copy->arena, taint, "key", row->key);
	value_set_text(&copy->arena, taint, "timeAdded", clock_format(now, text));
	value_append(&copy->arena, value_make_list(&copy->arena, value_make_map(&copy->arena, copy->root, "spec"), "taints"), taint);
}

static void
remove_taint(struct server *server, const struct object *node, struct object *copy, const struct row *row)
{
	struct value *spec = value_get(copy->root, "spec"), *taints = value_get(spec, "taints");
	size_t at = find_taint(taints, row);

	if (ends_pods(row))
		tainteviction_cancel(server, node);
	value_remove_at(taints, at);
	if (!value_count(taints))
		value_remove(spec, "taints");
}

static void
taint(struct server *server, const struct object *node)
{
	struct object *copy = object_copy(node);

	for (size_t i = 0; i < ROWS; i++) {
		bool wanted = taint_due(server, node, &rows[i]) <= server->clock.now;

		if (wanted && !is_tainted(node, &rows[i]))
			add_taint(copy, &rows[i], server->clock.now);
		else if (!wanted && is_tainted(node, &rows[i]))
			remove_taint(server, node, copy, &rows[i]);
	}
	workload_commit(server, node, copy);
}

/* ---- all of it ---- */

/* What the node says now, and what its silence means: the scheduler must not find it without its taints. */
static void
judge(struct server *server, const struct object *node)
{
	if (given_up_at(server, node) <= server->clock.now) {
		give_up(server, node);
		node = store_get(server->store, node->kind, "", node->name);
	}
	if (node_condition(node->root, "Ready") && strcmp(node_condition_status(node, "Ready"), "True") != 0)
		call_pods_unready(server, node);
	taint(server, node);
}

static int64_t
reconcile(struct server *server)
{
	object_vec nodes = VEC_INIT;

	workload_list(server, "Node", NULL, &nodes);
	for (size_t i = 0; i < nodes.n; i++)
		judge(server, nodes.v[i]);
	workload_list_release(&nodes);
	return CLOCK_NEVER;
}

static int64_t
later(const struct server *server)
{
	size_t n;
	const struct object *const *nodes = store_list(server->store, kind_by_kind("Node"), NULL, &n);
	int64_t next = CLOCK_NEVER;

	for (size_t i = 0; i < n; i++) {
		int64_t when = given_up_at(server, nodes[i]);

		if (when < next)
			next = when;
		for (size_t k = 0; k < ROWS; k++) {
			when = is_tainted(nodes[i], &rows[k]) ? CLOCK_NEVER : taint_due(server, nodes[i], &rows[k]);
			if (when < next)
				next = when;
		}
	}
	return next;
}

/* Pods: one that comes to a node that is gone is not ready either. */
static const char *const watches[] = { "Node", "Pod", NULL };
const struct controller controller_nodelifecycle = { "nodelifecycle", watches, reconcile, later };
