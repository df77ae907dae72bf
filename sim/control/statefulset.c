/*
 * StatefulSets: pods with an ordinal and a name that stays, made in order and taken away in reverse, each when the
 * one before it is ready (pkg/controller/statefulset: stateful_set.go, stateful_set_control.go,
 * stateful_set_utils.go).  Templates are kept as ControllerRevisions: below the partition a pod is made anew from
 * the old one.
 *
 * PersistentVolumeClaims are not among the kinds that are held: a pod gets the volumes of its claims, by their real
 * names, and the claims are taken to be bound.
 */
#include <stdlib.h>
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/revision.h"
#include "control/workload.h"

#define POD_REVISION "controller-revision-hash"

static const struct revision_mark mark = { "controller.kubernetes.io/hash", false };

struct sync {
	struct server *server;
	const struct object *set;
	struct revisions revisions;
	const struct object *current, *update;	/* the revisions in force: before a rollout and after it */
	object_vec pods;		/* all of the set's, by ordinal */
	const struct object **replicas;	/* by ordinal from start on; NULL where there is none */
	int64_t start, wanted, min_ready;
	bool in_order;			/* OrderedReady */
	int64_t *wake;
};

/* ---- names ---- */

/* Of "web-3" the number; -1 when the name is not one of the set's. */
static int64_t
ordinal_of(const struct object *set, const struct object *pod)
{
	size_t len = strlen(set->name);
	const char *digits = pod->name + len + 1;

	if (strncmp(pod->name, set->name, len) != 0 || pod->name[len] != '-' || !*digits || strlen(digits) > 9 ||
		strspn(digits, "0123456789") != strlen(digits))
		return -1;
	return strtol(digits, NULL, 10);
}

static bool
is_member(const struct object *set, const struct object *pod)
{
	return ordinal_of(set, pod) >= 0;
}

static const char *
revision_name(const struct object *pod)
{
	const char *name = object_label(pod, POD_REVISION);

	return name ? name : "";
}

/* ---- states of a pod ---- */

static bool
is_running(const struct object *pod)
{
	return strcmp(pod_view(pod)->phase, "Running") == 0 && pod_view(pod)->ready;
}

static bool
is_healthy(const struct object *pod)
{
	return pod && is_running(pod) && !object_is_deleting(pod);
}

static bool
is_available(const struct sync *sync, const struct object *pod)
{
	return is_running(pod) && workload_pod_available(sync->server, pod, sync->min_ready, sync->wake);
}

/* ---- making a pod ---- */

/* The API server takes one without a name; the pod is what it refuses then. */
static const char *
claim_name(const struct value *claims, size_t i)
{
	const char *name = value_text(value_path(value_at(claims, i), "metadata.name"));

	return name ? name : "";
}

static bool
has_claim(const struct value *claims, const char *name)
{
	for (size_t i = 0; i < value_count(claims); i++)
		if (strcmp(claim_name(claims, i), name) == 0)
			return true;
	return false;
}

/* A volume for each claim, named <claim>-<pod>; those of the template that have the same name give way. */
static void
put_claims(struct arena *arena, const struct object *set, struct value *spec, const char *pod)
{
	const struct value *claims = value_path(set->root, "spec.volumeClaimTemplates"), *old = value_get(spec, "volumes");
	struct value *volumes = value_list(arena);

	if (!value_count(claims))
		return;
	for (size_t i = 0; i < value_count(claims); i++) {
		const char *name = claim_name(claims, i);
		struct value *volume = value_map(arena);

		value_set_text(arena, volume, "name", name);
		value_set(arena, value_make_map(arena, volume, "persistentVolumeClaim"), "claimName",
			value_stringf(arena, "%s-%s", name, pod));
		value_append(arena, volumes, volume);
	}
	for (size_t i = 0; i < value_count(old); i++)
		if (!has_claim(claims, value_get_text(value_at(old, i), "name")))
			value_append(arena, volumes, value_copy(arena, value_at(old, i)));
	value_set(arena, spec, "volumes", volumes);
}

/* The pod of that ordinal, of the template that a revision keeps. */
static struct value *
pod_of(struct arena *arena, const struct sync *sync, const struct object *revision, int64_t ordinal)
{
	struct value *template = revision_template(arena, revision), *pod, *meta, *spec, *labels;
	const char *name = arena_printf(arena, "%s-%lld", sync->set->name, (long long)ordinal);
	const char *service = value_text(value_path(sync->set->root, "spec.serviceName"));

	pod = workload_pod_from(arena, sync->set, template);
	meta = value_get(pod, "metadata");
	spec = value_get(pod, "spec");
	labels = value_make_map(arena, meta, "labels");
	value_set_text(arena, meta, "name", name);
	value_set_text(arena, labels, "apps.kubernetes.io/pod-index", name + strlen(sync->set->name) + 1);
	value_set_text(arena, labels, POD_REVISION, revision->name);
	value_set_text(arena, labels, "statefulset.kubernetes.io/pod-name", name);
	value_set_text(arena, spec, "hostname", name);
	if (service && *service)
		value_set_text(arena, spec, "subdomain", service);
	put_claims(arena, sync->set, spec, name);
	return pod;
}

