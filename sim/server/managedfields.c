/*
 * What a request sets becomes its manager's, and no one else's; what it takes away is nobody's.  An applied
 * configuration is merged: what its manager applied before and no more is taken away where no one else manages it, and
 * what another manages is a conflict.  Follows sigs.k8s.io/structured-merge-diff/v4/merge/update.go and
 * k8s.io/apimachinery/pkg/util/managedfields/internal (structuredmerge.go, managedfieldsupdater.go, stripmeta.go,
 * lastappliedmanager.go, lastappliedupdater.go, scalehandler.go).
 */
#include "server/managedfields.h"

#include <stdlib.h>
#include <string.h>

#include "api/merge.h"
#include "api/schema.h"
#include "api/yaml.h"
#include "server/managers.h"

#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"
#define KUBECTL "kubectl"	/* whose server-side apply goes on where its client-side apply was */
#define SCALE "scale"
#define STATUS "status"

/* No one manages these. */
static const char stripped[] = "apiVersion kind metadata metadata.name metadata.namespace metadata.creationTimestamp "
			       "metadata.selfLink metadata.uid metadata.clusterName metadata.generation "
			       "metadata.managedFields metadata.resourceVersion";
/* In Go it is always there. */
static const char always[] = "status";
static const char deletion[] = "metadata.deletionTimestamp metadata.deletionGracePeriodSeconds";

/* What a request can't set (GetResetFields of the strategies): through the object status, through status spec. */
static const struct {
	const char *kind, *fields;
} status_resets[] = {
	{ "Deployment", "spec metadata.labels" },
	{ "Pod", "spec metadata.deletionTimestamp metadata.ownerReferences" },
};

static const char *
resets_of(const struct kind *kind, const char *subresource)
{
	if (strcmp(subresource, STATUS) != 0)
		return "status";
	for (size_t i = 0; i < sizeof status_resets / sizeof *status_resets; i++)
		if (!strcmp(status_resets[i].kind, kind->kind))
			return status_resets[i].fields;
	return "spec";
}

/* One request's bookkeeping; the sets are in its own arena. */
struct record {
	struct arena arena;
	const struct kind *kind;
	struct managers managers;
	struct manager self;
	char version[64], time[CLOCK_TEXT];
};

static void
record_begin(struct record *record, const struct server *server, const struct kind *kind, const char *name,
	const char *subresource)
{
	memset(record, 0, sizeof *record);
	record->kind = kind;
	record->managers.arena = &record->arena;
	record->self = (struct manager){
		.name = name, .operation = OPERATION_UPDATE, .api_version = kind_api_version(kind, record->version),
		.subresource = subresource, .time = clock_format(server->clock.now, record->time),
	};
}

static void
record_end(struct record *record)
{
	managers_release(&record->managers);
	arena_release(&record->arena);
}

static struct fieldset *
names(struct record *record, const char *text)
{
	struct fieldset *set = fieldset_new(&record->arena);

	fieldset_add_names(&record->arena, set, text);
	return set;
}

/* The metadata that is decoded into no managers. */
static const struct value *
stored_managers(const struct value *root)
{
	return value_get(value_get(root, "metadata"), "managedFields");
}

/* An object that nobody has filled: what the fields of a new one are compared with.  A custom one has no struct in Go. */
static const struct value *
nothing(struct record *record)
{
	schema_findings unknown = VEC_INIT;
	struct err err = ERR_INIT;
	struct value *zero = NULL;

	if (record->kind->custom)
		return value_map(&record->arena);
	if (schema_decode(record->kind->type, value_map(&record->arena), &record->arena, &zero, &unknown, &err))
		BUG("an empty %s: %s", record->kind->kind, err.text);
	schema_findings_release(&unknown);
	return zero;
}

/* ---- updates ---- */

static void
leave_out(struct record *record, struct merge_difference *difference, const char *fields)
{
	const struct fieldset *out = names(record, fields);

	difference->added = fieldset_without(&record->arena, difference->added, out);
	difference->modified = fieldset_without(&record->arena, difference->modified, out);
	difference->removed = fieldset_without(&record->arena, difference->removed, out);
}

