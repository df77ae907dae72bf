/*
 * Objects: a tree in an arena, counted by references; and the label selectors that pick them
 * (k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go and pkg/labels/selector.go).
 */
#include "api/object.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "svcsim/mem.h"

struct object *
object_new(const struct kind *kind)
{
	struct object *object = xcalloc(1, sizeof *object);

	object->arena = (struct arena)ARENA_INIT;
	object->kind = kind;
	object->namespace = object->name = "";
	object->refs = 1;
	return object;
}

struct object *
object_copy(const struct object *object)
{
	struct object *copy = object_new(object->kind);

	copy->root = value_copy(&copy->arena, object->root);
	object_seal(copy);
	return copy;
}

void
object_seal(struct object *object)
{
	const char *name = value_get_text(object_meta(object), "name");
	const char *namespace = value_get_text(object_meta(object), "namespace");

	object->name = name ? arena_strdup(&object->arena, name) : "";
	object->namespace = namespace && object->kind->namespaced ? arena_strdup(&object->arena, namespace) : "";
}

/* The count is the one thing of a stored object that changes. */
struct object *
object_ref(const struct object *object)
{
	struct object *counted = (struct object *)object;

	counted->refs++;
	return counted;
}

void
object_unref(struct object *object)
{
	if (!object || --object->refs)
		return;
	arena_release(&object->arena);
	free(object);
}

struct value *
object_meta(const struct object *object)
{
	return value_get(object->root, "metadata");
}

const char *
object_label(const struct object *object, const char *key)
{
	return value_get_text(value_get(object_meta(object), "labels"), key);
}

const char *
object_annotation(const struct object *object, const char *key)
{
	return value_get_text(value_get(object_meta(object), "annotations"), key);
}

const char *
object_uid(const struct object *object)
{
	const char *uid = value_get_text(object_meta(object), "uid");

	return uid ? uid : "";
}

int64_t
object_created(const struct object *object)
{
	const char *text = value_get_text(object_meta(object), "creationTimestamp");
	int64_t when;

	return text && clock_parse(text, &when) ? when : 0;
}

bool
object_is_deleting(const struct object *object)
{
	return !value_is_null(value_get(object_meta(object), "deletionTimestamp"));
}

bool
selector_matches_map(const struct value *selector, const struct value *labels)
{
	for (size_t i = 0; i < value_count(selector); i++) {
		const struct value_entry *want = &selector->map.v[i];
		const char *text = value_text(want->value);
		const char *has = value_get_text(labels, want->key);

		if (!has || strcmp(has, text ? text : "") != 0)
			return false;
	}
	return true;
}

static bool
values_have(const struct value *values, const char *text)
{
	for (size_t i = 0; i < value_count(values); i++) {
		const char *value = value_text(value_at(values, i));

		if (value && !strcmp(value, text))
			return true;
	}
	return false;
}

static bool
match_in(const struct value *values, const char *has)
{
	return has && values_have(values, has);
}

static bool
match_not_in(const struct value *values, const char *has)
{
	return !has || !values_have(values, has);
}

static bool
match_exists(const struct value *values, const char *has)
{
	(void)values;
	return has;
}

static bool
match_does_not_exist(const struct value *values, const char *has)
{
	(void)values;
	return !has;
}

static const struct {
	const char *operator;
	bool (*match)(const struct value *values, const char *has);
} operators[] = {
	{ "In", match_in },
	{ "NotIn", match_not_in },
	{ "Exists", match_exists },
	{ "DoesNotExist", match_does_not_exist },
};

/* An operator that the API does not know, which validation refuses, matches nothing. */
static bool
expression_matches(const struct value *expression, const struct value *labels)
{
	const char *key = value_get_text(expression, "key");
	const char *operator= value_get_text(expression, "operator");
	const char *has = key ? value_get_text(labels, key) : NULL;

	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		if (operator&& !strcmp(operators[i].operator, operator))
			return operators[i].match(value_get(expression, "values"), has);
	}
	return false;
}

bool
selector_matches(const struct value *label_selector, const struct value *labels)
{
	const struct value *expressions = value_get(label_selector, "matchExpressions");

	if (value_is_null(label_selector))
		return false;
	if (!selector_matches_map(value_get(label_selector, "matchLabels"), labels))
		return false;
	for (size_t i = 0; i < value_count(expressions); i++) {
		if (!expression_matches(value_at(expressions, i), labels))
			return false;
	}
	return true;
}
