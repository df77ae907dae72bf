/*
 * Strict decoding: an untyped tree is read as a type of the schema, with the findings and the words of
 * sigs.k8s.io/json, which follows Go's encoding/json.  Keys are visited in sorted order, since kubectl sends them so.
 * A wrong type doesn't stop the decoding, the first one is told at the end; what an UnmarshalJSON method refuses
 * (quantities, times) stops it at once and is told instead.
 */
#include "api/schema_internal.h"

#include <stdlib.h>
#include <string.h>

static int decode(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out);
static struct value *zero(struct decoder *decoder, const char *type);

/* Appends a type's name in Go: "core.v1.ServicePort" is v1.ServicePort there, map<string> map[string]string. */
static void
go_type(const char *type, struct str *out)
{
	char buf[96];
	const char *element = schema_element(type, buf, sizeof buf);
	const struct schema_scalar *scalar = schema_scalar_of(type);
	const char *dot = strchr(type, '.');

	if (element) {
		str_add(out, schema_is_list(type) ? "[]" : "map[string]");
		go_type(element, out);
	} else {
		str_add(out, scalar ? scalar->go : dot ? dot + 1 : type);
	}
}

/* The slot's type in Go: the field's own name for it, as many lists and maps deep as the slot stands. */
static void
go_slot(const struct slot *slot, struct str *out)
{
	const char *named = slot->field && *slot->field->go ? slot->field->go : NULL;

	for (unsigned i = 0; named && i < slot->nested; i++) {
		const char *bracket = strchr(named, ']');

		named = bracket ? bracket + 1 : NULL;
	}
	if (named)
		str_add(out, named);
	else
		go_type(slot->type, out);
}

static void
keep_place(struct decoder *decoder, const struct value *value)
{
	decoder->failed = true;
	decoder->err->line = value->line;
	decoder->err->column = value->column;
}

void
decode_mismatch(
	struct decoder *decoder, const struct slot *slot, const struct value *value, const char *what, const char *go)
{
	struct str type = STR_INIT;

	if (decoder->failed)
		return;
	if (go)
		str_add(&type, go);
	else
		go_slot(slot, &type);
	if (decoder->owner)
		err_set(decoder->err, ERR_INPUT, "json: cannot unmarshal %s into Go struct field %s.%s of type %s",
			what, strrchr(decoder->owner, '.') + 1, decoder->fields.buf, type.buf);
	else
		err_set(decoder->err, ERR_INPUT, "json: cannot unmarshal %s into Go value of type %s", what, type.buf);
	keep_place(decoder, value);
	str_release(&type);
}

int
decode_abort(struct decoder *decoder, const struct value *value, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	err_set(decoder->err, ERR_INPUT, "%s", text.buf);
	keep_place(decoder, value);
	str_release(&text);
	return -1;
}

static int
by_key(const void *a, const void *b)
{
	const struct value_entry *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

/* The entries of map by key; the caller frees. */
static const struct value_entry **
sorted_entries(const struct value *map)
{
	const struct value_entry **sorted = xmalloc((map->map.n + 1) * sizeof *sorted);

	for (size_t i = 0; i < map->map.n; i++)
		sorted[i] = &map->map.v[i];
	qsort(sorted, map->map.n, sizeof *sorted, by_key);
	return sorted;
}

static void
path_push(struct str *path, const char *name)
{
	if (path->len)
		str_addch(path, '.');
	str_add(path, name);
}

static void
report_unknown(struct decoder *decoder, const char *key)
{
	struct str text = STR_INIT;

	if (!decoder->unknown)
		return;
	str_addf(&text, "unknown field \"%s%s%s\"", decoder->path.buf, decoder->path.len ? "." : "", key);
	*vec_push(decoder->unknown) = str_detach(&text);
}

/* Whether Go's encoder leaves a field out for its value. */
static bool
is_left_out(const struct schema_field *field, const struct value *value)
{
	const struct schema_scalar *scalar = schema_scalar_of(field->type);

	if (strcmp(field->presence, "omitempty") != 0)
		return false;
	return scalar ? scalar->is_zero(value) : !value_count(value);
}

static int
decode_entry(struct decoder *decoder, const char *owner, const struct value_entry *entry, struct value *out)
{
	const struct schema_field *field = schema_field(owner, entry->key);
	size_t path = decoder->path.len, fields = decoder->fields.len;
	const char *outer = decoder->owner;
	struct value *value = NULL;
	struct slot slot;
	int failed;

	if (!field) {
		report_unknown(decoder, entry->key);
		return 0;
	}
	if (value_is_null(entry->value))
		return 0;
	slot = (struct slot){ field->type, field, 0 };
	decoder->owner = owner;
	path_push(&decoder->path, entry->key);
	path_push(&decoder->fields, entry->key);
	failed = decode(decoder, &slot, entry->value, &value);
	decoder->owner = outer;
	str_truncate(&decoder->path, path);
	str_truncate(&decoder->fields, fields);
	if (!failed && value && !is_left_out(field, value))
		value_set(decoder->arena, out, field->name, value);
	return failed;
}

/* What Go's encoder writes of a field that nobody set. */
static void
add_always(struct decoder *decoder, const char *type, struct value *out)
{
	size_t n;
	const struct schema_field *fields = schema_fields(type, &n);

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(fields[i].presence, "always") && !value_get(out, fields[i].name))
			value_set(decoder->arena, out, fields[i].name, zero(decoder, fields[i].type));
	}
}

