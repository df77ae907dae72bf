/* Follows the schema that v1.32 publishes (x-kubernetes-list-type, -list-map-keys, -map-type) and typed/helpers.go. */
#include "api/shape.h"

#include <stdlib.h>
#include <string.h>

#include "api/schema.h"
#include "api/yaml.h"

/* +structType=atomic */
static const char *const atomic_types[] = {
	"core.v1.ConfigMapKeySelector",
	"core.v1.EndpointAddress",
	"core.v1.EndpointPort",
	"core.v1.LocalObjectReference",
	"core.v1.NodeSelector",
	"core.v1.NodeSelectorTerm",
	"core.v1.ObjectFieldSelector",
	"core.v1.ObjectReference",
	"core.v1.ResourceFieldSelector",
	"core.v1.ScopeSelector",
	"core.v1.SecretKeySelector",
	"core.v1.TypedLocalObjectReference",
	"discovery.v1.EndpointPort",
	"meta.v1.LabelSelector",
	"meta.v1.OwnerReference",
	"networking.v1.ServiceBackendPort",
};

static const char *const free_types[] = { "meta.v1.FieldsV1", "object", "runtime.RawExtension" };

/* Keys that an element need not say. */
static const struct {
	const char *type, *field, *text;
} key_defaults[] = {
	{ "core.v1.ContainerPort", "protocol", "TCP" },
	{ "core.v1.LocalObjectReference", "name", "" },
	{ "core.v1.ServicePort", "protocol", "TCP" },
};

const struct shape shape_free = { SHAPE_FREE, "", "" };

static int
compare_texts(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

static bool
is_atomic_type(const char *type)
{
	return bsearch(
		type, atomic_types, sizeof atomic_types / sizeof *atomic_types, sizeof *atomic_types, compare_texts);
}

static bool
is_free_type(const char *type)
{
	return bsearch(type, free_types, sizeof free_types / sizeof *free_types, sizeof *free_types, compare_texts);
}

/* list: what the field says of its list or map */
static struct shape
shape_with(const char *type, const char *list)
{
	struct shape shape = { SHAPE_ANY, type, "" };

	if (schema_is_list(type)) {
		shape.form = str_starts(list, "map:") ? SHAPE_KEYED
			: !strcmp(list, "set")        ? SHAPE_SET
						      : SHAPE_ATOMIC_LIST;
		shape.keys = shape.form == SHAPE_KEYED ? list + 4 : "";
	} else if (schema_is_map(type)) {
		shape.form = !strcmp(list, "atomic") ? SHAPE_ATOMIC_MAP : SHAPE_MAP;
	} else if (str_starts(type, "string")) {
		shape.form = SHAPE_TEXT;
	} else if (str_starts(type, "integer") || str_starts(type, "number")) {
		shape.form = SHAPE_NUMBER;
	} else if (!strcmp(type, "boolean")) {
		shape.form = SHAPE_BOOL;
	} else if (schema_is_struct(type)) {
		shape.form = is_atomic_type(type) ? SHAPE_ATOMIC_STRUCT : SHAPE_STRUCT;
	} else if (is_free_type(type)) {
		shape.form = SHAPE_FREE;
	}
	return shape;
}

struct shape
shape_of(const char *type)
{
	return shape_with(type, "");
}

bool
shape_field(const struct shape *shape, const char *name, struct shape *field)
{
	const struct schema_field *row;

	if (shape->form != SHAPE_STRUCT && shape->form != SHAPE_ATOMIC_STRUCT)
		return false;
	row = schema_field(shape->type, name);
	if (row)
		*field = shape_with(row->type, row->list);
	return row;
}

struct shape
shape_element(const struct shape *shape, struct arena *arena)
{
	char buf[96];

	if (schema_is_list(shape->type))
		return shape_of(shape->type + strlen("[]"));
	if (!schema_element(shape->type, buf, sizeof buf))
		return shape_free;
	return shape_of(arena_strdup(arena, buf));
}

bool
shape_is_list(const struct shape *shape)
{
	return shape->form == SHAPE_ATOMIC_LIST || shape->form == SHAPE_SET || shape->form == SHAPE_KEYED;
}

bool
shape_is_leaf(const struct shape *shape)
{
	return shape->form != SHAPE_STRUCT && shape->form != SHAPE_MAP && shape->form != SHAPE_SET &&
		shape->form != SHAPE_KEYED;
}

/* ---- names of elements ---- */

struct fieldset_element
shape_name_field(const char *name, struct arena *arena)
{
	return (struct fieldset_element){ .text = arena_printf(arena, "f:%s", name) };
}

static const char *
key_default(const char *type, const char *field)
{
	for (size_t i = 0; i < sizeof key_defaults / sizeof *key_defaults; i++)
		if (!strcmp(key_defaults[i].type, type) && !strcmp(key_defaults[i].field, field))
			return key_defaults[i].text;
	return NULL;
}

/* The keys that the element has, by name: the schema lists them sorted. */
static struct value *
keys_of(const struct shape *list, const struct value *item, struct arena *arena)
{
	struct value *found = value_map(arena);
	const char *key = list->keys;

	while (*key) {
		size_t len = strcspn(key, ",");
		const char *name = arena_strndup(arena, key, len),
			   *standard = key_default(list->type + strlen("[]"), name);
		struct value *value = value_get(item, name);

		if (!value && standard)
			value = value_string(arena, standard);
		if (value)
			value_set(arena, found, name, value);
		key += len + (key[len] == ',');
	}
	return found;
}

int
shape_name_item(const struct shape *list, const struct value *item, struct arena *arena, struct fieldset_element *out)
{
	const struct value *key = list->form == SHAPE_KEYED ? keys_of(list, item, arena) : item;
	struct str text = STR_INIT;

	if (list->form == SHAPE_KEYED && (item->type != VALUE_MAP || !value_count(key)))
		return -1;
	if (list->form == SHAPE_SET && (item->type == VALUE_MAP || item->type == VALUE_LIST || value_is_null(item)))
		return -1;
	str_add(&text, list->form == SHAPE_KEYED ? "k:" : "v:");
	json_write(key, 0, &text);
	*out = (struct fieldset_element){ .text = arena_strdup(arena, text.buf), .key = key };
	str_release(&text);
	return 0;
}