static void
differ(struct record *record, const struct value *old, const struct value *new, struct merge_difference *difference)
{
	const struct fieldset *strip = names(record, stripped);

	if (!record->kind->custom)
		strip = fieldset_union(&record->arena, strip, names(record, always));
	merge_compare(record->kind->type, old, new, &record->arena, difference);
	difference->added = fieldset_difference(&record->arena, difference->added, strip);
	difference->modified = fieldset_difference(&record->arena, difference->modified, strip);
	difference->removed = fieldset_difference(&record->arena, difference->removed, strip);
}

/* The difference, but for what the subresource leaves as it is, is the work of record->self. */
static void
take_over(struct record *record, struct merge_difference difference, const char *subresource)
{
	struct arena *arena = &record->arena;
	struct fieldset *taken, *lost;
	struct manager *self;

	leave_out(record, &difference, resets_of(record->kind, subresource));
	taken = fieldset_union(arena, difference.added, difference.modified);
	lost = fieldset_union(arena, taken, difference.removed);
	for (size_t i = 0; i < record->managers.list.n; i++)
		record->managers.list.v[i].fields = fieldset_difference(arena, record->managers.list.v[i].fields, lost);
	if (!taken->n)
		return;
	record->self.subresource = subresource;
	self = managers_find(&record->managers, &record->self);
	if (!self) {
		self = managers_add(&record->managers, &record->self);
		if (!strcmp(subresource, SCALE))
			self->time = NULL;	/* the conversion from the Scale loses it */
	} else if (strcmp(subresource, SCALE) != 0) {
		self->time = record->self.time;
	}
	self->fields = fieldset_union(arena, self->fields, taken);
	managers_cap(&record->managers);
}

static void
store_managers(struct record *record, struct arena *arena, struct value *root)
{
	struct value *meta = value_make_map(arena, root, "metadata"), *list = managers_value(&record->managers, arena);

	if (list)
		value_set(arena, meta, "managedFields", list);
	else
		value_remove(meta, "managedFields");
}

/* One entry with nothing in it asks to begin anew. */
static bool
is_reset(const struct value *list)
{
	return value_count(list) == 1 && !value_count(value_at(list, 0));
}

/* A client may send the entries itself, but not through a subresource. */
static void
read_managers(struct record *record, const struct change *change)
{
	const struct value *sent = stored_managers(change->new), *stored = stored_managers(change->old);

	if (!*record->self.subresource && is_reset(sent))
		return;
	if (!*record->self.subresource)
		managers_read(&record->managers, sent);
	if (!record->managers.list.n)
		managers_read(&record->managers, stored);
}

static const char *
manager_of(const struct change *change)
{
	const struct server *server = change->server;
	const char *program = server->program ? server->program : "kube-controller-manager";

	return change->request->manager ? change->request->manager : change->request->system ? program : KUBECTL;
}

/* A Binding names a pod's node; no one manages what it sets. */
static bool
is_binding(const struct object *old, const struct object *new)
{
	return old && !strcmp(new->kind->kind, "Pod") && !value_path(old->root, "spec.nodeName") &&
		value_path(new->root, "spec.nodeName");
}

static bool
touches(struct record *record, const struct merge_difference *difference, const char *but_for)
{
	struct merge_difference rest = *difference;

	leave_out(record, &rest, but_for);
	return rest.added->n || rest.modified->n || rest.removed->n;
}

/* Kinds whose controllers write metadata too through the subresource. */
static bool
has_metadata_by_status(const struct kind *kind)
{
	return !strcmp(kind->kind, "Deployment") || !strcmp(kind->kind, "Service");
}

/* The one program that sets how many pods these shall have is the autoscaler, and it does so through scale. */
static bool
is_scaling(struct record *record, const struct merge_difference *difference)
{
	return (!strcmp(record->kind->kind, "Deployment") || !strcmp(record->kind->kind, "StatefulSet")) &&
		!touches(record, difference, "spec.replicas");
}

static void
keep_status(struct record *record, struct merge_difference *difference)
{
	struct merge_difference rest = *difference;
	struct arena *arena = &record->arena;

	leave_out(record, &rest, "status");
	difference->added = fieldset_difference(arena, difference->added, rest.added);
	difference->modified = fieldset_difference(arena, difference->modified, rest.modified);
	difference->removed = fieldset_difference(arena, difference->removed, rest.removed);
}

