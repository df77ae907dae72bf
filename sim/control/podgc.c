/*
 * Pods of nodes that are no more go 40 seconds after the node (pkg/controller/podgc: gcOrphaned).  That a node was removed
 * is known from the event that says so.  A terminating pod of a node that is out of service goes at once (gcTerminating).
 */
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/nodes.h"
#include "control/workload.h"

#define QUARANTINE (40 * CLOCK_SECOND)

static bool
is_orphan(const struct server *server, const struct object *pod)
{
	return pod_view(pod)->node[0] && !store_get(server->store, kind_by_kind("Node"), "", pod_view(pod)->node);
}

/* The node as it is spoken of after its end: events name it by its name alone. */
static struct object *
remember(const char *name)
{
	struct object *node = object_new(kind_by_kind("Node"));

	node->root = value_map(&node->arena);
	value_set_text(&node->arena, value_make_map(&node->arena, node->root, "metadata"), "name", name);
	value_set_text(&node->arena, value_make_map(&node->arena, node->root, "metadata"), "uid", name);
	object_seal(node);
	return node;
}

/* When the orphan's node was missed first; 0: nobody has said so yet. */
static int64_t
missed_at(const struct server *server, const struct object *pod)
{
	struct object *node = remember(pod_view(pod)->node);
	int64_t when = event_last(server, EVENT_REMOVING_NODE, node, NULL);

	object_unref(node);
	return when;
}

/* Somebody has said that the node will not come back by itself. */
static bool
is_out_of_service(const struct server *server, const struct object *pod)
{
	const struct object *node = object_is_deleting(pod) ? store_get(server->store, kind_by_kind("Node"), "", pod_view(pod)->node) : NULL;
	const struct value *taints = node ? value_path(node->root, "spec.taints") : NULL;

	for (size_t i = 0; i < value_count(taints); i++) {
		const char *key = value_get_text(value_at(taints, i), "key");

		if (key && strcmp(key, "node.kubernetes.io/out-of-service") == 0)
			return strcmp(node_condition_status(node, "Ready"), "True") != 0;
	}
	return false;
}

/* By force: there is no kubelet to wait for. */
static void
collect(struct server *server, const struct object *pod)
{
	const struct condition target = { "DisruptionTarget", "True", "DeletionByPodGC", "PodGC: node no longer exists", false, true };
	struct object *copy = object_copy(pod);
	struct value *status = value_make_map(&copy->arena, copy->root, "status");

	if (!workload_pod_done(pod_view(pod))) {
		value_set_text(&copy->arena, status, "phase", "Failed");
		if (is_orphan(server, pod))
			workload_condition(&copy->arena, status, &target, server->clock.now);
	}
	workload_commit(server, pod, copy);
	pod = store_get(server->store, pod->kind, pod->namespace, pod->name);
	if (pod)
		server_remove(server, pod);
}

static int64_t
reconcile(struct server *server)
{
	object_vec pods = VEC_INIT;

	workload_list(server, "Pod", NULL, &pods);
	for (size_t i = 0; i < pods.n; i++) {
		const struct object *pod = pods.v[i];
		int64_t when;

		if (is_out_of_service(server, pod) && !workload_waits(pod))
			collect(server, pod);
		if (!is_orphan(server, pod) || workload_waits(pod))
			continue;
		when = missed_at(server, pod);
		if (!when) {
			struct object *node = remember(pod_view(pod)->node);

			event_record(server, EVENT_REMOVING_NODE, node, NULL, "Node %s event: Removing Node %s from Controller", node->name,
				node->name);
			object_unref(node);
		} else if (when + QUARANTINE <= server->clock.now)
			collect(server, pod);
	}
	workload_list_release(&pods);
	return CLOCK_NEVER;
}

static int64_t
later(const struct server *server)
{
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);
	int64_t next = CLOCK_NEVER;

	for (size_t i = 0; i < n; i++) {
		int64_t when = is_orphan(server, pods[i]) && !workload_waits(pods[i]) ? missed_at(server, pods[i]) : 0;

		if (when && when + QUARANTINE < next)
			next = when + QUARANTINE;
	}
	return next;
}

static const char *const watches[] = { "Pod", "Node", NULL };
const struct controller controller_podgc = { "podgc", watches, reconcile, later };
