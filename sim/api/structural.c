/*
 * Pruning and defaulting by a structural schema; follows k8s.io/apiextensions-apiserver/pkg/apiserver/schema
 * (pruning/algorithm.go, defaulting/algorithm.go, defaulting/prunenulls.go).
 */
#include "api/structural.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "svcsim/str.h"

#define TYPE_MAX 96

#define NAME "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define DNS NAME "(\\." NAME ")*"
#define URL_PATH "[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+"
#define QUALIFIED "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])"
#define ADDRESS_TYPE "^Hostname|IPAddress|NamedAddress|" DNS "\\/" URL_PATH "$"
#define CONDITION "^(" DNS "/)?" QUALIFIED "$"
#define CONTROLLER "^" DNS "\\/" URL_PATH "$"
#define DOMAIN "^" DNS "$"
#define DURATION "^([0-9]{1,5}(h|m|s|ms)){1,4}$"
#define GROUP "^$|^" DNS "$"
#define HEADER "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$"
#define HOSTNAME "^(\\*\\.)?" DNS "$"
#define KIND "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$"
#define LABEL_VALUE "^" QUALIFIED "?$"
#define NAMESPACE "^" NAME "$"
#define PROTOCOL "^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|" DNS "\\/[A-Za-z0-9]+$"
#define REASON "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
#define ANY STRUCTURAL_ANY

static const struct structural_limit limits[] = {
#define LIMIT(...) { __VA_ARGS__ },
#include "api/schema/limits.def"
#undef LIMIT
};

static int
compare_limits(const void *a, const void *b)
{
	const struct structural_limit *x = a, *y = b;
	int order = strcmp(x->owner, y->owner);

	return order ? order : strcmp(x->field, y->field);
}

const struct structural_limit *
structural_limit(const char *owner, const char *field)
{
	const struct structural_limit key = { .owner = owner, .field = field };

	return bsearch(&key, limits, sizeof limits / sizeof *limits, sizeof *limits, compare_limits);
}

struct pruner {
	struct arena *arena;
	schema_findings *unknown;
	struct str path;
};

static struct value *prune(struct pruner *pruner, const char *type, const struct value *value);

static void
report(struct pruner *pruner, const char *key)
{
	char *finding = xasprintf("unknown field \"%s%s%s\"", pruner->path.buf, pruner->path.len ? "." : "", key);

	*vec_push(pruner->unknown) = finding;
}

/* What is at key below the path; NULL for a null, which counts as not there. */
static struct value *
prune_at(struct pruner *pruner, const char *type, const char *key, const struct value *value)
{
	size_t len = pruner->path.len;
	struct value *pruned;

	if (value_is_null(value))
		return NULL;
	str_addf(&pruner->path, "%s%s", len ? "." : "", key);
	pruned = prune(pruner, type, value);
	str_truncate(&pruner->path, len);
	return pruned;
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct value_entry *)a)->key, ((const struct value_entry *)b)->key);
}

static struct value *
prune_map(struct pruner *pruner, const char *type, const struct value *map)
{
	struct value_entry *sorted = xcalloc(map->map.n + 1, sizeof *sorted);
	struct value *out = value_map(pruner->arena);
	char element[TYPE_MAX];

	if (map->map.n)
		memcpy(sorted, map->map.v, map->map.n * sizeof *sorted);
	qsort(sorted, map->map.n, sizeof *sorted, by_key);
	for (size_t i = 0; i < map->map.n; i++) {
		const struct schema_field *field = schema_field(type, sorted[i].key);
		struct value *kept;

		if (!schema_is_map(type) && !field) {
			if (pruner->unknown)
				report(pruner, sorted[i].key);
			else
				value_set(
					pruner->arena, out, sorted[i].key, value_copy(pruner->arena, sorted[i].value));
			continue;
		}
		kept = prune_at(pruner, field ? field->type : schema_element(type, element, sizeof element),
			sorted[i].key, sorted[i].value);
		if (kept)
			value_set(pruner->arena, out, sorted[i].key, kept);
	}
	free(sorted);
	return out;
}

