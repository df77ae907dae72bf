/*
 * Follows k8s.io/apimachinery/pkg/util/managedfields/internal (managedfields.go, capmanagers.go, conflict.go).
 */
#include "server/managers.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"

#define FIELDS_V1 "FieldsV1"
#define UPDATERS_MAX 10
#define ANCIENT "ancient-changes"

static bool
is_apply(const struct manager *manager)
{
	return !strcmp(manager->operation, OPERATION_APPLY);
}

static const char *
text_or_empty(const struct value *map, const char *key)
{
	const char *text = value_get_text(map, key);

	return text ? text : "";
}

static int
read_fields(struct arena *arena, const struct value *fields, struct fieldset **out)
{
	return value_text(fields) ? fieldset_read(value_text(fields), arena, out)
				  : fieldset_from_value(fields, arena, out);
}

static int
read_one(struct managers *managers, const struct value *entry)
{
	struct manager manager = {
		.name = text_or_empty(entry, "manager"), .operation = text_or_empty(entry, "operation"),
		.api_version = text_or_empty(entry, "apiVersion"), .subresource = text_or_empty(entry, "subresource"),
		.time = value_get_text(entry, "time"),
	};

	if (strcmp(manager.operation, OPERATION_APPLY) != 0 && strcmp(manager.operation, OPERATION_UPDATE) != 0)
		return -1;
	if (!*manager.api_version || strcmp(text_or_empty(entry, "fieldsType"), FIELDS_V1) != 0)
		return -1;
	if (read_fields(managers->arena, value_get(entry, "fieldsV1"), &manager.fields))
		return -1;
	*vec_push(&managers->list) = manager;
	return 0;
}

void
managers_read(struct managers *managers, const struct value *list)
{
	for (size_t i = 0; i < value_count(list); i++)
		if (read_one(managers, value_at(list, i))) {
			managers->list.n = 0;
			return;
		}
}

void
managers_release(struct managers *managers)
{
	vec_release(&managers->list);
}

/* ---- as they are stored ---- */

/* Those who apply first, then by time, to the second. */
static int
compare_stored(const void *a, const void *b)
{
	const struct manager *x = a, *y = b;
	int order = strcmp(x->operation, y->operation);

	if (!order)
		order = strcmp(x->time ? x->time : "", y->time ? y->time : "");
	if (!order)
		order = strcmp(x->name, y->name);
	if (!order)
		order = strcmp(x->api_version, y->api_version);
	return order ? order : strcmp(x->subresource, y->subresource);
}

static struct value *
entry_of(struct arena *arena, const struct manager *manager)
{
	struct value *entry = value_map(arena);
	struct str fields = STR_INIT;

	fieldset_write(manager->fields, &fields);
	value_set_text(arena, entry, "manager", manager->name);
	value_set_text(arena, entry, "operation", manager->operation);
	value_set_text(arena, entry, "apiVersion", manager->api_version);
	if (manager->time)
		value_set_text(arena, entry, "time", manager->time);
	value_set_text(arena, entry, "fieldsType", FIELDS_V1);
	value_set_text(arena, entry, "fieldsV1", fields.buf);
	if (*manager->subresource)
		value_set_text(arena, entry, "subresource", manager->subresource);
	str_release(&fields);
	return entry;
}

struct value *
managers_value(const struct managers *managers, struct arena *arena)
{
	struct value *list = value_list(arena);

	if (managers->list.n)
		qsort(managers->list.v, managers->list.n, sizeof *managers->list.v, compare_stored);
	for (size_t i = 0; i < managers->list.n; i++)
		if (managers->list.v[i].fields->n)
			value_append(arena, list, entry_of(arena, &managers->list.v[i]));
	return value_count(list) ? list : NULL;
}

/* ---- one of them ---- */

static bool
is_same(const struct manager *a, const struct manager *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->operation, b->operation) &&
		!strcmp(a->subresource, b->subresource) && (is_apply(a) || !strcmp(a->api_version, b->api_version));
}

struct manager *
managers_find(struct managers *managers, const struct manager *like)
{
	for (size_t i = 0; i < managers->list.n; i++)
		if (is_same(&managers->list.v[i], like))
			return &managers->list.v[i];
	return NULL;
}

struct manager *
managers_add(struct managers *managers, const struct manager *manager)
{
	struct manager *found = managers_find(managers, manager);

	if (found)
		return found;
	found = vec_push(&managers->list);
	*found = *manager;
	found->fields = fieldset_new(managers->arena);
	return found;
}

/* ---- too many ---- */

static int
compare_age(const void *a, const void *b)
{
	const struct manager *x = *(struct manager *const *)a, *y = *(struct manager *const *)b;
	int order = strcmp(x->time ? x->time : "", y->time ? y->time : "");

	return order ? order : manager_compare(x, y);
}

/* The fields of the two oldest go to one entry, with the younger one's time. */
void
managers_cap(struct managers *managers)
{
	VEC(struct manager *) updaters = VEC_INIT;
	struct manager *bucket = NULL;

	for (size_t i = 0; i < managers->list.n; i++)
		if (!is_apply(&managers->list.v[i]) && managers->list.v[i].fields->n)
			*vec_push(&updaters) = &managers->list.v[i];
	if (updaters.n > UPDATERS_MAX)
		qsort(updaters.v, updaters.n, sizeof *updaters.v, compare_age);
	for (size_t i = 0, left = updaters.n; left > UPDATERS_MAX; i++) {
		struct manager *old = updaters.v[i];

		if (!bucket) {
			bucket = old;
			bucket->name = ANCIENT;
			bucket->subresource = "";
			continue;
		}
		bucket->fields = fieldset_union(managers->arena, bucket->fields, old->fields);
		bucket->time = old->time;
		old->fields = fieldset_new(managers->arena);
		left--;
	}
	vec_release(&updaters);
}

/* ---- in errors ---- */

/* As their identifiers, which are JSON, would be sorted. */
int
manager_compare(const void *a, const void *b)
{
	const struct manager *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (!order)
		order = strcmp(x->operation, y->operation);
	if (!order)
		order = strcmp(x->api_version, y->api_version);
	return order ? order : strcmp(x->subresource, y->subresource);
}

void
manager_describe(const struct manager *manager, struct str *out)
{
	json_quote(out, manager->name, strlen(manager->name), false);
	if (*manager->subresource) {
		str_add(out, " with subresource ");
		json_quote(out, manager->subresource, strlen(manager->subresource), false);
	}
	if (!is_apply(manager))
		str_addf(out, " using %s", manager->api_version);
}
