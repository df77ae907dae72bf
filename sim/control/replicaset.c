/*
 * ReplicaSets and ReplicationControllers: as many live pods as spec.replicas asks for, adopting pods whose labels
 * match and letting go of those whose labels don't any more.  The two differ in their selector's form and in who
 * speaks (pkg/controller/replicaset/replica_set.go, pkg/controller/replication, ActivePodsWithRanks of
 * pkg/controller/controller_utils.go).
 */
#include <stdlib.h>
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/workload.h"

static const struct sort {
	const char *kind;
	enum event created, deleted, failed;
} sorts[] = {
	{ "ReplicaSet", EVENT_REPLICASET_CREATE, EVENT_REPLICASET_DELETE, EVENT_REPLICASET_FAILED },
	{ "ReplicationController", EVENT_CONTROLLER_CREATE, EVENT_CONTROLLER_DELETE, EVENT_CONTROLLER_FAILED },
};

struct sync {
	struct server *server;
	const struct sort *sort;
	const object_vec *all;		/* pods */
	int64_t wake;
};

/* ---- who goes first ---- */

struct victim {
	const struct object *pod;
	int64_t cost, crowd, ready_since, restarts;
};

static int
phase_rank(const struct pod *pod)
{
	return strcmp(pod->phase, "Pending") == 0 ? 0 : strcmp(pod->phase, "Running") == 0 ? 2 : 1;
}

/* Pods ready for about as long count as equal: the real one compares the logarithm of the times. */
static int
age_rank(int64_t now, int64_t since)
{
	int rank = 0;

	for (int64_t age = (now - since) / CLOCK_SECOND; age > 0; age /= 2)
		rank++;
	return rank;
}

static int
by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
victim_order(const void *a, const void *b)
{
	const struct victim *x = a, *y = b;
	const struct pod *p = pod_view(x->pod), *q = pod_view(y->pod);
	const int64_t orders[] = {
		(p->node[0] != 0) - (q->node[0] != 0),
		phase_rank(p) - phase_rank(q),
		p->ready - q->ready,
		by_number(x->cost, y->cost),
		by_number(y->crowd, x->crowd),
		by_number(x->ready_since, y->ready_since),
		by_number(y->restarts, x->restarts),
		by_number(object_created(y->pod), object_created(x->pod)),
	};

	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
		if (orders[i])
			return orders[i] < 0 ? -1 : 1;
	return strcmp(y->pod->name, x->pod->name);
}

/* Who stands behind a pod: the Deployment of its ReplicaSet, else its controller; "" when nobody does. */
static const char *
family_of(const struct server *server, const struct object *pod)
{
	const struct value *owner = workload_controller_of(pod);
	const char *uid = value_get_text(owner, "uid"), *name = value_get_text(owner, "name");
	const struct object *set = name ? store_get(server->store, kind_by_kind("ReplicaSet"), pod->namespace, name) : NULL;
	const char *above = set ? value_get_text(workload_controller_of(set), "uid") : NULL;

	return above ? above : uid ? uid : "";
}

/* How many live pods of the same family are on its node. */
static int64_t
crowd_of(const struct sync *sync, const struct object *pod)
{
	const char *family = family_of(sync->server, pod);
	int64_t crowd = 0;

	for (size_t i = 0; i < sync->all->n; i++) {
		const struct object *other = sync->all->v[i];

		crowd += strcmp(other->namespace, pod->namespace) == 0 && workload_pod_live(pod_view(other)) &&
			strcmp(pod_view(other)->node, pod_view(pod)->node) == 0 &&
			strcmp(family_of(sync->server, other), family) == 0;
	}
	return crowd;
}

static struct victim
victim_of(const struct sync *sync, const struct object *pod)
{
	const char *cost = object_annotation(pod, "controller.kubernetes.io/pod-deletion-cost");
	const struct value *statuses = value_path(pod->root, "status.containerStatuses");
	struct victim victim = { .pod = pod, .cost = cost ? strtol(cost, NULL, 10) : 0, .crowd = crowd_of(sync, pod) };

	if (pod_view(pod)->ready)
		victim.ready_since = age_rank(sync->server->clock.now, workload_true_since(pod, "Ready"));
	for (size_t i = 0; i < value_count(statuses); i++)
		if (value_get_int(value_at(statuses, i), "restartCount", 0) > victim.restarts)
			victim.restarts = value_get_int(value_at(statuses, i), "restartCount", 0);
	return victim;
}

static void
delete_pods(const struct sync *sync, const struct object *set, const object_vec *pods, size_t count)
{
	struct victim *victims = xcalloc(pods->n, sizeof *victims);

	for (size_t i = 0; i < pods->n; i++)
		victims[i] = victim_of(sync, pods->v[i]);
	qsort(victims, pods->n, sizeof *victims, victim_order);
	for (size_t i = 0; i < count; i++) {
		workload_delete(sync->server, victims[i].pod);
		event_record(sync->server, sync->sort->deleted, set, NULL, "Deleted pod: %s", victims[i].pod->name);
	}
	free(victims);
}

