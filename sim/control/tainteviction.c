/*
 * Pods leave nodes whose NoExecute taints they don't tolerate, or no longer (pkg/controller/tainteviction).  The time that a
 * toleration gives counts from when the taint was put on.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/nodes.h"
#include "control/placement.h"
#include "control/workload.h"

/* timeAdded; a taint that a person put on has none, and then it is the node's last change by anybody but the kubelet. */
static int64_t
added_at(const struct object *node, const struct value *taint)
{
	const struct value *managers = value_get(object_meta(node), "managedFields");
	int64_t added = workload_time(taint, "timeAdded"), newest = object_created(node);

	for (size_t i = 0; i < value_count(managers); i++) {
		const struct value *manager = value_at(managers, i);
		int64_t time = workload_time(manager, "time");

		if (!value_get(manager, "subresource") && time > newest)
			newest = time;
	}
	return added ? added : newest;
}

/* One that comes to a tainted node has its time before it. */
static int64_t
bound_at(const struct object *pod)
{
	int64_t when = workload_time(node_condition(pod->root, "PodScheduled"), "lastTransitionTime");

	return when ? when : object_created(pod);
}

/*
 * When the pod has to go: 0 at once, CLOCK_NEVER when it may stay.  Of all tolerations that it needs the shortest time counts
 * (getMinTolerationTime).
 */
static int64_t
leaves_at(const struct object *node, const struct object *pod)
{
	const struct value *taints = value_path(node->root, "spec.taints"), *spec = value_get(pod->root, "spec");
	int64_t leaves = CLOCK_NEVER;

	for (size_t i = 0; i < value_count(taints); i++) {
		const struct value *taint = value_at(taints, i), *toleration;
		const char *effect = value_get_text(taint, "effect");
		int64_t seconds, when;

		if (!effect || strcmp(effect, "NoExecute") != 0)
			continue;
		toleration = placement_toleration(spec, taint);
		if (!toleration)
			return 0;
		if (value_is_null(value_get(toleration, "tolerationSeconds")))
			continue;
		seconds = value_get_int(toleration, "tolerationSeconds", 0);
		when = added_at(node, taint);
		if (bound_at(pod) > when)
			when = bound_at(pod);
		when += (seconds > 0 ? seconds : 0) * CLOCK_SECOND;
		if (when < leaves)
			leaves = when;
	}
	return leaves;
}

static bool
stays_here(const struct object *node, const struct object *pod)
{
	return strcmp(pod_view(pod)->node, node->name) == 0 && workload_pod_live(pod_view(pod));
}

static void
evict(struct server *server, const struct object *pod)
{
	const struct condition target = { "DisruptionTarget", "True", "DeletionByTaintManager",
		"Taint manager: deleting due to NoExecute taint", false, true };
	struct object *copy = object_copy(pod);

	workload_condition(&copy->arena, value_make_map(&copy->arena, copy->root, "status"), &target, server->clock.now);
	workload_commit(server, pod, copy);
	event_record(server, EVENT_TAINT_EVICTION, pod, NULL, "Marking for deletion Pod %s/%s", pod->namespace, pod->name);
	pod = store_get(server->store, pod->kind, pod->namespace, pod->name);
	if (pod)
		workload_delete(server, pod);
}

void
tainteviction_cancel(struct server *server, const struct object *node)
{
	object_vec pods = VEC_INIT;

	node_pods(server, node->name, &pods);
	for (size_t i = 0; i < pods.n; i++)
		if (workload_pod_live(pod_view(pods.v[i])) && leaves_at(node, pods.v[i]) != CLOCK_NEVER)
			event_record(server, EVENT_TAINT_EVICTION, pods.v[i], NULL, "Cancelling deletion of Pod %s/%s",
				pods.v[i]->namespace, pods.v[i]->name);
	workload_list_release(&pods);
}

/* fn for each pod that has to leave its node some time. */
static void
each_leaving(const struct server *server, void (*fn)(void *arg, const struct object *pod, int64_t when), void *arg)
{
	size_t nnodes, npods;
	const struct object *const *nodes = store_list(server->store, kind_by_kind("Node"), NULL, &nnodes);
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &npods);

	for (size_t i = 0; i < nnodes; i++) {
		for (size_t p = 0; value_count(value_path(nodes[i]->root, "spec.taints")) && p < npods; p++) {
			int64_t when = stays_here(nodes[i], pods[p]) ? leaves_at(nodes[i], pods[p]) : CLOCK_NEVER;

			if (when != CLOCK_NEVER)
				fn(arg, pods[p], when);
		}
	}
}

struct leaving {
	int64_t now;
	object_vec due;
	int64_t next;
};

static void
sort_out(void *arg, const struct object *pod, int64_t when)
{
	struct leaving *leaving = arg;

	if (when <= leaving->now)
		*vec_push(&leaving->due) = object_ref(pod);
	else if (when < leaving->next)
		leaving->next = when;
}

static int64_t
reconcile(struct server *server)
{
	struct leaving leaving = { server->clock.now, VEC_INIT, CLOCK_NEVER };

	each_leaving(server, sort_out, &leaving);
	for (size_t i = 0; i < leaving.due.n; i++)
		evict(server, leaving.due.v[i]);
	workload_list_release(&leaving.due);
	return CLOCK_NEVER;
}

static int64_t
later(const struct server *server)
{
	struct leaving leaving = { server->clock.now, VEC_INIT, CLOCK_NEVER };

	each_leaving(server, sort_out, &leaving);
	workload_list_release(&leaving.due);
	return leaving.next;
}

static const char *const watches[] = { "Node", "Pod", NULL };
const struct controller controller_tainteviction = { "tainteviction", watches, reconcile, later };
