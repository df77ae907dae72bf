/*
 * Nodes that live and nodes that don't: the kubelet's own report of its node, what the node controller makes of its silence, the
 * taints that stand for conditions, and the pods that are no longer believed to be ready (pkg/controller/nodelifecycle,
 * pkg/kubelet/nodestatus).  Leases are not kept: silence counts from when the kubelet stopped.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/podstatus.h"
#include "control/workload.h"

#define GRACE (50 * CLOCK_SECOND)	/* node-monitor-grace-period */

/* What the kubelet says of a node that is well; NodeStatus' order. */
static const struct report {
	const char *type, *status, *reason, *message;
} reports[] = {
	{ "MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available" },
	{ "DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure" },
	{ "PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available" },
	{ "Ready", "True", "KubeletReady", "kubelet is posting ready status" },
};
#define REPORTS (sizeof reports / sizeof reports[0])

/* condition, its status, the taint, whether pods are evicted for it; the order in which they are put */
static const struct cause {
	const char *type, *status, *key;
	bool evicts;
} causes[] = {
	{ "Ready", "False", "node.kubernetes.io/not-ready", true },
	{ "Ready", "Unknown", "node.kubernetes.io/unreachable", true },
	{ "MemoryPressure", "True", "node.kubernetes.io/memory-pressure", false },
	{ "DiskPressure", "True", "node.kubernetes.io/disk-pressure", false },
	{ "NetworkUnavailable", "True", "node.kubernetes.io/network-unavailable", false },
	{ "PIDPressure", "True", "node.kubernetes.io/pid-pressure", false },
};
#define CAUSES (sizeof causes / sizeof causes[0])

static struct value *
condition_of(const struct object *node, const char *type)
{
	const struct value *conditions = value_path(node->root, "status.conditions");

	for (size_t i = 0; i < value_count(conditions); i++) {
		const char *there = value_get_text(value_at(conditions, i), "type");

		if (there && strcmp(there, type) == 0)
			return value_at(conditions, i);
	}
	return NULL;
}

static bool
has_status(const struct object *node, const char *type, const char *status)
{
	const char *there = value_get_text(condition_of(node, type), "status");

	return there && strcmp(there, status) == 0;
}

static bool
is_silent(const struct server *server, const struct object *node)
{
	return settings_host(&server->settings, node->name).kubelet_stopped;
}

/* When the silence is long enough. */
static int64_t
given_up_at(const struct server *server, const struct object *node)
{
	return settings_host(&server->settings, node->name).kubelet_since + GRACE;
}

/* ---- conditions ---- */

static void
set_condition(struct arena *arena, struct value *condition, const struct report *report, int64_t now)
{
	const char *before = value_get_text(condition, "status");
	char text[CLOCK_TEXT];

	if (!before || strcmp(before, report->status) != 0)
		value_set_text(arena, condition, "lastTransitionTime", clock_format(now, text));
	value_set_text(arena, condition, "message", report->message);
	value_set_text(arena, condition, "reason", report->reason);
	value_set_text(arena, condition, "status", report->status);
}

/* Conditions that a manifest gives without times are as old as the node. */
static void
stamp(struct object *copy)
{
	static const char *const fields[] = { "lastHeartbeatTime", "lastTransitionTime" };
	const struct value *conditions = value_path(copy->root, "status.conditions");
	const char *created = value_get_text(object_meta(copy), "creationTimestamp");

	for (size_t i = 0; created && i < value_count(conditions); i++) {
		for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
			if (value_is_null(value_get(value_at(conditions, i), fields[f])))
				value_set_text(&copy->arena, value_at(conditions, i), fields[f], created);
	}
}

/* The kubelet is back: what was unknown is as it should be.  What somebody else says of the node stays. */
static void
report_again(struct object *copy, int64_t now)
{
	char text[CLOCK_TEXT];

	for (size_t i = 0; i < REPORTS; i++) {
		struct value *condition = condition_of(copy, reports[i].type);
		const char *reason = value_get_text(condition, "reason");

		if (!reason || strcmp(reason, "NodeStatusUnknown") != 0)
			continue;
		value_set_text(&copy->arena, condition, "lastHeartbeatTime", clock_format(now, text));
		set_condition(&copy->arena, condition, &reports[i], now);
	}
}

static void
give_up(struct object *copy, int64_t now)
{
	for (size_t i = 0; i < REPORTS; i++) {
		const struct report unknown = { reports[i].type, "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status." };
		struct value *condition = condition_of(copy, reports[i].type);

		if (condition && !has_status(copy, reports[i].type, "Unknown"))
			set_condition(&copy->arena, condition, &unknown, now);
	}
}

/* ---- taints ---- */

