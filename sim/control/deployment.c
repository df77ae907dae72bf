/*
 * Deployments: one ReplicaSet for each template that there was, the newest scaled up and the others down, within
 * maxSurge and maxUnavailable (pkg/controller/deployment: sync.go, rolling.go, recreate.go, progress.go).  A set's
 * name ends in the hash of its template, a 32-bit number in decimal, spelled by rand.SafeEncodeString.
 */
#include <stdio.h>
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/workload.h"

struct rollout {
	struct server *server;
	const struct object *deployment;
	object_vec sets;		/* that it owns */
	const struct object *newest;	/* of the present template; NULL until made */
	char hash[16];
	int64_t desired, surge, unavailable;
};

static int64_t
spec_replicas(const struct object *object)
{
	return value_get_int(value_get(object->root, "spec"), "replicas", 1);
}

static int64_t
status_count(const struct object *object, const char *field)
{
	return value_get_int(value_get(object->root, "status"), field, 0);
}

/* "25%" of the desired number, surge rounded up and unavailable down. */
static int64_t
share_of(const struct value *value, int64_t desired, bool up)
{
	const char *text = value_text(value);

	if (value && value->type == VALUE_INT)
		return value->integer;
	if (!text)
		return up ? (desired + 3) / 4 : desired / 4;
	return (strtol(text, NULL, 10) * desired + (up ? 99 : 0)) / 100;
}

static bool
recreates(const struct object *deployment)
{
	const char *type = value_text(value_path(deployment->root, "spec.strategy.type"));

	return type && strcmp(type, "Recreate") == 0;
}

static int64_t
revision_of(const struct object *object)
{
	const char *text = object_annotation(object, "deployment.kubernetes.io/revision");

	return text ? strtol(text, NULL, 10) : 0;
}

static void
rollout_init(struct rollout *r, struct server *server, const struct object *deployment)
{
	const struct value *rolling = value_path(deployment->root, "spec.strategy.rollingUpdate");
	object_vec all = VEC_INIT;

	memset(r, 0, sizeof *r);
	r->server = server;
	r->deployment = deployment;
	r->desired = spec_replicas(deployment);
	workload_template_hash(deployment, r->hash);
	if (!recreates(deployment)) {
		r->surge = share_of(value_get(rolling, "maxSurge"), r->desired, true);
		r->unavailable = share_of(value_get(rolling, "maxUnavailable"), r->desired, false);
		if (!r->surge && !r->unavailable)
			r->unavailable = 1;
	}
	workload_list(server, "ReplicaSet", deployment->namespace, &all);
	for (size_t i = 0; i < all.n; i++) {
		const char *hash;

		if (!workload_owned_by(all.v[i], deployment))
			continue;
		*vec_push(&r->sets) = object_ref(all.v[i]);
		hash = object_label(all.v[i], "pod-template-hash");
		if (hash && strcmp(hash, r->hash) == 0)
			r->newest = all.v[i];
	}
	workload_list_release(&all);
}

static void
set_annotations(const struct rollout *r, struct arena *arena, struct value *meta, int64_t revision)
{
	struct value *annotations = value_make_map(arena, meta, "annotations");

	value_set(arena, annotations, "deployment.kubernetes.io/desired-replicas",
		value_stringf(arena, "%lld", (long long)r->desired));
	value_set(arena, annotations, "deployment.kubernetes.io/max-replicas",
		value_stringf(arena, "%lld", (long long)(r->desired + r->surge)));
	value_set(arena, annotations, "deployment.kubernetes.io/revision", value_stringf(arena, "%lld", (long long)revision));
}

static int64_t
next_revision(const struct rollout *r)
{
	int64_t highest = 0;

	for (size_t i = 0; i < r->sets.n; i++)
		if (r->sets.v[i] != r->newest && revision_of(r->sets.v[i]) > highest)
			highest = revision_of(r->sets.v[i]);
	return highest + 1;
}

static void
tell_scaling(const struct rollout *r, const char *set, int64_t before, int64_t now)
{
	event_record(r->server, EVENT_SCALING, r->deployment, NULL, "Scaled %s replica set %s from %lld to %lld",
		now > before ? "up" : "down", set, (long long)before, (long long)now);
}

