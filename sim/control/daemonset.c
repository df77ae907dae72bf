/*
 * DaemonSets: one pod on every node that takes it (pkg/controller/daemon).  The pod is bound to its node by affinity
 * to the node's name, and tolerates what nodes are commonly tainted with.  When the template changes, pods of the
 * old one go so many at a time as maxUnavailable allows, or wait for their successors within maxSurge (update.go), and
 * a ControllerRevision keeps it.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/placement.h"
#include "control/revision.h"
#include "control/workload.h"

#define HASH_LABEL "controller-revision-hash"

static const struct revision_mark mark = { HASH_LABEL, true };

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

/* What a node has of the set: one pod, or two while the new one surges. */
struct place {
	const char *node;
	const struct object *old, *new;	/* by template; NULL */
	bool wanted;
};

struct sync {
	struct server *server;
	const struct object *set;
	const char *hash;		/* of the present template, as its revision has it */
	int64_t min_ready;
	struct revisions revisions;
	object_vec pods;		/* that it owns */
	VEC(struct place) places;	/* by node */
	int64_t *wake;
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
create_pod(const struct sync *sync, const char *node)
{
	struct arena arena = ARENA_INIT;
	struct value *pod = workload_pod(&arena, sync->set), *spec = value_get(pod, "spec");
	struct value *labels = value_make_map(&arena, value_get(pod, "metadata"), "labels");

	value_set_text(&arena, labels, HASH_LABEL, sync->hash);
	value_set(&arena, labels, "pod-template-generation",
		value_stringf(&arena, "%lld", (long long)value_get_int(object_meta(sync->set), "generation", 1)));
	add_tolerations(&arena, spec);
	bind_to_node(&arena, spec, node);
	workload_create_pod(sync->server, sync->set, pod, EVENT_DAEMONSET_CREATE, EVENT_DAEMONSET_FAILED, NULL);
	arena_release(&arena);
}

static void
delete_pod(const struct sync *sync, const struct object *pod)
{
	workload_delete(sync->server, pod);
	event_record(sync->server, EVENT_DAEMONSET_DELETE, sync->set, NULL, "Deleted pod: %s", pod->name);
}

/* The node that a pod of the set is meant for, whether it is scheduled yet or not. */
static const char *
node_meant(const struct object *pod)
{
	const char *node = value_text(value_path(pod->root, "spec.affinity.nodeAffinity."
		"requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].values[0]"));

	return node ? node : pod_view(pod)->node;
}

static bool
is_updated(const struct sync *sync, const struct object *pod)
{
	const char *have = object_label(pod, HASH_LABEL);

	return have && strcmp(have, sync->hash) == 0;
}

static bool
is_available(const struct sync *sync, const struct object *pod)
{
	return pod && workload_pod_available(sync->server, pod, sync->min_ready, sync->wake);
}

/* A taint without NoExecute keeps pods from coming, not from staying. */
static void
look_at_node(const struct object *set, const struct node *node, bool *comes, bool *stays)
{
	struct arena arena = ARENA_INIT;
	struct value *spec = value_copy(&arena, value_path(set->root, "spec.template.spec"));
	bool fits;

	add_tolerations(&arena, spec);
	fits = placement_selected(spec, node) && !placement_cordoned(spec, node);
	*comes = fits && !placement_taint(spec, node, false);
	*stays = fits && !placement_taint(spec, node, true);
	arena_release(&arena);
}

/* One that has ended makes room for the next. */
static void
clear_ended(const struct sync *sync, const struct object *pod)
{
	bool failed = strcmp(pod_view(pod)->phase, "Failed") == 0;

	event_record(sync->server, failed ? EVENT_DAEMONSET_FAILED_POD : EVENT_DAEMONSET_ENDED_POD, sync->set, NULL,
		"Found %s daemon pod %s/%s on node %s, will try to %s it", failed ? "failed" : "succeeded", pod->namespace, pod->name,
		node_meant(pod), failed ? "kill" : "delete");
	delete_pod(sync, pod);
}

/* The pods of the node that live; what ended goes, and so does all but the oldest of each template. */
static void
find_pods(const struct sync *sync, struct place *place, bool stays)
{
	for (size_t i = 0; i < sync->pods.n; i++) {
		const struct object *pod = sync->pods.v[i], **here = is_updated(sync, pod) ? &place->new : &place->old;

		if (object_is_deleting(pod) || strcmp(node_meant(pod), place->node) != 0)
			continue;
		if (workload_pod_done(pod_view(pod)))
			clear_ended(sync, pod);
		else if (!stays)
			delete_pod(sync, pod);
		else if (!*here)
			*here = pod;
		else if (object_created(pod) < object_created(*here)) {
			delete_pod(sync, *here);
			*here = pod;
		} else
			delete_pod(sync, pod);
	}
}

/* ---- rolling: update.go ---- */

static int64_t
limit_of(const struct sync *sync, const char *field, int64_t otherwise)
{
	const struct value *limit = value_get(value_path(sync->set->root, "spec.updateStrategy.rollingUpdate"), field);
	int64_t wanted = 0;

	for (size_t i = 0; i < sync->places.n; i++)
		wanted += sync->places.v[i].wanted;
	return limit ? workload_share(limit, wanted, true) : otherwise;
}

static int64_t
unavailable_now(const struct sync *sync)
{
	int64_t count = 0;

	for (size_t i = 0; i < sync->places.n; i++) {
		const struct place *place = &sync->places.v[i];

		count += place->wanted && !place->old && !is_available(sync, place->new);
	}
	return count;
}

/* Old pods that are not available go anyway, the others as far as the rest allows. */
static void
replace_in_place(const struct sync *sync, int64_t most)
{
	int64_t may = most - unavailable_now(sync);

	for (size_t i = 0; i < sync->places.n; i++) {
		const struct object *old = sync->places.v[i].old;

		if (!old || sync->places.v[i].new)
			continue;
		if (is_available(sync, old) && may-- <= 0)
			continue;
		delete_pod(sync, old);
	}
}

/* The new pod comes beside the old one, which goes when the new one is available. */
static void
replace_with_surge(const struct sync *sync, int64_t most)
{
	int64_t surging = 0;

	for (size_t i = 0; i < sync->places.n; i++)
		surging += sync->places.v[i].old && sync->places.v[i].new;
	for (size_t i = 0; i < sync->places.n; i++) {
		const struct place *place = &sync->places.v[i];

		if (!place->old)
			continue;
		if (place->new) {
			if (is_available(sync, place->new))
				delete_pod(sync, place->old);
		} else if (!is_available(sync, place->old) || surging < most) {
			surging += is_available(sync, place->old);
			create_pod(sync, place->node);
		}
	}
}

static void
roll(const struct sync *sync)
{
	const char *type = value_text(value_path(sync->set->root, "spec.updateStrategy.type"));
	int64_t surge = limit_of(sync, "maxSurge", 0), most = limit_of(sync, "maxUnavailable", 1);

	if (type && strcmp(type, "OnDelete") == 0)
		return;
	if (surge)
		replace_with_surge(sync, surge);
	else
		replace_in_place(sync, most ? most : 1);
}

/* ---- one set ---- */

static void
write_status(const struct sync *sync)
{
	int64_t wanted = 0, present = 0, misplaced = 0, ready = 0, available = 0, updated = 0;
	struct arena arena = ARENA_INIT;
	struct value *status = value_map(&arena);

	for (size_t i = 0; i < sync->places.n; i++) {
		const struct place *place = &sync->places.v[i];
		const struct object *pod =
			place->new && (!place->old || is_available(sync, place->new)) ? place->new : place->old;

		wanted += place->wanted;
		misplaced += !place->wanted && pod;
		if (!place->wanted || !pod)
			continue;
		present++;
		ready += pod_view(pod)->ready;
		available += is_available(sync, pod);
		updated += is_updated(sync, pod);
	}
	value_set_int(&arena, status, "currentNumberScheduled", present);
	value_set_int(&arena, status, "desiredNumberScheduled", wanted);
	workload_put_count(&arena, status, "numberAvailable", available);
	value_set_int(&arena, status, "numberMisscheduled", misplaced);
	value_set_int(&arena, status, "numberReady", ready);
	workload_put_count(&arena, status, "numberUnavailable", wanted - available);
	value_set_int(&arena, status, "observedGeneration", value_get_int(object_meta(sync->set), "generation", 1));
	workload_put_count(&arena, status, "updatedNumberScheduled", updated);
	workload_put_status(sync->server, sync->set, status);
	arena_release(&arena);
}

/* A revision of which pods are left is kept. */
static bool
is_live(const struct sync *sync, const struct object *revision)
{
	const char *hash = object_label(revision, HASH_LABEL);

	for (size_t i = 0; hash && i < sync->pods.n; i++) {
		const char *have = object_label(sync->pods.v[i], HASH_LABEL);

		if (have && strcmp(have, hash) == 0)
			return true;
	}
	return false;
}

/* Of the old revisions as many as revisionHistoryLimit says stay; those with pods count, but don't go. */
static void
trim_history(const struct sync *sync)
{
	int64_t too_many = (int64_t)sync->revisions.list.n - 1 - workload_spec_int(sync->set, "revisionHistoryLimit", 10);

	for (size_t i = 0; i < sync->revisions.list.n && too_many > 0; i++) {
		const struct object *revision = sync->revisions.list.v[i];

		if (revision == sync->revisions.update || is_live(sync, revision))
			continue;
		server_remove(sync->server, revision);
		too_many--;
	}
}

static void
sync_set(struct server *server, const struct object *set, const object_vec *nodes, int64_t *wake)
{
	struct sync sync = { .server = server, .set = set, .wake = wake };
	object_vec all = VEC_INIT;
	bool stays;

	revisions_find(server, set, &mark, &sync.revisions);
	sync.hash = sync.revisions.update ? object_label(sync.revisions.update, HASH_LABEL) : NULL;
	if (!sync.hash) {
		revisions_release(&sync.revisions);
		return;
	}
	sync.min_ready = workload_spec_int(set, "minReadySeconds", 0);
	workload_list(server, "Pod", set->namespace, &all);
	workload_claim(server, set, &all, NULL, &sync.pods);
	for (size_t i = 0; i < nodes->n; i++) {
		struct place *place = vec_push(&sync.places);

		place->node = nodes->v[i]->name;
		look_at_node(set, node_view(nodes->v[i]), &place->wanted, &stays);
		find_pods(&sync, place, stays);
		if (place->wanted && !place->old && !place->new)
			create_pod(&sync, place->node);
	}
	write_status(&sync);
	roll(&sync);
	trim_history(&sync);
	vec_release(&sync.places);
	revisions_release(&sync.revisions);
	workload_list_release(&sync.pods);
	workload_list_release(&all);
}

static int64_t
reconcile(struct server *server)
{
	object_vec sets = VEC_INIT, nodes = VEC_INIT;
	int64_t wake = CLOCK_NEVER;

	workload_list(server, "DaemonSet", NULL, &sets);
	workload_list(server, "Node", NULL, &nodes);
	for (size_t i = 0; i < sets.n; i++)
		if (!object_is_deleting(sets.v[i]))
			sync_set(server, sets.v[i], &nodes, &wake);
	workload_list_release(&nodes);
	workload_list_release(&sets);
	return wake;
}

static const char *const watches[] = { "DaemonSet", "Pod", "Node", "ControllerRevision", "ResourceQuota", NULL };
const struct controller controller_daemonset = { "daemonset", watches, reconcile, NULL };