static struct value *
prune_list(struct pruner *pruner, const char *type, const struct value *list)
{
	struct value *out = value_list(pruner->arena);
	size_t len = pruner->path.len;
	char element[TYPE_MAX];

	schema_element(type, element, sizeof element);
	for (size_t i = 0; i < list->list.n; i++) {
		str_addf(&pruner->path, "[%zu]", i);
		value_append(pruner->arena, out, prune(pruner, element, list->list.v[i]));
		str_truncate(&pruner->path, len);
	}
	return out;
}

/* A value that is not of its type is left to validation. */
static struct value *
prune(struct pruner *pruner, const char *type, const struct value *value)
{
	if (value->type == VALUE_MAP && (schema_is_struct(type) || schema_is_map(type)))
		return prune_map(pruner, type, value);
	if (value->type == VALUE_LIST && schema_is_list(type))
		return prune_list(pruner, type, value);
	return value_copy(pruner->arena, value);
}

int
structural_decode(const char *type, const struct value *value, struct arena *arena, struct value **out,
	schema_findings *unknown, struct err *err)
{
	struct pruner pruner = { arena, unknown, STR_INIT };
	struct value *rest = value_map(arena), *only = value_map(arena), *metadata = value_get(value, "metadata"),
		     *decoded;

	if (metadata)
		value_set(arena, only, "metadata", metadata);
	if (schema_decode(type, value->type == VALUE_MAP ? only : value, arena, &decoded, unknown, err))
		return -1;
	for (size_t i = 0; i < value->map.n; i++)
		if (strcmp(value->map.v[i].key, "metadata") != 0)
			value_set(arena, rest, value->map.v[i].key, value->map.v[i].value);
	rest = prune(&pruner, type, rest);
	*out = value_map(arena);
	for (size_t i = 0; i < rest->map.n; i++) {
		/* sorted, and metadata is between kind and spec */
		if (strcmp(rest->map.v[i].key, "metadata") > 0 && !value_get(*out, "metadata"))
			value_set(arena, *out, "metadata", value_get(decoded, "metadata"));
		value_set(arena, *out, rest->map.v[i].key, rest->map.v[i].value);
	}
	if (!value_get(*out, "metadata"))
		value_set(arena, *out, "metadata", value_get(decoded, "metadata"));
	str_release(&pruner.path);
	return 0;
}

bool
structural_knows(const char *type, const struct value *value)
{
	struct arena arena = ARENA_INIT;
	schema_findings unknown = VEC_INIT;
	struct pruner pruner = { &arena, &unknown, STR_INIT };
	struct value *rest = value_map(&arena);
	bool knows;

	for (size_t i = 0; i < value->map.n; i++)
		if (strcmp(value->map.v[i].key, "metadata") != 0)
			value_set(&arena, rest, value->map.v[i].key, value->map.v[i].value);
	prune(&pruner, type, rest);
	knows = !unknown.n;
	schema_findings_release(&unknown);
	str_release(&pruner.path);
	arena_release(&arena);
	return knows;
}

void
structural_add_default(struct arena *arena, const struct schema_field *field, struct value *map, const char *name)
{
	struct value *standard;
	struct err err = ERR_INIT;

	if (!*field->standard || value_get(map, name))
		return;
	if (json_read("", field->standard, strlen(field->standard), arena, &standard, &err))
		BUG("the default of %s.%s: %s", field->owner, field->name, err.text);
	value_set(arena, map, name, standard);
}

void
structural_default(const char *type, struct arena *arena, struct value *value)
{
	char element[TYPE_MAX];
	size_t n = 0;
	const struct schema_field *fields = NULL;

	if (schema_is_list(type) || schema_is_map(type)) {
		schema_element(type, element, sizeof element);
		for (size_t i = 0; value->type == VALUE_LIST && i < value->list.n; i++)
			structural_default(element, arena, value->list.v[i]);
		return;
	}
	if (value->type == VALUE_MAP)
		fields = schema_fields(type, &n);
	for (size_t i = 0; fields && i < n; i++) {
		struct value *member;

		structural_add_default(arena, &fields[i], value, fields[i].name);
		member = value_get(value, fields[i].name);
		if (member && strcmp(fields[i].name, "metadata") != 0)
			structural_default(fields[i].type, arena, member);
	}
}