/* ---- a set ---- */

/* NULL, or why no more could be made; owned by the caller. */
static char *
create_pods(const struct sync *sync, const struct object *set, size_t count)
{
	struct arena arena = ARENA_INIT;
	struct value *pod = workload_pod(&arena, set);
	char *why = NULL;

	for (size_t i = 0; i < count; i++)
		if (!workload_create_pod(sync->server, set, pod, sync->sort->created, sync->sort->failed, &why))
			break;
	arena_release(&arena);
	return why;
}

static bool
labels_match(const struct object *set, const struct object *pod)
{
	return selector_matches_map(value_path(set->root, "spec.template.metadata.labels"),
		value_get(object_meta(pod), "labels"));
}

/* ReplicaFailure is there as long as pods can't be made; what it first said stays. */
static void
put_failure(struct sync *sync, const struct object *set, struct arena *arena, struct value *status, const char *why)
{
	const struct value *before = value_path(set->root, "status.conditions");
	const struct condition condition = { "ReplicaFailure", "True", "FailedCreate", why, false, false };

	if (!why)
		return;
	if (value_count(before))
		value_set(arena, status, "conditions", value_copy(arena, before));
	else
		workload_condition(arena, status, &condition, sync->server->clock.now);
}

static void
write_status(struct sync *sync, const struct object *set, const object_vec *pods, const char *why)
{
	int64_t min_ready = workload_spec_int(set, "minReadySeconds", 0), ready = 0, available = 0, labelled = 0;
	struct arena arena = ARENA_INIT;
	struct value *status = value_map(&arena);

	for (size_t i = 0; i < pods->n; i++) {
		ready += pod_view(pods->v[i])->ready;
		available += workload_pod_available(sync->server, pods->v[i], min_ready, &sync->wake);
		labelled += labels_match(set, pods->v[i]);
	}
	workload_put_count(&arena, status, "availableReplicas", available);
	put_failure(sync, set, &arena, status, why);
	workload_put_count(&arena, status, "fullyLabeledReplicas", labelled);
	value_set_int(&arena, status, "observedGeneration", value_get_int(object_meta(set), "generation", 1));
	workload_put_count(&arena, status, "readyReplicas", ready);
	value_set_int(&arena, status, "replicas", (int64_t)pods->n);
	workload_put_status(sync->server, set, status);
	arena_release(&arena);
}

static void
sync_set(struct sync *sync, const struct object *set)
{
	object_vec claimed = VEC_INIT, live = VEC_INIT;
	int64_t replicas = workload_spec_int(set, "replicas", 1);
	size_t wanted = replicas > 0 ? (size_t)replicas : 0;
	char *why = NULL;

	workload_claim(sync->server, set, sync->all, NULL, &claimed);
	for (size_t i = 0; i < claimed.n; i++)
		if (workload_pod_live(pod_view(claimed.v[i])))
			*vec_push(&live) = claimed.v[i];
	if (!object_is_deleting(set) && live.n < wanted)
		why = create_pods(sync, set, wanted - live.n);
	else if (!object_is_deleting(set) && live.n > wanted)
		delete_pods(sync, set, &live, live.n - wanted);
	write_status(sync, set, &live, why);
	free(why);
	vec_release(&live);
	workload_list_release(&claimed);
}

static int64_t
reconcile_sort(struct server *server, const struct sort *sort)
{
	object_vec sets = VEC_INIT, pods = VEC_INIT;
	struct sync sync = { server, sort, &pods, CLOCK_NEVER };

	workload_list(server, sort->kind, NULL, &sets);
	if (sets.n)
		workload_list(server, "Pod", NULL, &pods);
	for (size_t i = 0; i < sets.n; i++)
		sync_set(&sync, sets.v[i]);
	workload_list_release(&pods);
	workload_list_release(&sets);
	return sync.wake;
}

static int64_t
reconcile_sets(struct server *server)
{
	return reconcile_sort(server, &sorts[0]);
}

static int64_t
reconcile_controllers(struct server *server)
{
	return reconcile_sort(server, &sorts[1]);
}

static const char *const watches_sets[] = { "ReplicaSet", "Pod", "ResourceQuota", NULL };
const struct controller controller_replicaset = { "replicaset", watches_sets, reconcile_sets, NULL };

static const char *const watches_controllers[] = { "ReplicationController", "Pod", "ResourceQuota", NULL };
const struct controller controller_replication = { "replication", watches_controllers, reconcile_controllers, NULL };
