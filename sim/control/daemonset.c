/*
 * DaemonSets: one pod on every node that takes it (pkg/controller/daemon).  The pod is bound to its node by affinity to
 * the node's name, and tolerates what nodes are commonly tainted with.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/placement.h"
#include "control/workload.h"

static const struct {
	const char *key, *effect;
} tolerated[] = {
	{ "node.kubernetes.io/not-ready", "NoExecute" },
	{ "node.kubernetes.io/unreachable", "NoExecute" },
	{ "node.kubernetes.io/disk-pressure", "NoSchedule" },
	{ "node.kubernetes.io/memory-pressure", "NoSchedule" },
	{ "node.kubernetes.io/pid-pressure", "NoSchedule" },
	{ "node.kubernetes.io/unschedulable", "NoSchedule" },
};

static void
add_tolerations(struct arena *arena, struct value *spec)
{
	struct value *list = value_make_list(arena, spec, "tolerations");

	for (size_t i = 0; i < sizeof tolerated / sizeof tolerated[0]; i++) {
		struct value *toleration = value_map(arena);

		value_set_text(arena, toleration, "effect", tolerated[i].effect);
		value_set_text(arena, toleration, "key", tolerated[i].key);
		value_set_text(arena, toleration, "operator", "Exists");
		value_append(arena, list, toleration);
	}
}

static void
bind_to_node(struct arena *arena, struct value *spec, const char *node)
{
	struct value *affinity = value_make_map(arena, value_make_map(arena, spec, "affinity"), "nodeAffinity");
	struct value *required = value_make_map(arena, affinity, "requiredDuringSchedulingIgnoredDuringExecution");
	struct value *terms = value_list(arena), *term = value_map(arena), *field = value_map(arena);

	value_set_text(arena, field, "key", "metadata.name");
	value_set_text(arena, field, "operator", "In");
	value_append(arena, value_make_list(arena, field, "values"), value_string(arena, node));
	value_append(arena, value_make_list(arena, term, "matchFields"), field);
	value_append(arena, terms, term);
	value_set(arena, required, "nodeSelectorTerms", terms);
}

static void
create_pod(struct server *server, const struct object *set, const char *node)
{
	struct arena arena = ARENA_INIT;
	struct value *pod = workload_pod(&arena, set), *spec = value_get(pod, "spec");

	value_set_text(&arena, value_make_map(&arena, value_get(pod, "metadata"), "labels"), "pod-template-generation", "1");
	add_tolerations(&arena, spec);
	bind_to_node(&arena, spec, node);
	server_create(server, kind_by_kind("Pod"), set->namespace, pod);
	arena_release(&arena);
}

/* The node that a pod of the set is meant for, whether it is scheduled yet or not. */
static const char *
node_meant(const struct object *pod)
{
	const char *node = value_text(value_path(pod->root, "spec.affinity.nodeAffinity."
		"requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].values[0]"));

	return node ? node : pod_view(pod)->node;
}

static const struct object *
pod_on(const struct object *set, const char *node, const object_vec *pods)
{
	for (size_t i = 0; i < pods->n; i++)
		if (workload_owned_by(pods->v[i], set) && workload_pod_live(pod_view(pods->v[i])) &&
			strcmp(node_meant(pods->v[i]), node) == 0)
			return pods->v[i];
	return NULL;
}

static bool
wants_node(const struct object *set, const struct node *node)
{
	struct arena arena = ARENA_INIT;
	struct value *spec = value_copy(&arena, value_path(set->root, "spec.template.spec"));
	const struct value *taint;
	bool wanted;

	add_tolerations(&arena, spec);
	wanted = placement_of(spec, node, &taint) == PLACEMENT_OK;
	arena_release(&arena);
	return wanted;
}

static void
write_status(struct server *server, const struct object *set, int64_t wanted, int64_t present, int64_t ready)
{
	struct object *copy = object_copy(set);
	struct value *status = value_map(&copy->arena);

	value_set_int(&copy->arena, status, "currentNumberScheduled", present);
	value_set_int(&copy->arena, status, "desiredNumberScheduled", wanted);
	if (ready)
		value_set_int(&copy->arena, status, "numberAvailable", ready);
	value_set_int(&copy->arena, status, "numberMisscheduled", 0);
	value_set_int(&copy->arena, status, "numberReady", ready);
	if (wanted > ready)
		value_set_int(&copy->arena, status, "numberUnavailable", wanted - ready);
	value_set_int(&copy->arena, status, "observedGeneration", value_get_int(object_meta(set), "generation", 1));
	value_set_int(&copy->arena, status, "updatedNumberScheduled", present);
	value_set(&copy->arena, copy->root, "status", status);
	workload_commit(server, set, copy);
}

static void
sync_set(struct server *server, const struct object *set, const object_vec *nodes)
{
	object_vec pods = VEC_INIT;
	int64_t wanted = 0, present = 0, ready = 0;

	workload_list(server, "Pod", set->namespace, &pods);
	for (size_t i = 0; i < nodes->n; i++) {
		const struct object *pod = pod_on(set, nodes->v[i]->name, &pods);

		if (!wants_node(set, node_view(nodes->v[i]))) {
			if (pod)
				server_remove(server, pod);
			continue;
		}
		wanted++;
		present += pod != NULL;
		ready += pod && pod_view(pod)->ready;
		if (!pod)
			create_pod(server, set, nodes->v[i]->name);
	}
	write_status(server, set, wanted, present, ready);
	workload_list_release(&pods);
}

static int64_t
reconcile(struct server *server)
{
	object_vec sets = VEC_INIT, nodes = VEC_INIT;

	workload_list(server, "DaemonSet", NULL, &sets);
	workload_list(server, "Node", NULL, &nodes);
	for (size_t i = 0; i < sets.n; i++)
		if (!object_is_deleting(sets.v[i]))
			sync_set(server, sets.v[i], &nodes);
	workload_list_release(&nodes);
	workload_list_release(&sets);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "DaemonSet", "Pod", "Node", NULL };
const struct controller controller_daemonset = { "daemonset", watches, reconcile };