/* The ReplicaSet of the present template, with as many replicas as may be added at once. */
static void
create_set(struct rollout *r)
{
	struct arena arena = ARENA_INIT;
	const struct value *spec = value_get(r->deployment->root, "spec");
	struct value *set = value_map(&arena);
	struct value *meta = value_make_map(&arena, set, "metadata");
	struct value *labels = value_copy(&arena, value_path(spec, "template.metadata.labels"));
	struct value *new_spec = value_make_map(&arena, set, "spec");
	struct value *selector = value_copy(&arena, value_get(spec, "selector"));
	struct value *template = value_copy(&arena, value_get(spec, "template"));
	const struct object *made;
	int64_t present = 0, allowed;

	for (size_t i = 0; i < r->sets.n; i++)
		present += spec_replicas(r->sets.v[i]);
	allowed = recreates(r->deployment) ? r->desired : r->desired + r->surge - present;
	value_set_text(&arena, labels, "pod-template-hash", r->hash);
	value_set_text(&arena, set, "apiVersion", "apps/v1");
	value_set_text(&arena, set, "kind", "ReplicaSet");
	value_set(&arena, meta, "name", value_stringf(&arena, "%s-%s", r->deployment->name, r->hash));
	value_set_text(&arena, meta, "namespace", r->deployment->namespace);
	value_set(&arena, meta, "labels", labels);
	set_annotations(r, &arena, meta, next_revision(r));
	value_append(&arena, value_make_list(&arena, meta, "ownerReferences"),
		workload_owner_reference(&arena, r->deployment));
	value_set_int(&arena, new_spec, "replicas", allowed < 0 ? 0 : allowed < r->desired ? allowed : r->desired);
	value_set_text(&arena, value_make_map(&arena, selector, "matchLabels"), "pod-template-hash", r->hash);
	value_set(&arena, new_spec, "selector", selector);
	value_set(&arena, value_make_map(&arena, template, "metadata"), "labels", value_copy(&arena, labels));
	value_set(&arena, new_spec, "template", template);
	made = server_create(r->server, kind_by_kind("ReplicaSet"), r->deployment->namespace, set);
	if (made && spec_replicas(made))
		tell_scaling(r, made->name, 0, spec_replicas(made));
	arena_release(&arena);
}

static bool
has_number(const struct object *set, const char *key, int64_t number)
{
	const char *text = object_annotation(set, key);

	return text && strtol(text, NULL, 10) == number;
}

/* Does an old set, or the newest one, say already what it should? */
static bool
is_annotated(const struct rollout *r, const struct object *set)
{
	if (set != r->newest)
		return true;
	return has_number(set, "deployment.kubernetes.io/desired-replicas", r->desired) &&
		has_number(set, "deployment.kubernetes.io/max-replicas", r->desired + r->surge) &&
		revision_of(set) >= next_revision(r);
}

static void
scale_set(const struct rollout *r, const struct object *set, int64_t replicas)
{
	int64_t before = spec_replicas(set);
	bool newest = set == r->newest;
	struct object *copy;
	struct value *meta, *spec;

	if (before == replicas && is_annotated(r, set))
		return;
	copy = object_copy(set);
	meta = object_meta(copy);
	spec = value_get(copy->root, "spec");

	if (before != replicas)
		value_set_int(&copy->arena, meta, "generation", value_get_int(meta, "generation", 1) + 1);
	value_set_int(&copy->arena, spec, "replicas", replicas);
	if (newest || replicas)
		set_annotations(r, &copy->arena, meta,
			newest && revision_of(set) < next_revision(r) ? next_revision(r) : revision_of(set));
	if (workload_commit(r->server, set, copy) && before != replicas)
		tell_scaling(r, set->name, before, replicas);
}

/* ---- rolling ---- */

static int64_t
total_of(const struct rollout *r, bool available)
{
	int64_t total = 0;

	for (size_t i = 0; i < r->sets.n; i++)
		total += available ? status_count(r->sets.v[i], "availableReplicas") : spec_replicas(r->sets.v[i]);
	return total;
}

static int64_t
min_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
roll_new(const struct rollout *r)
{
	int64_t now = spec_replicas(r->newest), room = r->desired + r->surge - total_of(r, false);

	if (now >= r->desired)
		scale_set(r, r->newest, r->desired);
	else
		scale_set(r, r->newest, now + (room > 0 ? min_of(room, r->desired - now) : 0));
}

/* Old sets give up what is not available first, then as much as keeps desired - maxUnavailable available. */
static void
roll_old(const struct rollout *r)
{
	int64_t lacking = spec_replicas(r->newest) - status_count(r->newest, "availableReplicas");
	int64_t may = total_of(r, false) - (r->desired - r->unavailable) - (lacking > 0 ? lacking : 0);
	int64_t spare = total_of(r, true) - (r->desired - r->unavailable);

	for (size_t i = 0; i < r->sets.n && may > 0; i++) {
		const struct object *set = r->sets.v[i];
		int64_t replicas = spec_replicas(set), down;
		int64_t unhealthy = replicas - status_count(set, "availableReplicas");

		if (set == r->newest || !replicas)
			continue;
		down = min_of(may, unhealthy > 0 ? unhealthy : 0);
		if (spare > 0 && down < may) {
			int64_t healthy = min_of(min_of(spare, may - down), replicas - down);

			down += healthy;
			spare -= healthy;
		}
		may -= down;
		if (down > 0)
			scale_set(r, set, replicas - down);
	}
}

/* Also one on its way out: only when all are gone does the new template start. */
static bool
old_pods_run(const struct rollout *r)
{
	size_t n;
	const struct object *const *pods =
		store_list(r->server->store, kind_by_kind("Pod"), r->deployment->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const char *phase = pod_view(pods[i])->phase;

		for (size_t s = 0; s < r->sets.n; s++)
			if (r->sets.v[s] != r->newest && workload_owned_by(pods[i], r->sets.v[s]) &&
				strcmp(phase, "Succeeded") != 0 && strcmp(phase, "Failed") != 0)
				return true;
	}
	return false;
}