static bool
rolls(const struct object *set)
{
	const char *type = value_text(value_path(set->root, "spec.updateStrategy.type"));

	return !type || strcmp(type, "RollingUpdate") == 0;
}

static int64_t
partition_of(const struct object *set)
{
	return value_get_int(value_path(set->root, "spec.updateStrategy.rollingUpdate"), "partition", 0);
}

static bool
create_pod(const struct sync *sync, int64_t ordinal)
{
	bool old = rolls(sync->set) && ordinal < sync->start + partition_of(sync->set);
	const struct value *claims = value_path(sync->set->root, "spec.volumeClaimTemplates");
	struct arena arena = ARENA_INIT;
	struct value *pod = pod_of(&arena, sync, old ? sync->current : sync->update, ordinal);
	const char *name = value_text(value_path(pod, "metadata.name"));
	char *why = NULL;
	bool made = workload_try_pod(sync->server, sync->set, pod, &why) != NULL;

	for (size_t i = 0; made && i < value_count(claims); i++) {
		const char *claim = value_text(value_path(value_at(claims, i), "metadata.name"));

		event_record(sync->server, EVENT_STATEFULSET_CREATE, sync->set, NULL,
			"create Claim %s-%s Pod %s in StatefulSet %s success", claim, name, name, sync->set->name);
	}
	if (made)
		event_record(sync->server, EVENT_STATEFULSET_CREATE, sync->set, NULL, "create Pod %s in StatefulSet %s successful",
			name, sync->set->name);
	else if (why)
		event_record(sync->server, EVENT_STATEFULSET_FAILED, sync->set, NULL, "create Pod %s in StatefulSet %s failed error: %s",
			name, sync->set->name, why);
	free(why);
	arena_release(&arena);
	return made;
}

static void
delete_pod(const struct sync *sync, const struct object *pod)
{
	workload_delete(sync->server, pod);
	event_record(sync->server, EVENT_STATEFULSET_DELETE, sync->set, NULL, "delete Pod %s in StatefulSet %s successful",
		pod->name, sync->set->name);
}

/* ---- status ---- */

static void
count_pods(const struct sync *sync, struct arena *arena, struct value *status)
{
	int64_t ready = 0, available = 0, current = 0, updated = 0;

	for (size_t i = 0; i < sync->pods.n; i++) {
		const struct object *pod = sync->pods.v[i];

		ready += is_running(pod);
		available += is_available(sync, pod);
		if (object_is_deleting(pod))
			continue;
		current += strcmp(revision_name(pod), sync->current->name) == 0;
		updated += strcmp(revision_name(pod), sync->update->name) == 0;
	}
	value_set_int(arena, status, "availableReplicas", available);
	workload_put_count(arena, status, "currentReplicas", current);
	workload_put_count(arena, status, "readyReplicas", ready);
	value_set_int(arena, status, "replicas", (int64_t)sync->pods.n);
	workload_put_count(arena, status, "updatedReplicas", updated);
}

/* When all are updated and ready, the new revision is the current one. */
static void
complete_rollout(const struct sync *sync, struct arena *arena, struct value *status)
{
	static const char *const fields[] = { "updatedReplicas", "readyReplicas", "replicas" };

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (value_get_int(status, fields[i], 0) != sync->wanted)
			return;
	if (!rolls(sync->set))
		return;
	workload_put_count(arena, status, "currentReplicas", sync->wanted);
	value_set_text(arena, status, "currentRevision", sync->update->name);
}

static void
write_status(const struct sync *sync)
{
	struct arena arena = ARENA_INIT;
	struct value *status = value_map(&arena);

	value_set_int(&arena, status, "collisionCount", 0);
	value_set_text(&arena, status, "currentRevision", sync->current->name);
	value_set_int(&arena, status, "observedGeneration", value_get_int(object_meta(sync->set), "generation", 1));
	value_set_text(&arena, status, "updateRevision", sync->update->name);
	count_pods(sync, &arena, status);
	complete_rollout(sync, &arena, status);
	workload_put_status(sync->server, sync->set, status);
	arena_release(&arena);
}

/* ---- one step ---- */

/* Brings one ordinal nearer; true: those after it have to wait. */
static bool
step_replica(const struct sync *sync, int64_t i)
{
	const struct object *pod = sync->replicas[i];
	const char *phase = pod ? pod_view(pod)->phase : "";
	bool failed = strcmp(phase, "Failed") == 0;

	if (pod && !object_is_deleting(pod) && (failed || strcmp(phase, "Succeeded") == 0)) {
		event_record(sync->server, failed ? EVENT_STATEFULSET_FAILED_POD : EVENT_STATEFULSET_ENDED_POD,
			sync->set, NULL, "StatefulSet %s/%s is recreating %s Pod %s", sync->set->namespace,
			sync->set->name, failed ? "failed" : "terminated", pod->name);
		delete_pod(sync, pod);
		return sync->in_order;
	}
	if (!pod)
		return !create_pod(sync, sync->start + i) || sync->in_order;
	return sync->in_order && (object_is_deleting(pod) || !is_available(sync, pod));
}