/* As the program's requests would have been: status goes through its subresource, by which metadata can be set too. */
static void
split(struct record *record, struct merge_difference difference, bool creation)
{
	struct merge_difference status = difference;
	bool touched;

	keep_status(record, &status);
	touched = touches(record, &status, "");
	if (!creation && is_scaling(record, &difference)) {
		take_over(record, difference, SCALE);
	} else if (!creation && !touches(record, &difference, "status metadata")) {
		take_over(record, difference, touched || has_metadata_by_status(record->kind) ? STATUS : "");
	} else {
		take_over(record, difference, "");
		if (touched)
			take_over(record, status, STATUS);
	}
}

void
managed_write(struct server *server, const struct object *old, struct object *new)
{
	struct merge_difference difference;
	struct record record;

	if (!server->program || is_binding(old, new))
		return;
	record_begin(&record, server, new->kind, server->program, "");
	differ(&record, old ? old->root : nothing(&record), new->root, &difference);
	leave_out(&record, &difference, deletion);
	if (touches(&record, &difference, "")) {
		managers_read(&record.managers, stored_managers(old ? old->root : NULL));
		split(&record, difference, !old);
		store_managers(&record, &new->arena, new->root);
	}
	record_end(&record);
}

void
managed_update(struct change *change)
{
	const struct request *request = change->request;
	const char *subresource = request->subresource ? request->subresource : "";
	struct merge_difference difference;
	struct record record;

	record_begin(&record, change->server, request->kind, manager_of(change), subresource);
	read_managers(&record, change);
	differ(&record, change->old ? change->old : nothing(&record), change->new, &difference);
	if (!change->old && request->system)
		split(&record, difference, true);
	else
		take_over(&record, difference, subresource);
	store_managers(&record, change->arena, change->new);
	record_end(&record);
}

/* ---- server-side apply ---- */

struct managed_apply {
	struct record record;
};

/* Only named, in an error. */
static const struct kind patch_options = {.kind = "PatchOptions",
	.group = "meta.k8s.io",
	.version = "v1",
	.plural = "",
	.singular = "",
	.shorts = "",
	.categories = "",
	.type = "",
	.index = -1};

static int
refuse_version(struct change *change)
{
	char expected[64];
	const char *given = value_get_text(change->request->body, "apiVersion");

	if (given && !strcmp(given, kind_api_version(change->request->kind, expected)))
		return 0;
	return status_set(change->status, STATUS_BAD_REQUEST,
		"Incorrect version specified in apply patch. Specified patch version: %s, expected: %s",
		given ? given : "", kind_api_version(change->request->kind, expected));
}

static int
check_configuration(struct change *change)
{
	const struct request *request = change->request;
	struct err err = ERR_INIT;
	char version[64];
	int failed;

	if (refuse_version(change))
		return -1;
	if (stored_managers(request->body))
		return status_set(change->status, STATUS_BAD_REQUEST, "metadata.managedFields must be nil");
	failed = merge_check(request->kind->type, request->body, &err);
	if (failed)
		status_set(change->status, STATUS_UNKNOWN,
			"failed to create typed patch object (%s/%s; %s%s, Kind=%s): %s", request->namespace,
			request->name, *request->kind->group ? "" : "/", kind_api_version(request->kind, version),
			request->kind->kind, err.text);
	err_release(&err);
	return failed;
}

/* What the manager applied before and does not now goes, unless someone else manages it too. */
static struct value *
prune(struct record *record, struct value *merged, const struct fieldset *last)
{
	const char *type = record->kind->type;
	struct arena *arena = &record->arena;
	struct fieldset *managed = fieldset_new(arena), *all, *left, *before = merge_named(type, last, arena);
	struct value *pruned;

	if (!last->n)
		return merged;
	for (size_t i = 0; i < record->managers.list.n; i++)
		managed = fieldset_union(arena, managed, record->managers.list.v[i].fields);
	pruned = merge_remove(type, merged, before, arena);
	all = merge_named(type, merge_fields(type, merged, arena), arena);
	left = merge_named(type, merge_fields(type, pruned, arena), arena);
	left = fieldset_union(arena, left, merge_named(type, managed, arena));
	pruned = merge_remove(type, merged, fieldset_difference(arena, all, left), arena);
	left = merge_named(type, merge_fields(type, pruned, arena), arena);
	left = fieldset_intersection(arena, fieldset_difference(arena, all, left), before);
	return merge_remove(type, merged, left, arena);
}

