/*
 * A configuration against the schema before it is merged: unlike the decoder of other requests, a field that doesn't
 * exist ends the map that it is in, and errors are listed together.  Follows structured-merge-diff's typed/validate.go.
 */
#include "api/merge.h"

#include <stdlib.h>
#include <string.h>

#include "api/shape.h"
#include "api/yaml.h"
#include "svcsim/vec.h"

struct check {
	struct arena *arena;
	struct str path;
	VEC(char *) errors;
};

static void complain(struct check *check, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void
complain(struct check *check, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	if (check->path.len)
		str_addf(&text, "%s: ", check->path.buf);
	va_start(args, fmt);
	str_vaddf(&text, fmt, args);
	va_end(args);
	*vec_push(&check->errors) = str_detach(&text);
}

/* A value as Go's %v prints it, and the type that JSON's decoder gives it. */
static void
add_go(const struct value *value, struct str *out)
{
	switch (value->type) {
	case VALUE_STRING:
		str_addn(out, value->string.text, value->string.len);
		break;
	case VALUE_LIST:
		str_addch(out, '[');
		for (size_t i = 0; i < value->list.n; i++) {
			str_add(out, i ? " " : "");
			add_go(value->list.v[i], out);
		}
		str_addch(out, ']');
		break;
	case VALUE_MAP:
		str_add(out, "map[");
		for (size_t i = 0; i < value->map.n; i++) {
			str_addf(out, "%s%s:", i ? " " : "", value->map.v[i].key);
			add_go(value->map.v[i].value, out);
		}
		str_addch(out, ']');
		break;
	case VALUE_NULL:
		str_add(out, "<nil>");
		break;
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_FLOAT:
		json_write(value, 0, out);
		break;
	}
}

static const char *const go_types[] = {
	[VALUE_NULL] = "<nil>", [VALUE_BOOL] = "bool", [VALUE_INT] = "int64", [VALUE_FLOAT] = "float64",
	[VALUE_STRING] = "string", [VALUE_LIST] = "[]interface {}", [VALUE_MAP] = "map[string]interface {}",
};

static void
complain_of(struct check *check, const char *expected, const struct value *value)
{
	struct str text = STR_INIT;

	add_go(value, &text);
	complain(check, "expected %s, got &{%s}", expected, text.buf);
	str_release(&text);
}

static bool
is_scalar(const struct value *value)
{
	return value->type != VALUE_MAP && value->type != VALUE_LIST;
}

static void
check_scalar(struct check *check, const struct shape *shape, const struct value *value)
{
	struct str text = STR_INIT;

	if (shape->form == SHAPE_NUMBER && value->type != VALUE_INT && value->type != VALUE_FLOAT) {
		complain(check, "expected numeric (int or float), got %s", go_types[value->type]);
	} else if (shape->form == SHAPE_TEXT && value->type != VALUE_STRING) {
		add_go(value, &text);
		complain(check, "expected string, got &value.valueUnstructured{Value:%s}", text.buf);
	} else if (shape->form == SHAPE_BOOL && value->type != VALUE_BOOL) {
		complain_of(check, "boolean", value);
	} else if (shape->form == SHAPE_ANY && !is_scalar(value)) {
		complain_of(check, "any scalar", value);
	}
	str_release(&text);
}

static void check_value(struct check *check, const struct shape *shape, const struct value *value);

static void
check_entries(struct check *check, const struct shape *shape, const struct value *map)
{
	size_t len = check->path.len;

	for (size_t i = 0; i < map->map.n; i++) {
		struct shape entry = shape_free;
		bool known = shape_field(shape, map->map.v[i].key, &entry);

		str_addf(&check->path, ".%s", map->map.v[i].key);
		if (shape->form == SHAPE_MAP || shape->form == SHAPE_ATOMIC_MAP) {
			entry = shape_element(shape, check->arena);
			known = true;
		}
		if (known)
			check_value(check, &entry, map->map.v[i].value);
		else
			complain(check, "field not declared in schema");
		str_truncate(&check->path, len);
		if (!known)
			return;
	}
}

/* Does an element before the ith have the same name? */
static bool
is_repeated(struct check *check, const struct shape *shape, const struct value *list, size_t i,
	const struct fieldset_element *name)
{
	for (size_t j = 0; j < i; j++) {
		struct fieldset_element other;

		if (!shape_name_item(shape, value_at(list, j), check->arena, &other) && !strcmp(other.text, name->text))
			return true;
	}
	return false;
}

/* The name of the ith element; false: it has none, and what is below it can't be told of. */
static bool
name_item(struct check *check, const struct shape *shape, const struct value *list, size_t i,
	struct fieldset_element *name)
{
	struct str text = STR_INIT;
	bool fine = true;

	*name = (struct fieldset_element){ .text = arena_printf(check->arena, "i:%zu", i) };
	if (shape->form == SHAPE_ATOMIC_LIST)
		return true;
	if (shape_name_item(shape, value_at(list, i), check->arena, name)) {
		complain(check,
			shape->form == SHAPE_SET
				? "element %zu: associative list without keys has an element that's a map type"
				: value_at(list, i)->type != VALUE_MAP
				? "element %zu: associative list with keys may not have non-map elements"
				: "element %zu: associative list with keys has an element that omits all key fields",
			i);
		fine = false;
	} else if (is_repeated(check, shape, list, i, name)) {
		fieldset_path_add(name, &text);
		complain(check, "duplicate entries for key %s", text.buf);
	}
	str_release(&text);
	return fine;
}

static void
check_items(struct check *check, const struct shape *shape, const struct value *list)
{
	struct shape element = shape_element(shape, check->arena);
	size_t len = check->path.len;

	for (size_t i = 0; i < list->list.n; i++) {
		struct fieldset_element name;

		if (!name_item(check, shape, list, i, &name))
			return;
		fieldset_path_add(&name, &check->path);
		check_value(check, &element, list->list.v[i]);
		str_truncate(&check->path, len);
	}
}

static void
check_value(struct check *check, const struct shape *shape, const struct value *value)
{
	bool map = shape->form == SHAPE_STRUCT || shape->form == SHAPE_ATOMIC_STRUCT || shape->form == SHAPE_MAP ||
		shape->form == SHAPE_ATOMIC_MAP;

	if (value_is_null(value))
		return;
	if (map && value->type != VALUE_MAP)
		complain_of(check, "map", value);
	else if (map)
		check_entries(check, shape, value);
	else if (shape_is_list(shape) && value->type != VALUE_LIST)
		complain_of(check, "list", value);
	else if (shape_is_list(shape))
		check_items(check, shape, value);
	else
		check_scalar(check, shape, value);
}

int
merge_check(const char *type, const struct value *value, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct check check = { .arena = &arena, .path = STR_INIT };
	struct shape shape = shape_of(type);
	struct str text = STR_INIT;
	int failed = 0;

	check_value(&check, &shape, value);
	if (check.errors.n) {
		str_add(&text, check.errors.n > 1 ? "errors:" : "");
		for (size_t i = 0; i < check.errors.n; i++) {
			str_addf(&text, "%s%s", check.errors.n > 1 ? "\n  " : "", check.errors.v[i]);
			free(check.errors.v[i]);
		}
		failed = err_set(err, ERR_INPUT, "%s", text.buf);
	}
	vec_release(&check.errors);
	str_release(&check.path);
	str_release(&text);
	arena_release(&arena);
	return failed;
}