static void
roll_recreate(struct rollout *r)
{
	bool scaled = false;

	for (size_t i = 0; i < r->sets.n; i++)
		if (r->sets.v[i] != r->newest && spec_replicas(r->sets.v[i])) {
			scale_set(r, r->sets.v[i], 0);
			scaled = true;
		}
	if (scaled || old_pods_run(r))
		return;
	if (r->newest)
		scale_set(r, r->newest, r->desired);
	else
		create_set(r);
}

/* A paused one is only scaled: what runs gets the number that is asked for. */
static void
scale_paused(const struct rollout *r)
{
	const struct object *active = r->newest;

	for (size_t i = 0; i < r->sets.n; i++)
		if (!active || spec_replicas(r->sets.v[i]) > spec_replicas(active))
			active = r->sets.v[i];
	if (active)
		scale_set(r, active, r->desired);
}

/* ---- status ---- */

static void
put_count(struct arena *arena, struct value *status, const char *field, int64_t count)
{
	if (count > 0)
		value_set_int(arena, status, field, count);
	else
		value_remove(status, field);
}

static void
put_conditions(const struct rollout *r, struct arena *arena, struct value *status, int64_t updated, int64_t available)
{
	int64_t now = r->server->clock.now;
	bool enough = available >= r->desired - r->unavailable;
	bool done = updated == r->desired && total_of(r, false) == r->desired && available == r->desired;
	struct condition has = { "Available", enough ? "True" : "False",
		enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
		enough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", true, false };
	struct condition progress = { "Progressing", "True", "NewReplicaSetAvailable", "", true, false };

	workload_condition(arena, status, &has, now);
	if (!r->newest)
		return;
	progress.message = arena_printf(arena, "ReplicaSet \"%s\" %s.", r->newest->name,
		done ? "has successfully progressed" : "is progressing");
	if (!done)
		progress.reason = "ReplicaSetUpdated";
	workload_condition(arena, status, &progress, now);
}

static void
fill_status(const struct rollout *r, struct arena *arena, struct value *status)
{
	int64_t total = 0, ready = 0, available = 0, updated = r->newest ? status_count(r->newest, "replicas") : 0;

	for (size_t i = 0; i < r->sets.n; i++) {
		total += status_count(r->sets.v[i], "replicas");
		ready += status_count(r->sets.v[i], "readyReplicas");
		available += status_count(r->sets.v[i], "availableReplicas");
	}
	put_count(arena, status, "availableReplicas", available);
	value_set_int(arena, status, "observedGeneration", value_get_int(object_meta(r->deployment), "generation", 1));
	put_count(arena, status, "readyReplicas", ready);
	put_count(arena, status, "replicas", total);
	put_count(arena, status, "unavailableReplicas", (total > r->desired ? total : r->desired) - available);
	put_count(arena, status, "updatedReplicas", updated);
	put_conditions(r, arena, status, updated, available);
}

/* The Deployment's own revision is that of its newest set. */
static bool
put_revision(const struct rollout *r)
{
	static const char key[] = "deployment.kubernetes.io/revision";
	const char *has = object_annotation(r->deployment, key), *wanted = r->newest ? object_annotation(r->newest, key) : NULL;
	struct object *copy;

	if (!wanted || (has && strcmp(has, wanted) == 0))
		return false;
	copy = object_copy(r->deployment);
	value_set_text(&copy->arena, value_make_map(&copy->arena, object_meta(copy), "annotations"), key, wanted);
	server_write(r->server, copy);
	return true;
}

static void
write_status(const struct rollout *r)
{
	const struct value *old = value_get(r->deployment->root, "status");
	struct arena arena = ARENA_INIT;
	struct value *status;

	if (put_revision(r))
		return;	/* the next run has the new version */
	status = old ? value_copy(&arena, old) : value_map(&arena);
	fill_status(r, &arena, status);
	workload_put_status(r->server, r->deployment, status);
	arena_release(&arena);
}

static void
sync_deployment(struct server *server, const struct object *deployment)
{
	struct rollout r;

	rollout_init(&r, server, deployment);
	if (value_get_bool(value_get(deployment->root, "spec"), "paused", false))
		scale_paused(&r);
	else if (recreates(deployment))
		roll_recreate(&r);
	else if (!r.newest)
		create_set(&r);
	else {
		roll_new(&r);
		roll_old(&r);
	}
	write_status(&r);
	workload_list_release(&r.sets);
}

static int64_t
reconcile(struct server *server)
{
	object_vec deployments = VEC_INIT;

	workload_list(server, "Deployment", NULL, &deployments);
	for (size_t i = 0; i < deployments.n; i++)
		if (!object_is_deleting(deployments.v[i]))
			sync_deployment(server, deployments.v[i]);
	workload_list_release(&deployments);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Deployment", "ReplicaSet", "Pod", NULL };
const struct controller controller_deployment = { "deployment", watches, reconcile, NULL };