static struct value *
zero(struct decoder *decoder, const char *type)
{
	const struct schema_scalar *scalar = schema_scalar_of(type);
	struct value *value;

	if (scalar)
		return scalar->zero(decoder->arena);
	if (!schema_is_struct(type))
		return value_null(decoder->arena);
	value = value_map(decoder->arena);
	add_always(decoder, type, value);
	return value;
}

static int
decode_struct(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	const struct value_entry **sorted;
	struct value *map;
	int failed = 0;

	if (value->type != VALUE_MAP) {
		decode_mismatch(decoder, slot, value, value_json_kind(value), NULL);
		return 0;
	}
	map = value_map(decoder->arena);
	map->line = value->line;
	map->column = value->column;
	sorted = sorted_entries(value);
	for (size_t i = 0; i < value->map.n && !failed; i++)
		failed = decode_entry(decoder, slot->type, sorted[i], map);
	free(sorted);
	add_always(decoder, slot->type, map);
	*out = map;
	return failed;
}

static int
decode_element(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	if (value_is_null(value)) {
		*out = zero(decoder, slot->type);
		return 0;
	}
	return decode(decoder, slot, value, out);
}

static int
decode_list(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	char buf[96];
	struct slot inner = { schema_element(slot->type, buf, sizeof buf), slot->field, slot->nested + 1 };
	size_t path = decoder->path.len;
	struct value *list;
	int failed = 0;

	if (value->type != VALUE_LIST) {
		decode_mismatch(decoder, slot, value, value_json_kind(value), NULL);
		return 0;
	}
	list = value_list(decoder->arena);
	for (size_t i = 0; i < value->list.n && !failed; i++) {
		struct value *element = NULL;

		str_addf(&decoder->path, "[%zu]", i);
		failed = decode_element(decoder, &inner, value->list.v[i], &element);
		str_truncate(&decoder->path, path);
		if (element)
			value_append(decoder->arena, list, element);
	}
	*out = list;
	return failed;
}

static int
decode_map(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	char buf[96];
	struct slot inner = { schema_element(slot->type, buf, sizeof buf), slot->field, slot->nested + 1 };
	const struct value_entry **sorted;
	size_t path = decoder->path.len;
	struct value *map;
	int failed = 0;

	if (value->type != VALUE_MAP) {
		decode_mismatch(decoder, slot, value, value_json_kind(value), NULL);
		return 0;
	}
	map = value_map(decoder->arena);
	sorted = sorted_entries(value);
	for (size_t i = 0; i < value->map.n && !failed; i++) {
		struct value *element = NULL;

		path_push(&decoder->path, sorted[i]->key);
		failed = decode_element(decoder, &inner, sorted[i]->value, &element);
		str_truncate(&decoder->path, path);
		if (element)
			value_set(decoder->arena, map, sorted[i]->key, element);
	}
	free(sorted);
	*out = map;
	return failed;
}

static int
decode(struct decoder *decoder, const struct slot *slot, const struct value *value, struct value **out)
{
	const struct schema_scalar *scalar = schema_scalar_of(slot->type);

	if (scalar)
		return scalar->read(decoder, slot, value, out);
	if (schema_is_list(slot->type))
		return decode_list(decoder, slot, value, out);
	if (schema_is_map(slot->type))
		return decode_map(decoder, slot, value, out);
	if (!schema_is_struct(slot->type))
		BUG("the schema has no type %s", slot->type);
	return decode_struct(decoder, slot, value, out);
}

int
schema_decode(const char *type, const struct value *value, struct arena *arena, struct value **out,
	schema_findings *unknown, struct err *err)
{
	struct decoder decoder = {
		.arena = arena, .unknown = unknown, .err = err, .path = STR_INIT, .fields = STR_INIT
	};
	struct slot slot = { type, NULL, 0 };
	struct value *decoded = NULL;

	if (decode(&decoder, &slot, value, &decoded) == 0 && !decoder.failed)
		*out = decoded;
	str_release(&decoder.path);
	str_release(&decoder.fields);
	return decoder.failed ? -1 : 0;
}