/* The pod of the lowest ordinal that is not well, also among those that are too many; NULL. */
static const struct object *
first_unhealthy(const struct sync *sync)
{
	for (size_t i = 0; i < sync->pods.n; i++)
		if (!is_healthy(sync->pods.v[i]))
			return sync->pods.v[i];
	return NULL;
}

static bool
is_condemned(const struct sync *sync, const struct object *pod)
{
	int64_t ordinal = ordinal_of(sync->set, pod);

	return ordinal < sync->start || ordinal >= sync->start + sync->wanted;
}

/* True when nothing else may be done now. */
static bool
scale_down(const struct sync *sync)
{
	const struct object *unhealthy = first_unhealthy(sync);

	for (size_t i = sync->pods.n; i-- > 0;) {
		const struct object *pod = sync->pods.v[i];

		if (!is_condemned(sync, pod))
			continue;
		if (object_is_deleting(pod)) {
			if (sync->in_order)
				return true;
			continue;
		}
		if (sync->in_order && pod != unhealthy && !is_available(sync, pod))
			return true;
		delete_pod(sync, pod);
		if (sync->in_order)
			return true;
	}
	return false;
}

/* From the highest ordinal down to the partition, one at a time, each when those above it are well. */
static void
roll(const struct sync *sync)
{
	for (int64_t i = sync->wanted; rolls(sync->set) && i-- > partition_of(sync->set);) {
		const struct object *pod = sync->replicas[i];

		if (pod && !object_is_deleting(pod) && strcmp(revision_name(pod), sync->update->name) != 0) {
			delete_pod(sync, pod);
			return;
		}
		if (!is_healthy(pod))
			return;
	}
}

static void
step(const struct sync *sync)
{
	for (int64_t i = 0; i < sync->wanted; i++)
		if (step_replica(sync, i))
			return;
	if (!scale_down(sync))
		roll(sync);
}

/* ---- one set ---- */

/* All names begin with the set's, so the longer one has the higher number. */
static int
by_ordinal(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a, *y = *(const struct object *const *)b;
	size_t p = strlen(x->name), q = strlen(y->name);

	return p != q ? (p < q ? -1 : 1) : strcmp(x->name, y->name);
}

static bool
in_use(const struct object *revision, const void *arg)
{
	const struct sync *sync = arg;

	for (size_t i = 0; i < sync->pods.n; i++)
		if (strcmp(revision_name(sync->pods.v[i]), revision->name) == 0)
			return true;
	return revision == sync->current || revision == sync->update;
}

static void
sync_init(struct sync *sync, struct server *server, const struct object *set, const object_vec *all)
{
	const char *policy = value_text(value_path(set->root, "spec.podManagementPolicy"));

	sync->server = server;
	sync->set = set;
	sync->start = value_get_int(value_path(set->root, "spec.ordinals"), "start", 0);
	sync->wanted = workload_spec_int(set, "replicas", 1);
	sync->min_ready = workload_spec_int(set, "minReadySeconds", 0);
	sync->in_order = !policy || strcmp(policy, "OrderedReady") == 0;
	revisions_find(server, set, &mark, &sync->revisions);
	sync->update = sync->revisions.update;
	sync->current = revisions_named(&sync->revisions, value_text(value_path(set->root, "status.currentRevision")));
	if (!sync->current)
		sync->current = sync->update;
	workload_claim(server, set, all, is_member, &sync->pods);
	if (sync->pods.n)
		qsort(sync->pods.v, sync->pods.n, sizeof *sync->pods.v, by_ordinal);
	sync->replicas = xcalloc((size_t)sync->wanted + 1, sizeof *sync->replicas);
	for (size_t i = 0; i < sync->pods.n; i++)
		if (!is_condemned(sync, sync->pods.v[i]))
			sync->replicas[ordinal_of(set, sync->pods.v[i]) - sync->start] = sync->pods.v[i];
}

static void
sync_set(struct server *server, const struct object *set, const object_vec *all, int64_t *wake)
{
	struct sync sync = { .wake = wake };

	sync_init(&sync, server, set, all);
	if (sync.update) {	/* none: the set goes before it was looked at */
		write_status(&sync);
		if (!object_is_deleting(set))
			step(&sync);
		revisions_trim(server, set, &sync.revisions, in_use, &sync);
	}
	free(sync.replicas);
	workload_list_release(&sync.pods);
	revisions_release(&sync.revisions);
}

static int64_t
reconcile(struct server *server)
{
	object_vec sets = VEC_INIT, pods = VEC_INIT;
	int64_t wake = CLOCK_NEVER;

	workload_list(server, "StatefulSet", NULL, &sets);
	if (sets.n)
		workload_list(server, "Pod", NULL, &pods);
	for (size_t i = 0; i < sets.n; i++)
		sync_set(server, sets.v[i], &pods, &wake);
	workload_list_release(&pods);
	workload_list_release(&sets);
	return wake;
}

static const char *const watches[] = { "StatefulSet", "Pod", "ControllerRevision", "ResourceQuota", NULL };
const struct controller controller_statefulset = { "statefulset", watches, reconcile, NULL };
