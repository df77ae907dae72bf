/*
 * DaemonSets: one pod on every node that takes it (pkg/controller/daemon).  The pod is bound to its node by affinity to
 * the node's name, and tolerates what nodes are commonly tainted with.  When the template changes, pods of the old one go
 * one after the other, each as soon as the one before it has a ready successor (update.go, with maxUnavailable 1).
 */
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
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

struct count {
	int64_t wanted, present, ready, updated;
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
create_pod(struct server *server, const struct object *set, const char *node, const char *hash)
{
	struct arena arena = ARENA_INIT;
	struct value *pod = workload_pod(&arena, set), *spec = value_get(pod, "spec");
	struct value *labels = value_make_map(&arena, value_get(pod, "metadata"), "labels");
	const struct object *made;

	value_set_text(&arena, labels, "controller-revision-hash", hash);
	value_set(&arena, labels, "pod-template-generation",
		value_stringf(&arena, "%lld", (long long)value_get_int(object_meta(set), "generation", 1)));
	add_tolerations(&arena, spec);
	bind_to_node(&arena, spec, node);
	made = server_create(server, kind_by_kind("Pod"), set->namespace, pod);
	if (made)
		event_record(server, EVENT_DAEMONSET_CREATE, set, NULL, "Created pod: %s", made->name);
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
write_status(struct server *server, const struct object *set, const struct count *count)
{
	struct arena arena = ARENA_INIT;
	struct value *status = value_map(&arena);

	value_set_int(&arena, status, "currentNumberScheduled", count->present);
	value_set_int(&arena, status, "desiredNumberScheduled", count->wanted);
	if (count->ready)
		value_set_int(&arena, status, "numberAvailable", count->ready);
	value_set_int(&arena, status, "numberMisscheduled", 0);
	value_set_int(&arena, status, "numberReady", count->ready);
	if (count->wanted > count->ready)
		value_set_int(&arena, status, "numberUnavailable", count->wanted - count->ready);
	value_set_int(&arena, status, "observedGeneration", value_get_int(object_meta(set), "generation", 1));
	if (count->updated)
		value_set_int(&arena, status, "updatedNumberScheduled", count->updated);
	workload_put_status(server, set, status);
	arena_release(&arena);
}

static bool
is_updated(const struct object *pod, const char *hash)
{
	const char *have = object_label(pod, "controller-revision-hash");

	return have && strcmp(have, hash) == 0;
}

/* One pod of an old template may go while all others are ready; old ones that are not ready may go anyway. */
static void
roll(struct server *server, const struct object *set, const struct count *count, const object_vec *mine, const char *hash)
{
	const char *type = value_text(value_path(set->root, "spec.updateStrategy.type"));
	int64_t may = 1 - (count->wanted - count->ready);

	if (type && strcmp(type, "OnDelete") == 0)
		return;
	for (size_t i = 0; i < mine->n; i++) {
		bool ready = pod_view(mine->v[i])->ready;

		if (is_updated(mine->v[i], hash) || (ready && may <= 0))
			continue;
		may -= ready;
		workload_delete(server, mine->v[i]);
	}
}

static void
sync_set(struct server *server, const struct object *set, const object_vec *nodes)
{
	object_vec pods = VEC_INIT, mine = VEC_INIT;
	struct count count = { 0 };
	char hash[16];

	workload_template_hash(set, hash);
	workload_list(server, "Pod", set->namespace, &pods);
	for (size_t i = 0; i < nodes->n; i++) {
		const struct object *pod = pod_on(set, nodes->v[i]->name, &pods);

		if (!wants_node(set, node_view(nodes->v[i]))) {
			if (pod)
				workload_delete(server, pod);
			continue;
		}
		count.wanted++;
		if (!pod) {
			create_pod(server, set, nodes->v[i]->name, hash);
			continue;
		}
		*vec_push(&mine) = pod;
		count.present++;
		count.ready += pod_view(pod)->ready;
		count.updated += is_updated(pod, hash);
	}
	write_status(server, set, &count);
	roll(server, set, &count, &mine, hash);
	vec_release(&mine);
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
const struct controller controller_daemonset = { "daemonset", watches, reconcile, NULL };