/* ---- conflicts ---- */

/* What client-side apply set and is still as it set it: its user may go on with server-side apply. */
static struct fieldset *
allowed_conflicts(struct record *record, const struct value *live)
{
	struct arena *arena = &record->arena;
	const char *last = value_get_text(value_path(live, "metadata.annotations"), LAST_APPLIED);
	struct fieldset *allowed = fieldset_new(arena);
	struct merge_difference difference;
	struct value *applied = NULL;
	struct err err = ERR_INIT;

	if (!strcmp(record->self.name, KUBECTL) && last && *last &&
		!json_read(LAST_APPLIED, last, strlen(last), arena, &applied, &err)) {
		merge_compare(record->kind->type, applied, live, arena, &difference);
		allowed = merge_fields(record->kind->type, applied, arena);
		allowed = fieldset_difference(arena, allowed, difference.modified);
		allowed = fieldset_difference(arena, allowed, difference.added);
		allowed = fieldset_difference(arena, allowed, difference.removed);
	}
	err_release(&err);
	return allowed;
}

struct conflicts {
	struct str text;
	size_t count;
};

static void
add_conflict(void *arg, const char *path)
{
	struct conflicts *conflicts = arg;

	conflicts->count++;
	str_addf(&conflicts->text, "\n- %s", path);
}

/* Of one manager: its name, and a line for each field. */
static void
add_conflicts_of(struct conflicts *conflicts, const struct manager *manager, const struct fieldset *fields)
{
	if (!fields->n)
		return;
	str_add(&conflicts->text, conflicts->count ? "\nconflicts with " : "conflicts with ");
	manager_describe(manager, &conflicts->text);
	str_addch(&conflicts->text, ':');
	fieldset_each(fields, add_conflict, conflicts);
}

static int
refuse_conflicts(struct change *change, const struct conflicts *conflicts)
{
	static const char head[] = "conflicts with ", line[] = ":\n- ";
	const char *path = strstr(conflicts->text.buf, line);

	if (conflicts->count == 1 && path)
		return status_set(change->status, STATUS_CONFLICT,
			"Apply failed with 1 conflict: conflict with %.*s: %s",
			(int)(path - conflicts->text.buf - (long)strlen(head)), conflicts->text.buf + strlen(head),
			path + strlen(line));
	return status_set(change->status, STATUS_CONFLICT, "Apply failed with %zu conflicts: %s", conflicts->count,
		conflicts->text.buf);
}

/* 0: there are none, or they may be overruled. */
static int
check_conflicts(struct change *change, struct record *record, const struct fieldset *taken, const struct value *live)
{
	const struct fieldset *allowed = allowed_conflicts(record, live);
	VEC(struct manager) sorted = VEC_INIT;
	struct conflicts conflicts = { STR_INIT, 0 };
	int failed = 0;

	for (size_t i = 0; i < record->managers.list.n; i++)
		if (!managers_find(
			    &(struct managers){&record->arena, {&record->self, 1, 1}}, &record->managers.list.v[i]))
			*vec_push(&sorted) = record->managers.list.v[i];
	if (sorted.n)
		qsort(sorted.v, sorted.n, sizeof *sorted.v, manager_compare);
	for (size_t i = 0; i < sorted.n; i++) {
		struct fieldset *fields = fieldset_intersection(&record->arena, sorted.v[i].fields, taken);

		add_conflicts_of(&conflicts, &sorted.v[i], fieldset_difference(&record->arena, fields, allowed));
	}
	if (conflicts.count)
		failed = refuse_conflicts(change, &conflicts);
	str_release(&conflicts.text);
	vec_release(&sorted);
	return failed;
}

/* ---- the merged object ---- */

