/*
 * ReplicaSets: as many live pods as spec.replicas asks for, adopting pods whose labels match and letting go of those whose
 * labels don't any more (pkg/controller/replicaset/replica_set.go, controller_utils.go).
 */
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/workload.h"

/* Puts the owner's reference in, or takes it out. */
static void
set_owner(struct server *server, const struct object *pod, const struct object *owner)
{
	struct object *copy = object_copy(pod);
	struct value *meta = object_meta(copy);

	if (owner)
		value_append(&copy->arena, value_make_list(&copy->arena, meta, "ownerReferences"),
			workload_owner_reference(&copy->arena, owner));
	else
		value_remove(meta, "ownerReferences");
	workload_commit(server, pod, copy);
}

/* The live pods of the set, after adoption and release. */
static void
claim_pods(struct server *server, const struct object *set, const object_vec *all, object_vec *mine)
{
	const struct value *selector = value_path(set->root, "spec.selector");

	for (size_t i = 0; i < all->n; i++) {
		const struct object *pod = all->v[i];
		bool matches, owned;

		if (strcmp(pod->namespace, set->namespace) != 0 || !workload_pod_live(pod_view(pod)))
			continue;
		matches = selector_matches(selector, value_get(object_meta(pod), "labels"));
		owned = workload_owned_by(pod, set);
		if (owned && !matches)
			set_owner(server, pod, NULL);
		else if (matches && !owned && !workload_controller_of(pod) && !object_is_deleting(set)) {
			set_owner(server, pod, set);
			*vec_push(mine) = pod;
		} else if (matches && owned)
			*vec_push(mine) = pod;
	}
}

static int
rank(const struct pod *pod)
{
	return (pod->node[0] ? 4 : 0) + (strcmp(pod->phase, "Running") == 0 ? 2 : 0) + pod->ready;
}

/* Who goes first: not scheduled, not running, not ready, then the younger, then the later name. */
static int
victim_order(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a, *y = *(const struct object *const *)b;
	int by_rank = rank(pod_view(x)) - rank(pod_view(y));

	if (by_rank)
		return by_rank;
	if (object_created(x) != object_created(y))
		return object_created(x) < object_created(y) ? 1 : -1;
	return strcmp(y->name, x->name);
}

static void
delete_pods(struct server *server, const struct object *set, object_vec *pods, size_t count)
{
	qsort(pods->v, pods->n, sizeof *pods->v, victim_order);
	for (size_t i = 0; i < count; i++) {
		workload_delete(server, pods->v[i]);
		event_record(server, EVENT_REPLICASET_DELETE, set, NULL, "Deleted pod: %s", pods->v[i]->name);
	}
}

static void
create_pods(struct server *server, const struct object *set, size_t count)
{
	struct arena arena = ARENA_INIT;
	struct value *pod = workload_pod(&arena, set);

	for (size_t i = 0; i < count; i++) {
		const struct object *made = server_create(server, kind_by_kind("Pod"), set->namespace, pod);

		if (made)
			event_record(server, EVENT_REPLICASET_CREATE, set, NULL, "Created pod: %s", made->name);
	}
	arena_release(&arena);
}

static bool
labels_match(const struct object *set, const struct object *pod)
{
	return selector_matches_map(value_path(set->root, "spec.template.metadata.labels"),
		value_get(object_meta(pod), "labels"));
}

static void
write_status(struct server *server, const struct object *set, const object_vec *pods)
{
	struct arena arena = ARENA_INIT;
	struct value *status = value_map(&arena);
	size_t ready = 0, labelled = 0;

	for (size_t i = 0; i < pods->n; i++) {
		ready += pod_view(pods->v[i])->ready;
		labelled += labels_match(set, pods->v[i]);
	}
	if (ready)
		value_set_int(&arena, status, "availableReplicas", (int64_t)ready);
	if (labelled)
		value_set_int(&arena, status, "fullyLabeledReplicas", (int64_t)labelled);
	value_set_int(&arena, status, "observedGeneration", value_get_int(object_meta(set), "generation", 1));
	if (ready)
		value_set_int(&arena, status, "readyReplicas", (int64_t)ready);
	value_set_int(&arena, status, "replicas", (int64_t)pods->n);
	workload_put_status(server, set, status);
	arena_release(&arena);
}

static void
sync_set(struct server *server, const struct object *set, const object_vec *all)
{
	object_vec mine = VEC_INIT;
	int64_t replicas = value_get_int(value_get(set->root, "spec"), "replicas", 1);
	size_t wanted = replicas > 0 ? (size_t)replicas : 0;

	claim_pods(server, set, all, &mine);
	write_status(server, set, &mine);
	if (!object_is_deleting(set) && mine.n < wanted)
		create_pods(server, set, wanted - mine.n);
	else if (!object_is_deleting(set) && mine.n > wanted)
		delete_pods(server, set, &mine, mine.n - wanted);
	vec_release(&mine);
}

static int64_t
reconcile(struct server *server)
{
	object_vec sets = VEC_INIT, pods = VEC_INIT;

	workload_list(server, "ReplicaSet", NULL, &sets);
	workload_list(server, "Pod", NULL, &pods);
	for (size_t i = 0; i < sets.n; i++)
		sync_set(server, sets.v[i], &pods);
	workload_list_release(&pods);
	workload_list_release(&sets);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "ReplicaSet", "Pod", NULL };
const struct controller controller_replicaset = { "replicaset", watches, reconcile, NULL };