static size_t
taint_at(const struct value *taints, const char *key, const char *effect)
{
	size_t i = 0;

	for (; i < value_count(taints); i++) {
		const char *has_key = value_get_text(value_at(taints, i), "key"), *has = value_get_text(value_at(taints, i), "effect");

		if (has_key && has && strcmp(has_key, key) == 0 && strcmp(has, effect) == 0)
			break;
	}
	return i;
}

static void
put_taint(struct object *copy, const char *key, const char *effect, bool wanted, int64_t now)
{
	struct value *spec = value_make_map(&copy->arena, copy->root, "spec"), *taints = value_get(spec, "taints"), *taint;
	size_t at = taint_at(taints, key, effect);
	char text[CLOCK_TEXT];

	if (wanted == (at < value_count(taints)))
		return;
	if (!wanted) {
		value_remove_at(taints, at);
		if (!value_count(taints))
			value_remove(spec, "taints");
		return;
	}
	taint = value_map(&copy->arena);
	value_set_text(&copy->arena, taint, "effect", effect);
	value_set_text(&copy->arena, taint, "key", key);
	value_set_text(&copy->arena, taint, "timeAdded", clock_format(now, text));
	value_append(&copy->arena, value_make_list(&copy->arena, spec, "taints"), taint);
}

static void
put_taints(struct object *copy, int64_t now)
{
	bool cordoned = value_get_bool(value_get(copy->root, "spec"), "unschedulable", false);

	for (size_t i = 0; i < CAUSES; i++) {
		bool holds = has_status(copy, causes[i].type, causes[i].status);

		put_taint(copy, causes[i].key, "NoSchedule", holds, now);
		if (causes[i].evicts)
			put_taint(copy, causes[i].key, "NoExecute", holds, now);
	}
	put_taint(copy, "node.kubernetes.io/unschedulable", "NoSchedule", cordoned, now);
}

/* ---- its pods ---- */

/* Of a node that isn't ready no pod is believed to be; of one that is again, as many as its containers say. */
static void
look_at_pods(struct server *server, const struct object *node, bool ready)
{
	object_vec pods = VEC_INIT;

	workload_list(server, "Pod", NULL, &pods);
	for (size_t i = 0; i < pods.n; i++) {
		const struct object *pod = pods.v[i];
		const struct condition unready = { "Ready", "False", "", "", false, true };
		struct object *copy;

		if (strcmp(pod_view(pod)->node, node->name) != 0 || pod_view(pod)->ready == ready || workload_pod_done(pod_view(pod)))
			continue;
		copy = object_copy(pod);
		if (ready)
			podstatus_write(copy, server->clock.now);
		else
			workload_condition(&copy->arena, value_get(copy->root, "status"), &unready, server->clock.now);
		if (workload_commit(server, pod, copy) && !ready)
			event_record(server, EVENT_POD_NODE_NOT_READY, pod, NULL, "Node is not ready");
	}
	workload_list_release(&pods);
}

/* ---- one node ---- */

static void
tell(struct server *server, const struct object *node, bool was_ready, bool is_ready)
{
	if (was_ready && !is_ready)
		event_record(server, EVENT_NODE_NOT_READY, node, NULL, "Node %s status is now: NodeNotReady", node->name);
	else if (is_ready && !was_ready) {
		event_record(server, EVENT_KUBELET_STARTING, node, NULL, "Starting kubelet.");
		event_record(server, EVENT_NODE_READY, node, NULL, "Node %s status is now: NodeReady", node->name);
	}
}

static void
sync_node(struct server *server, const struct object *node)
{
	bool was_ready = has_status(node, "Ready", "True"), was_known = !has_status(node, "Ready", "Unknown"), is_ready;
	struct object *copy = object_copy(node);

	stamp(copy);
	if (!is_silent(server, node))
		report_again(copy, server->clock.now);
	else if (given_up_at(server, node) <= server->clock.now)
		give_up(copy, server->clock.now);
	put_taints(copy, server->clock.now);
	is_ready = has_status(copy, "Ready", "True");
	if (workload_commit(server, node, copy) && (was_ready != is_ready))
		tell(server, node, was_ready, is_ready);
	if (!is_ready && has_status(node, "Ready", was_known ? "False" : "Unknown"))
		look_at_pods(server, node, false);
	else if (was_ready != is_ready)
		look_at_pods(server, node, is_ready);
}

static int64_t
reconcile(struct server *server)
{
	object_vec nodes = VEC_INIT;

	workload_list(server, "Node", NULL, &nodes);
	for (size_t i = 0; i < nodes.n; i++)
		sync_node(server, nodes.v[i]);
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

		if (is_silent(server, nodes[i]) && !has_status(nodes[i], "Ready", "Unknown") && condition_of(nodes[i], "Ready") &&
			when < next)
			next = when;
	}
	return next;
}

static const char *const watches[] = { "Node", "Pod", NULL };
const struct controller controller_nodelifecycle = { "nodelifecycle", watches, reconcile, later };