/* The annotation of client-side apply is kept up to date, so that there is a way back. */
static struct value *
put_last_applied(struct record *record, struct value *merged, const struct value *applied)
{
	const char *last = value_get_text(value_path(merged, "metadata.annotations"), LAST_APPLIED);
	struct value *copy, *annotations;
	struct str text = STR_INIT;

	if (strcmp(record->self.name, KUBECTL) != 0 || !last || !*last)
		return merged;
	copy = value_copy(&record->arena, applied);
	annotations = value_get(value_get(copy, "metadata"), "annotations");
	if (annotations)
		value_remove(annotations, LAST_APPLIED);
	json_write(copy, 0, &text);
	str_addch(&text, '\n');
	merged = value_copy(&record->arena, merged);
	value_set_text(&record->arena, value_path(merged, "metadata.annotations"), LAST_APPLIED, text.buf);
	str_release(&text);
	return merged;
}

static struct value *
without_managers(struct record *record, const struct value *root)
{
	struct value *copy = value_copy(&record->arena, root);

	value_remove(value_get(copy, "metadata"), "managedFields");
	return copy;
}

/* Who loses what to record->self, which has its new fields already. */
static int
settle_owners(struct change *change, struct record *record, const struct value *live, const struct value *merged)
{
	struct arena *arena = &record->arena;
	const struct manager *self = managers_find(&record->managers, &record->self);
	struct merge_difference difference;
	struct fieldset *taken, *lost;

	differ(record, live, merged, &difference);
	leave_out(record, &difference, resets_of(record->kind, record->self.subresource));
	taken = fieldset_union(arena, difference.added, difference.modified);
	if (!change->request->force && check_conflicts(change, record, taken, live))
		return -1;
	lost = fieldset_union(arena, taken, difference.removed);
	for (size_t i = 0; i < record->managers.list.n; i++)
		if (&record->managers.list.v[i] != self)
			record->managers.list.v[i].fields =
				fieldset_difference(arena, record->managers.list.v[i].fields, lost);
	return 0;
}

static int
merge_configuration(struct change *change, struct record *record, struct value **merged)
{
	const struct kind *kind = record->kind;
	const struct value *applied = change->request->body;
	struct arena *arena = &record->arena;
	const struct value *live = without_managers(record, change->old ? change->old : nothing(record));
	struct manager *self;
	struct fieldset *last;

	record->self.operation = OPERATION_APPLY;
	managers_read(&record->managers, stored_managers(change->old));
	*merged = merge_values(kind->type, live, applied, arena);
	self = managers_add(&record->managers, &record->self);
	last = self->fields;
	if (!last->n)
		self->time = NULL;
	self->api_version = record->self.api_version;
	self->fields = fieldset_without(arena, merge_fields(kind->type, applied, arena),
		names(record, resets_of(kind, record->self.subresource)));
	self->fields = fieldset_difference(arena, self->fields, names(record, stripped));
	*merged = prune(record, *merged, last);
	if (settle_owners(change, record, live, *merged))
		return -1;
	self = managers_find(&record->managers, &record->self);
	if (!value_equal(live, *merged))
		self->time = record->self.time;
	*merged = put_last_applied(record, *merged, applied);
	return 0;
}

int
managed_apply(struct change *change, struct value **merged, struct managed_apply **applied)
{
	const struct request *request = change->request;
	struct managed_apply *apply;

	if (!request->manager || !*request->manager) {
		status_required(change->status, "fieldManager", "is required for apply patch");
		return status_invalid(change->status, &patch_options, "");
	}
	if (check_configuration(change))
		return -1;
	apply = xcalloc(1, sizeof *apply);
	record_begin(&apply->record, change->server, request->kind, request->manager,
		request->subresource ? request->subresource : "");
	if (merge_configuration(change, &apply->record, merged)) {
		managed_applied(NULL, apply);
		return -1;
	}
	*applied = apply;
	return 0;
}

void
managed_applied(struct change *change, struct managed_apply *applied)
{
	if (change && change->new)
		store_managers(&applied->record, change->arena, change->new);
	record_end(&applied->record);
	free(applied);
}

/* ---- what clients send ---- */

void
managed_pack(struct arena *arena, struct value *root)
{
	struct value *list = value_get(value_get(root, "metadata"), "managedFields");

	for (size_t i = 0; i < value_count(list); i++) {
		struct value *entry = value_at(list, i), *fields = value_get(entry, "fieldsV1");
		struct str text = STR_INIT;

		if (!fields || value_text(fields))
			continue;
		json_write(fields, 0, &text);
		value_set_text(arena, entry, "fieldsV1", text.buf);
		str_release(&text);
	}
}
