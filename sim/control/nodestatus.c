/*
 * What a kubelet says of its node when it starts again (pkg/kubelet/kubelet_node_status.go, nodestatus/setters.go): the conditions are
 * its own once more, and the pods that the node controller called unready are what they are.  While a kubelet runs it has nothing
 * new to say; the heartbeats of a node that is well are not kept.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/nodes.h"
#include "control/podstatus.h"

static const struct said {
	const char *type, *status, *reason, *message;
	enum event event;
	const char *now;	/* what the Event calls it */
} says[] = {
	{ "MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available",
		EVENT_NODE_MEMORY, "NodeHasSufficientMemory" },
	{ "DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure",
		EVENT_NODE_DISK, "NodeHasNoDiskPressure" },
	{ "PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available",
		EVENT_NODE_PID, "NodeHasSufficientPID" },
	{ "Ready", "True", "KubeletReady", "kubelet is posting ready status", EVENT_NODE_READY, "NodeReady" },
};
#define SAYS (sizeof says / sizeof says[0])

/* Does it run, though the node controller has given it up? */
static bool
has_come_back(const struct server *server, const struct object *node)
{
	const char *reason = value_get_text(node_condition(node->root, "Ready"), "reason");

	return node_has_kubelet(server, node) && reason && strcmp(reason, "NodeStatusUnknown") == 0;
}

/* What a manifest says without a time is as old as the node. */
static void
date(struct server *server, const struct object *node)
{
	static const char *const keys[] = { "lastHeartbeatTime", "lastTransitionTime" };
	struct object *copy = object_copy(node);
	const struct value *conditions = value_path(copy->root, "status.conditions");
	const char *created = value_get_text(object_meta(copy), "creationTimestamp");

	for (size_t i = 0; created && i < value_count(conditions); i++)
		for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
			if (value_is_null(value_get(value_at(conditions, i), keys[k])))
				value_set_text(&copy->arena, value_at(conditions, i), keys[k], created);
	workload_commit(server, node, copy);
}

static void
post(struct server *server, const struct object *node)
{
	struct object *copy = object_copy(node);
	char now[CLOCK_TEXT];

	clock_format(server->clock.now, now);
	for (size_t i = 0; i < SAYS; i++) {
		const struct condition to = { says[i].type, says[i].status, says[i].reason, says[i].message, false, false };
		struct value *condition = node_condition(copy->root, says[i].type);

		if (!condition)
			continue;
		value_set_text(&copy->arena, condition, "lastHeartbeatTime", now);
		node_put_condition(&copy->arena, condition, &to, server->clock.now);
	}
	workload_commit(server, node, copy);
}

static void
tell(struct server *server, const struct object *node)
{
	event_record(server, EVENT_KUBELET_STARTING, node, NULL, "Starting kubelet.");
	event_record(server, EVENT_NODE_ALLOCATABLE, node, NULL, "Updated Node Allocatable limit across pods");
	for (size_t i = 0; i < SAYS; i++)
		event_record(server, says[i].event, node, NULL, "Node %s status is now: %s", node->name, says[i].now);
}

/* The status of each pod as its kubelet sees it; one that was not begun yet has none. */
static void
refresh_pods(struct server *server, const struct object *node)
{
	object_vec pods = VEC_INIT;

	node_pods(server, node->name, &pods);
	for (size_t i = 0; i < pods.n; i++) {
		struct object *copy;

		if (!value_path(pods.v[i]->root, "status.startTime"))
			continue;
		copy = object_copy(pods.v[i]);
		podstatus_write(copy, server->clock.now);
		workload_commit(server, pods.v[i], copy);
	}
	workload_list_release(&pods);
}

static int64_t
reconcile(struct server *server)
{
	object_vec nodes = VEC_INIT;

	workload_list(server, "Node", NULL, &nodes);
	for (size_t i = 0; i < nodes.n; i++) {
		if (!has_come_back(server, nodes.v[i])) {
			date(server, nodes.v[i]);
			continue;
		}
		tell(server, nodes.v[i]);
		post(server, nodes.v[i]);
		refresh_pods(server, nodes.v[i]);
	}
	workload_list_release(&nodes);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Node", NULL };
const struct controller controller_nodestatus = { "nodestatus", watches, reconcile, NULL };
