/*
 * Deployments: one ReplicaSet for each template that there was, the newest scaled up and the others down, within
 * maxSurge and maxUnavailable (pkg/controller/deployment: sync.go, rolling.go, recreate.go).  A set's
 * name ends in the hash of its template, a 32-bit number in decimal, spelled by rand.SafeEncodeString.
 */
#include <stdlib.h>
#include <string.h>

#include "control/controllers.h"
#include "control/rollout.h"

/* Annotations that a set does not take over from its Deployment. */
static const char *const reserved[] = { "kubectl.kubernetes.io/last-applied-configuration",
	"deployment.kubernetes.io/revision", "deployment.kubernetes.io/revision-history",
	"deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas" };

static int64_t
spec_replicas(const struct object *object)
{
	return workload_spec_int(object, "replicas", 1);
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

static int
by_age(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a, *y = *(const struct object *const *)b;

	if (object_created(x) != object_created(y))
		return object_created(x) < object_created(y) ? -1 : 1;
	return revision_of(x) != revision_of(y) ? (revision_of(x) < revision_of(y) ? -1 : 1) : strcmp(x->name, y->name);
}

/* Of several sets with one template (an adopted one) the oldest is the newest's; revisions, which change, don't count. */
static bool
is_elder(const struct object *set, const struct object *than)
{
	if (object_created(set) != object_created(than))
		return object_created(set) < object_created(than);
	return strcmp(set->name, than->name) < 0;
}

/* Is the set's template the Deployment's, but for the label that tells sets apart? */
static bool
same_template(const struct object *deployment, const struct object *set)
{
	struct arena arena = ARENA_INIT;
	struct value *template = value_copy(&arena, value_path(set->root, "spec.template"));
	bool same;

	value_remove(value_path(template, "metadata.labels"), "pod-template-hash");
	same = value_equal(template, value_path(deployment->root, "spec.template"));
	arena_release(&arena);
	return same;
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
	if (!recreates(deployment)) {
		r->surge = workload_share(value_get(rolling, "maxSurge"), r->desired, true);
		r->unavailable = workload_share(value_get(rolling, "maxUnavailable"), r->desired, false);
		if (!r->surge && !r->unavailable)
			r->unavailable = 1;
		if (r->unavailable > r->desired)
			r->unavailable = r->desired;
	}
	workload_list(server, "ReplicaSet", deployment->namespace, &all);
	workload_claim(server, deployment, &all, NULL, &r->sets);
	workload_list_release(&all);
	if (r->sets.n)
		qsort(r->sets.v, r->sets.n, sizeof *r->sets.v, by_age);
	for (size_t i = 0; i < r->sets.n; i++)
		if (same_template(deployment, r->sets.v[i]) && (!r->newest || is_elder(r->sets.v[i], r->newest)))
			r->newest = r->sets.v[i];
}

static bool
is_reserved(const char *key)
{
	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
		if (strcmp(reserved[i], key) == 0)
			return true;
	return false;
}

/* What the Deployment's annotations say, the newest set says too: kubernetes.io/change-cause above all. */
static void
copy_annotations(const struct rollout *r, struct arena *arena, struct value *annotations)
{
	const struct value *own = value_get(object_meta(r->deployment), "annotations");

	for (size_t i = 0; i < value_count(own); i++)
		if (!is_reserved(own->map.v[i].key))
			value_set(arena, annotations, own->map.v[i].key, value_copy(arena, own->map.v[i].value));
}

/* Has it them all already? */
static bool
has_annotations(const struct rollout *r, const struct object *set)
{
	const struct value *own = value_get(object_meta(r->deployment), "annotations");
	const struct value *have = value_get(object_meta(set), "annotations");

	for (size_t i = 0; i < value_count(own); i++)
		if (!is_reserved(own->map.v[i].key) && !value_equal(value_get(have, own->map.v[i].key), own->map.v[i].value))
			return false;
	return true;
}

/* The numbers that it had before, "1,3". */
static void
remember_revision(struct arena *arena, struct value *annotations, int64_t revision)
{
	static const char key[] = "deployment.kubernetes.io/revision-history";
	const char *before = value_get_text(annotations, key);
	const char *was = value_get_text(annotations, "deployment.kubernetes.io/revision");

	if (was && strtol(was, NULL, 10) != revision)
		value_set(arena, annotations, key, value_stringf(arena, "%s%s%s", before ? before : "", before ? "," : "", was));
}

static void
set_annotations(const struct rollout *r, struct arena *arena, struct value *meta, int64_t revision, bool newest)
{
	struct value *annotations = value_make_map(arena, meta, "annotations");

	if (newest)
		copy_annotations(r, arena, annotations);
	remember_revision(arena, annotations, revision);

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
	char hash[16];

	for (size_t i = 0; i < r->sets.n; i++)
		present += spec_replicas(r->sets.v[i]);
	workload_template_hash(r->deployment, hash);
	allowed = recreates(r->deployment) ? r->desired : r->desired + r->surge - present;
	value_set_text(&arena, labels, "pod-template-hash", hash);
	value_set_text(&arena, set, "apiVersion", "apps/v1");
	value_set_text(&arena, set, "kind", "ReplicaSet");
	value_set(&arena, meta, "name", value_stringf(&arena, "%s-%s", r->deployment->name, hash));
	value_set_text(&arena, meta, "namespace", r->deployment->namespace);
	value_set(&arena, meta, "labels", labels);
	set_annotations(r, &arena, meta, next_revision(r), true);
	value_append(&arena, value_make_list(&arena, meta, "ownerReferences"),
		workload_owner_reference(&arena, r->deployment));
	if (workload_spec_int(r->deployment, "minReadySeconds", 0))
		value_set_int(&arena, new_spec, "minReadySeconds", workload_spec_int(r->deployment, "minReadySeconds", 0));
	value_set_int(&arena, new_spec, "replicas", allowed < 0 ? 0 : allowed < r->desired ? allowed : r->desired);
	value_set_text(&arena, value_make_map(&arena, selector, "matchLabels"), "pod-template-hash", hash);
	value_set(&arena, new_spec, "selector", selector);
	value_set(&arena, value_make_map(&arena, template, "metadata"), "labels", value_copy(&arena, labels));
	value_set(&arena, new_spec, "template", template);
	made = server_create(r->server, kind_by_kind("ReplicaSet"), r->deployment->namespace, set);
	if (made && spec_replicas(made))
		tell_scaling(r, made->name, 0, spec_replicas(made));
	if (made)
		r->newest = *vec_push(&r->sets) = object_ref(made);
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
		revision_of(set) >= next_revision(r) && has_annotations(r, set) &&
		workload_spec_int(set, "minReadySeconds", 0) == workload_spec_int(r->deployment, "minReadySeconds", 0);
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
	if (newest)
		workload_put_count(&copy->arena, spec, "minReadySeconds", workload_spec_int(r->deployment, "minReadySeconds", 0));
	if (newest || replicas)
		set_annotations(r, &copy->arena, meta,
			newest && revision_of(set) < next_revision(r) ? next_revision(r) : revision_of(set), newest);
	if (workload_commit(r->server, set, copy) && before != replicas)
		tell_scaling(r, set->name, before, replicas);
}

/* ---- rolling ---- */

int64_t
rollout_total(const struct rollout *r, bool available)
{
	int64_t total = 0;

	for (size_t i = 0; i < r->sets.n; i++)
		total += available ? workload_status_int(r->sets.v[i], "availableReplicas") : spec_replicas(r->sets.v[i]);
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
	int64_t now = spec_replicas(r->newest), room = r->desired + r->surge - rollout_total(r, false);

	if (now >= r->desired)
		scale_set(r, r->newest, r->desired);
	else
		scale_set(r, r->newest, now + (room > 0 ? min_of(room, r->desired - now) : 0));
}

/* Old sets give up what is not available first, then as much as keeps desired - maxUnavailable available. */
static void
roll_old(const struct rollout *r)
{
	int64_t least = r->desired - r->unavailable;
	int64_t lacking = spec_replicas(r->newest) - workload_status_int(r->newest, "availableReplicas");
	int64_t may = rollout_total(r, false) - least - (lacking > 0 ? lacking : 0),
		spare = rollout_total(r, true) - least;

	for (size_t i = 0; i < r->sets.n && may > 0; i++) {
		const struct object *set = r->sets.v[i];
		int64_t replicas = spec_replicas(set), unhealthy = replicas - workload_status_int(set, "availableReplicas"), down;

		if (set == r->newest || !replicas)
			continue;
		down = min_of(may, unhealthy > 0 ? unhealthy : 0);
		may -= down;
		if (spare > 0 && may > 0) {
			int64_t healthy = min_of(spare, replicas - down);

			down += healthy;
			spare -= healthy;
		}
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

/* ---- scaling, which a rollout waits for: sync.go, scale() ---- */

/* Does a set with pods still say another number than is wanted now? */
static bool
is_being_scaled(const struct rollout *r)
{
	for (size_t i = 0; i < r->sets.n; i++)
		if (spec_replicas(r->sets.v[i]) && object_annotation(r->sets.v[i], "deployment.kubernetes.io/desired-replicas") &&
			!has_number(r->sets.v[i], "deployment.kubernetes.io/desired-replicas", r->desired))
			return true;
	return false;
}

/* The only set with pods, or without any the newest, or the youngest; NULL when several have pods. */
static const struct object *
only_active(const struct rollout *r)
{
	const struct object *active = NULL;

	for (size_t i = 0; i < r->sets.n; i++) {
		if (!spec_replicas(r->sets.v[i]))
			continue;
		if (active)
			return NULL;
		active = r->sets.v[i];
	}
	return active ? active : r->newest ? r->newest : r->sets.n ? r->sets.v[r->sets.n - 1] : NULL;
}

/* The set's share of what is added or taken away: as large as it was of the whole. */
static int64_t
share_of(const struct rollout *r, const struct object *set, int64_t to_add, int64_t added)
{
	const char *text = object_annotation(set, "deployment.kubernetes.io/max-replicas");
	int64_t replicas = spec_replicas(set), before = text ? strtol(text, NULL, 10) : 0, share, left = to_add - added;

	if (!replicas || !left)
		return 0;
	if (!before)
		before = workload_status_int(r->deployment, "replicas");
	share = r->desired && before ? (2 * replicas * (r->desired + r->surge) + before) / (2 * before) - replicas
				     : -replicas;
	if (to_add > 0)
		return min_of(share, left);
	return share > left ? share : left;
}

/* The larger first; of equals the younger when there is more to come, else the older. */
static void
order_by_size(const struct rollout *r, bool younger, object_vec *out)
{
	for (size_t i = 0; i < r->sets.n; i++) {
		const struct object *set = r->sets.v[younger ? r->sets.n - 1 - i : i];
		size_t at = out->n;

		if (!spec_replicas(set))
			continue;
		*vec_push(out) = set;
		for (; at > 0 && spec_replicas(out->v[at - 1]) < spec_replicas(set); at--)
			out->v[at] = out->v[at - 1];
		out->v[at] = set;
	}
}

static void
scale_in_proportion(const struct rollout *r)
{
	int64_t to_add = (r->desired ? r->desired + r->surge : 0) - rollout_total(r, false), added = 0, *sizes;
	object_vec active = VEC_INIT;

	order_by_size(r, to_add > 0, &active);
	sizes = xcalloc(active.n + 1, sizeof *sizes);
	for (size_t i = 0; i < active.n; i++) {
		int64_t share = to_add ? share_of(r, active.v[i], to_add, added) : 0;

		sizes[i] = spec_replicas(active.v[i]) + share;
		added += share;
	}
	if (to_add != added)
		sizes[0] += to_add - added;
	for (size_t i = 0; i < active.n; i++)
		scale_set(r, active.v[i], sizes[i] < 0 ? 0 : sizes[i]);
	free(sizes);
	vec_release(&active);
}

static bool
is_saturated(const struct rollout *r)
{
	return r->newest && spec_replicas(r->newest) == r->desired &&
		has_number(r->newest, "deployment.kubernetes.io/desired-replicas", r->desired) &&
		workload_status_int(r->newest, "availableReplicas") == r->desired;
}

static void
scale(const struct rollout *r)
{
	const struct object *only = only_active(r);

	if (only) {
		scale_set(r, only, r->desired);
		return;
	}
	if (!is_saturated(r)) {
		if (r->sets.n && !recreates(r->deployment))
			scale_in_proportion(r);
		return;
	}
	for (size_t i = 0; i < r->sets.n; i++)
		if (r->sets.v[i] != r->newest)
			scale_set(r, r->sets.v[i], 0);
}

/* ---- history ---- */

/* Of old sets without pods only so many are kept, those of the highest revisions. */
static void
clean_up(const struct rollout *r)
{
	int64_t limit = workload_spec_int(r->deployment, "revisionHistoryLimit", 10), old = -limit;

	for (size_t i = 0; i < r->sets.n; i++)
		old += r->sets.v[i] != r->newest && !object_is_deleting(r->sets.v[i]);
	for (int64_t below = 0; old > 0; old--) {
		const struct object *lowest = NULL;

		for (size_t i = 0; i < r->sets.n; i++)
			if (r->sets.v[i] != r->newest && revision_of(r->sets.v[i]) > below &&
				(!lowest || revision_of(r->sets.v[i]) < revision_of(lowest)))
				lowest = r->sets.v[i];
		if (!lowest)
			return;
		below = revision_of(lowest);
		if (!spec_replicas(lowest) && !workload_status_int(lowest, "replicas") && !object_is_deleting(lowest))
			workload_delete(r->server, lowest);
	}
}

/* True when the set of the present template was made. */
static bool
roll(struct rollout *r)
{
	bool had = r->newest != NULL;

	if (recreates(r->deployment))
		roll_recreate(r);
	else if (!r->newest)
		create_set(r);
	else {
		roll_new(r);
		roll_old(r);
	}
	return !had && r->newest;
}

static void
sync_deployment(struct server *server, const struct object *deployment)
{
	bool paused = value_get_bool(value_get(deployment->root, "spec"), "paused", false), created = false;
	struct rollout r;

	rollout_init(&r, server, deployment);
	if (!object_is_deleting(deployment)) {
		if (paused || is_being_scaled(&r))
			scale(&r);
		else
			created = roll(&r);
		if (rollout_is_complete(deployment))
			clean_up(&r);
	}
	rollout_write_status(&r, created);
	workload_list_release(&r.sets);
}

static int64_t
reconcile(struct server *server)
{
	object_vec deployments = VEC_INIT;

	workload_list(server, "Deployment", NULL, &deployments);
	for (size_t i = 0; i < deployments.n; i++)
		sync_deployment(server, deployments.v[i]);
	workload_list_release(&deployments);
	return CLOCK_NEVER;
}

/* A rollout that gets nowhere is told so a moment after its deadline. */
static int64_t
later(const struct server *server)
{
	size_t n;
	const struct object *const *deployments = store_list(server->store, kind_by_kind("Deployment"), NULL, &n);
	int64_t first = CLOCK_NEVER;

	for (size_t i = 0; i < n; i++) {
		int64_t deadline = rollout_deadline(deployments[i]);

		if (deadline != CLOCK_NEVER && deadline >= server->clock.now && deadline + CLOCK_SECOND < first)
			first = deadline + CLOCK_SECOND;
	}
	return first;
}

static const char *const watches[] = { "Deployment", "ReplicaSet", "Pod", NULL };
const struct controller controller_deployment = { "deployment", watches, reconcile, later };
