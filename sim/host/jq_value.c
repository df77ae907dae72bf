/* Values as jq sees them: their order, what operators make of them, steps into them, and their texts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/base64.h"
#include "host/jq_internal.h"
#include "svcsim/vec.h"

#define EXCERPT 11	/* bytes of a value that jq 1.6 repeats in an error */

/* ---- types ---- */

const char *
jq_type_name(const struct value *value)
{
	switch (value->type) {
	case VALUE_NULL:
		return "null";
	case VALUE_BOOL:
		return "boolean";
	case VALUE_INT:
	case VALUE_FLOAT:
		return "number";
	case VALUE_STRING:
		return "string";
	case VALUE_LIST:
		return "array";
	default:
		return "object";
	}
}

bool
jq_true(const struct value *value)
{
	return value->type != VALUE_NULL && (value->type != VALUE_BOOL || value->boolean);
}

bool
jq_is_number(const struct value *value)
{
	return value->type == VALUE_INT || value->type == VALUE_FLOAT;
}

double
jq_number(const struct value *value)
{
	return value->type == VALUE_INT ? (double)value->integer : value->real.number;
}

struct value *
jq_number_value(struct jq *jq, double number)
{
	if (fabs(number) < 1e15 && number == floor(number))
		return value_int(&jq->arena, (int64_t)number);
	return value_float(&jq->arena, number);
}

/* ---- order: null, false, true, numbers, strings, arrays, objects ---- */

static int
rank(const struct value *value)
{
	switch (value->type) {
	case VALUE_NULL:
		return 0;
	case VALUE_BOOL:
		return value->boolean ? 2 : 1;
	case VALUE_INT:
	case VALUE_FLOAT:
		return 3;
	case VALUE_STRING:
		return 4;
	case VALUE_LIST:
		return 5;
	default:
		return 6;
	}
}

static int
compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of an object, sorted; freed by the caller. */
static const char **
sorted_keys(const struct value *object)
{
	const char **keys = xcalloc(object->map.n + 1, sizeof *keys);

	for (size_t i = 0; i < object->map.n; i++)
		keys[i] = object->map.v[i].key;
	if (object->map.n)
		qsort(keys, object->map.n, sizeof *keys, compare_text);
	return keys;
}

/* First their sorted keys, then the values in that order. */
static int
compare_objects(const struct value *left, const struct value *right)
{
	const char **a = sorted_keys(left), **b = sorted_keys(right);
	size_t n = left->map.n < right->map.n ? left->map.n : right->map.n;
	int result = 0;

	for (size_t i = 0; i < n && !result; i++)
		result = strcmp(a[i], b[i]);
	if (!result)
		result = (left->map.n > right->map.n) - (left->map.n < right->map.n);
	for (size_t i = 0; i < left->map.n && !result; i++)
		result = jq_compare(value_get(left, a[i]), value_get(right, a[i]));
	free(a);
	free(b);
	return result;
}

int
jq_compare(const struct value *left, const struct value *right)
{
	int a = rank(left), b = rank(right);

	if (a != b)
		return a - b;
	if (a == 3)
		return (jq_number(left) > jq_number(right)) - (jq_number(left) < jq_number(right));
	if (a == 4)
		return strcmp(left->string.text, right->string.text);
	if (a == 6)
		return compare_objects(left, right);
	for (size_t i = 0; a == 5 && i < value_count(left) && i < value_count(right); i++) {
		int result = jq_compare(value_at(left, i), value_at(right, i));

		if (result)
			return result;
	}
	return a == 5 ? (value_count(left) > value_count(right)) - (value_count(left) < value_count(right)) : 0;
}

/* ---- texts ---- */

static void
print_string(const char *text, struct str *out)
{
	str_addch(out, '"');
	for (; *text; text++)
		if (*text == '"' || *text == '\\')
			str_addf(out, "\\%c", *text);
		else if (*text == '\n')
			str_add(out, "\\n");
		else if (*text == '\t')
			str_add(out, "\\t");
		else if (*text == '\r')
			str_add(out, "\\r");
		else if (*text == '\b' || *text == '\f')
			str_add(out, *text == '\b' ? "\\b" : "\\f");
		else if ((unsigned char)*text < 32 || *text == 127)
			str_addf(out, "\\u%04x", (unsigned char)*text);
		else
			str_addch(out, *text);
	str_addch(out, '"');
}

static void
print_number(const struct value *value, struct str *out)
{
	char text[40];

	if (value->type == VALUE_INT) {
		str_addf(out, "%lld", (long long)value->integer);
		return;
	}
	if (isnan(value->real.number)) {
		str_add(out, "null");
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, isinf(value->real.number)
			? (value->real.number > 0 ? 1.7976931348623157e308 : -1.7976931348623157e308)
			: value->real.number);
		if (strtod(text, NULL) == value->real.number)
			break;
	}
	str_add(out, text);
}

static void
break_line(unsigned indent, unsigned depth, struct str *out)
{
	if (!indent)
		return;
	str_addch(out, '\n');
	str_addrep(out, ' ', indent * depth);
}

static void
print_value(const struct value *value, unsigned indent, bool sorted, unsigned depth, struct str *out)
{
	bool map = value->type == VALUE_MAP;
	const char **keys;

	switch (value->type) {
	case VALUE_NULL:
		str_add(out, "null");
		return;
	case VALUE_BOOL:
		str_add(out, value->boolean ? "true" : "false");
		return;
	case VALUE_INT:
	case VALUE_FLOAT:
		print_number(value, out);
		return;
	case VALUE_STRING:
		print_string(value->string.text, out);
		return;
	default:
		break;
	}
	str_addch(out, map ? '{' : '[');
	keys = map && sorted ? sorted_keys(value) : NULL;
	for (size_t i = 0; i < value_count(value); i++) {
		const char *key = !map ? NULL : keys ? keys[i] : value->map.v[i].key;

		if (i)
			str_addch(out, ',');
		break_line(indent, depth + 1, out);
		if (key) {
			print_string(key, out);
			str_add(out, indent ? ": " : ":");
		}
		print_value(key ? (keys ? value_get(value, key) : value->map.v[i].value) : value_at(value, i), indent,
			sorted,
			depth + 1, out);
	}
	if (value_count(value))
		break_line(indent, depth, out);
	str_addch(out, map ? '}' : ']');
	free(keys);
}

void
jq_print(const struct value *value, unsigned indent, bool sorted, struct str *out)
{
	print_value(value, indent, sorted, 0, out);
}

const char *
jq_excerpt(struct jq *jq, const struct value *value)
{
	struct str text = STR_INIT;
	const char *result;

	jq_print(value, 0, false, &text);
	if (text.len > EXCERPT) {
		str_truncate(&text, EXCERPT - 1);
		str_add(&text, "...");
	}
	result = arena_printf(&jq->arena, " (%s)", text.buf);
	str_release(&text);
	return result;
}

/* ---- operators ---- */

static const struct value *
operator_fails(struct jq *jq, const char *what, const struct value *left, const struct value *right)
{
	jq_fail(jq, "%s%s and %s%s cannot be %s", jq_type_name(left), jq_excerpt(jq, left), jq_type_name(right),
		jq_excerpt(jq, right), what);
	return NULL;
}

/* Both objects' keys, the right one's values first; deep: objects in both are merged too. */
static struct value *
merged(struct jq *jq, const struct value *left, const struct value *right, bool deep)
{
	struct value *result = value_map(&jq->arena);

	for (size_t i = 0; i < left->map.n; i++)
		value_set(&jq->arena, result, left->map.v[i].key, left->map.v[i].value);
	for (size_t i = 0; i < right->map.n; i++) {
		const struct value *old = value_get(result, right->map.v[i].key);
		struct value *value = right->map.v[i].value;

		if (deep && old && old->type == VALUE_MAP && value->type == VALUE_MAP)
			value = merged(jq, old, value, true);
		value_set(&jq->arena, result, right->map.v[i].key, value);
	}
	return result;
}

static const struct value *
add(struct jq *jq, const struct value *left, const struct value *right)
{
	struct value *list;

	if (left->type == VALUE_NULL)
		return right;
	if (right->type == VALUE_NULL)
		return left;
	if (jq_is_number(left) && jq_is_number(right))
		return jq_number_value(jq, jq_number(left) + jq_number(right));
	if (left->type == VALUE_STRING && right->type == VALUE_STRING)
		return value_stringf(&jq->arena, "%s%s", left->string.text, right->string.text);
	if (left->type == VALUE_MAP && right->type == VALUE_MAP)
		return merged(jq, left, right, false);
	if (left->type != VALUE_LIST || right->type != VALUE_LIST)
		return operator_fails(jq, "added", left, right);
	list = value_list(&jq->arena);
	for (size_t i = 0; i < value_count(left); i++)
		value_append(&jq->arena, list, value_at(left, i));
	for (size_t i = 0; i < value_count(right); i++)
		value_append(&jq->arena, list, value_at(right, i));
	return list;
}

static const struct value *
subtract(struct jq *jq, const struct value *left, const struct value *right)
{
	struct value *list;

	if (jq_is_number(left) && jq_is_number(right))
		return jq_number_value(jq, jq_number(left) - jq_number(right));
	if (left->type != VALUE_LIST || right->type != VALUE_LIST)
		return operator_fails(jq, "subtracted", left, right);
	list = value_list(&jq->arena);
	for (size_t i = 0; i < value_count(left); i++) {
		bool found = false;

		for (size_t j = 0; j < value_count(right) && !found; j++)
			found = jq_compare(value_at(left, i), value_at(right, j)) == 0;
		if (!found)
			value_append(&jq->arena, list, value_at(left, i));
	}
	return list;
}

static const struct value *
multiply(struct jq *jq, const struct value *left, const struct value *right)
{
	struct str text = STR_INIT;
	const struct value *result;
	double times;

	if (jq_is_number(left) && jq_is_number(right))
		return jq_number_value(jq, jq_number(left) * jq_number(right));
	if (left->type == VALUE_MAP && right->type == VALUE_MAP)
		return merged(jq, left, right, true);
	if (left->type != VALUE_STRING || !jq_is_number(right))
		return operator_fails(jq, "multiplied", left, right);
	times = jq_number(right);
	if (times <= 0)
		return value_null(&jq->arena);
	for (double i = 0; i < times && text.len < (1u << 20); i++)
		str_add(&text, left->string.text);
	result = value_string(&jq->arena, text.buf);
	str_release(&text);
	return result;
}

static const struct value *
split(struct jq *jq, const char *text, const char *separator)
{
	struct value *list = value_list(&jq->arena);
	size_t len = strlen(separator);
	const char *next;

	if (!*text)
		return list;
	for (; len && (next = strstr(text, separator)); text = next + len)
		value_append(&jq->arena, list, value_stringf(&jq->arena, "%.*s", (int)(next - text), text));
	for (; !len && *text; text++)
		value_append(&jq->arena, list, value_stringf(&jq->arena, "%c", *text));
	if (len)
		value_append(&jq->arena, list, value_string(&jq->arena, text));
	return list;
}

static const struct value *
divide(struct jq *jq, const struct value *left, const struct value *right)
{
	if (left->type == VALUE_STRING && right->type == VALUE_STRING)
		return split(jq, left->string.text, right->string.text);
	if (!jq_is_number(left) || !jq_is_number(right))
		return operator_fails(jq, "divided", left, right);
	if (jq_number(right) == 0)
		return operator_fails(jq, "divided because the divisor is zero", left, right);
	return jq_number_value(jq, jq_number(left) / jq_number(right));
}

static const struct value *
modulo(struct jq *jq, const struct value *left, const struct value *right)
{
	int64_t a, b;

	if (!jq_is_number(left) || !jq_is_number(right))
		return operator_fails(jq, "divided", left, right);
	if (fabs(jq_number(left)) > 9e18 || fabs(jq_number(right)) > 9e18 || (b = (int64_t)jq_number(right)) == 0)
		return operator_fails(jq, "divided because the divisor is zero", left, right);
	a = (int64_t)jq_number(left);
	return value_int(&jq->arena, a % (b < 0 ? -b : b));
}

const struct value *
jq_binary(struct jq *jq, enum jq_operator op, const struct value *left, const struct value *right)
{
	int order;

	switch (op) {
	case JQ_ADD:
		return add(jq, left, right);
	case JQ_SUBTRACT:
		return subtract(jq, left, right);
	case JQ_MULTIPLY:
		return multiply(jq, left, right);
	case JQ_DIVIDE:
		return divide(jq, left, right);
	case JQ_MODULO:
		return modulo(jq, left, right);
	default:
		break;
	}
	order = jq_compare(left, right);
	return value_bool(&jq->arena, op == JQ_EQ ? order == 0 : op == JQ_NE ? order != 0 : op == JQ_LT ? order < 0
		: op == JQ_LE ? order <= 0 : op == JQ_GT ? order > 0 : order >= 0);
}

/* ---- steps ---- */

/* The ends of a slice, from null and negative ones. */
static void
slice_ends(const struct value *key, size_t len, size_t *from, size_t *to)
{
	const struct value *start = value_get(key, "start"), *end = value_get(key, "end");
	double first = start && jq_is_number(start) ? floor(jq_number(start)) : 0;
	double last = end && jq_is_number(end) ? ceil(jq_number(end)) : (double)len;

	first = first < 0 ? first + (double)len : first;
	last = last < 0 ? last + (double)len : last;
	*from = first < 0 ? 0 : first > (double)len ? len : (size_t)first;
	*to = last < (double)*from ? *from : last > (double)len ? len : (size_t)last;
}

static const struct value *
slice(struct jq *jq, const struct value *value, const struct value *key)
{
	struct value *list;
	size_t from, to;

	if (value->type == VALUE_NULL)
		return value;
	if (value->type == VALUE_STRING) {
		slice_ends(key, value->string.len, &from, &to);
		return value_stringf(&jq->arena, "%.*s", (int)(to - from), value->string.text + from);
	}
	if (value->type != VALUE_LIST) {
		jq_fail(jq, "Cannot index %s with object", jq_type_name(value));
		return NULL;
	}
	slice_ends(key, value_count(value), &from, &to);
	list = value_list(&jq->arena);
	for (size_t i = from; i < to; i++)
		value_append(&jq->arena, list, value_at(value, i));
	return list;
}

const struct value *
jq_index(struct jq *jq, const struct value *value, const struct value *key)
{
	const struct value *found = NULL;
	double position;

	if (key->type == VALUE_MAP)
		return slice(jq, value, key);
	if (key->type == VALUE_STRING && (value->type == VALUE_MAP || value->type == VALUE_NULL)) {
		found = value_get(value, key->string.text);
	} else if (jq_is_number(key) && (value->type == VALUE_LIST || value->type == VALUE_NULL)) {
		position = floor(jq_number(key));
		position += position < 0 ? (double)value_count(value) : 0;
		found = position >= 0 && position < (double)value_count(value) ? value_at(value, (size_t)position)
			: NULL;
	} else if (key->type == VALUE_STRING) {
		jq_fail(jq, "Cannot index %s with string \"%s\"", jq_type_name(value), key->string.text);
		return NULL;
	} else {
		jq_fail(jq, "Cannot index %s with %s", jq_type_name(value), jq_type_name(key));
		return NULL;
	}
	return found ? found : value_null(&jq->arena);
}

const struct value *
jq_get_path(struct jq *jq, const struct value *root, const struct jq_path *path)
{
	const struct value *above = path->up ? jq_get_path(jq, root, path->up) : root;

	if (!path->up || !above)
		return above;
	return jq_index(jq, above, path->key);
}

/* A copy with one part replaced. */
static const struct value *
with_part(struct jq *jq, const struct value *value, const struct value *key, const struct value *part)
{
	struct value *copy;
	double position;

	if (key->type == VALUE_STRING && (value->type == VALUE_MAP || value->type == VALUE_NULL)) {
		copy = value_map(&jq->arena);
		for (size_t i = 0; value->type == VALUE_MAP && i < value->map.n; i++)
			value_set(&jq->arena, copy, value->map.v[i].key, value->map.v[i].value);
		value_set(&jq->arena, copy, key->string.text, (struct value *)part);
		return copy;
	}
	if (!jq_is_number(key) || (value->type != VALUE_LIST && value->type != VALUE_NULL)) {
		if (key->type == VALUE_STRING)
			jq_fail(jq, "Cannot index %s with \"%s\"", jq_type_name(value), key->string.text);
		else
			jq_fail(jq, "Cannot update field at object index of %s", jq_type_name(value));
		return NULL;
	}
	position = floor(jq_number(key));
	position += position < 0 ? (double)value_count(value) : 0;
	if (position < 0 || position > 100000) {
		jq_fail(jq, "Out of bounds negative array index");
		return NULL;
	}
	copy = value_list(&jq->arena);
	for (size_t i = 0; i < value_count(value) || i <= (size_t)position; i++)
		value_append(&jq->arena, copy, i == (size_t)position ? (struct value *)part
			: i < value_count(value) ? value_at(value, i) : value_null(&jq->arena));
	return copy;
}

const struct value *
jq_set_path(struct jq *jq, const struct value *root, const struct jq_path *path, const struct value *value)
{
	const struct value *above, *changed;

	if (!path->up)
		return value;
	above = jq_get_path(jq, root, path->up);
	changed = above ? with_part(jq, above, path->key, value) : NULL;
	return changed ? jq_set_path(jq, root, path->up, changed) : NULL;
}

const struct value *
jq_delete_path(struct jq *jq, const struct value *root, const struct jq_path *path)
{
	const struct value *above;
	struct value *copy;
	double position;

	if (!path->up)
		return value_null(&jq->arena);
	above = jq_get_path(jq, root, path->up);
	if (!above || above->type == VALUE_NULL)
		return above ? root : NULL;
	copy = above->type == VALUE_MAP ? value_map(&jq->arena) : value_list(&jq->arena);
	if (above->type == VALUE_MAP && path->key->type == VALUE_STRING) {
		for (size_t i = 0; i < above->map.n; i++)
			if (strcmp(above->map.v[i].key, path->key->string.text) != 0)
				value_set(&jq->arena, copy, above->map.v[i].key, above->map.v[i].value);
	} else if (above->type == VALUE_LIST && jq_is_number(path->key)) {
		position = jq_number(path->key) < 0 ? jq_number(path->key) + (double)value_count(above)
			: jq_number(path->key);
		for (size_t i = 0; i < value_count(above); i++)
			if ((double)i != floor(position))
				value_append(&jq->arena, copy, value_at(above, i));
	} else {
		jq_fail(jq, "Cannot delete field at %s index of %s", path->key->type == VALUE_STRING ? "object"
			: "array",
			jq_type_name(above));
		return NULL;
	}
	return jq_set_path(jq, root, path->up, copy);
}

/* ---- formats ---- */

static bool
add_cell(struct jq *jq, const struct value *cell, bool csv, struct str *out)
{
	switch (cell->type) {
	case VALUE_NULL:
		return true;
	case VALUE_STRING:
		if (csv)
			str_addch(out, '"');
		for (const char *c = cell->string.text; *c; c++)
			if (csv)
				str_addf(out, *c == '"' ? "\"\"" : "%c", *c);
			else if (*c == '\t' || *c == '\n' || *c == '\r' || *c == '\\')
				str_addf(out, "\\%c", *c == '\t' ? 't' : *c == '\n' ? 'n' : *c == '\r' ? 'r' : '\\');
			else
				str_addch(out, *c);
		if (csv)
			str_addch(out, '"');
		return true;
	case VALUE_LIST:
	case VALUE_MAP:
		return jq_fail(jq, "%s%s is not valid in a csv row", jq_type_name(cell), jq_excerpt(jq, cell));
	default:
		jq_print(cell, 0, false, out);
		return true;
	}
}

static bool
format_row(struct jq *jq, const struct value *row, bool csv, struct str *out)
{
	if (row->type != VALUE_LIST)
		return jq_fail(jq, "%s%s cannot be %s-formatted, only an array can be", jq_type_name(row),
		jq_excerpt(jq, row),
			csv ? "csv" : "tsv");
	for (size_t i = 0; i < value_count(row); i++) {
		if (i)
			str_addch(out, csv ? ',' : '\t');
		if (!add_cell(jq, value_at(row, i), csv, out))
			return false;
	}
	return true;
}

static void
format_quoted(const char *format, const char *text, struct str *out)
{
	static const char *const html[] = { "<&lt;", ">&gt;", "&&amp;", "'&#39;", "\"&quot;" };

	for (; *text; text++) {
		const char *with = NULL;

		for (size_t i = 0; strcmp(format, "@html") == 0 && i < 5; i++)
			with = html[i][0] == *text ? html[i] + 1 : with;
		if (with)
			str_add(out, with);
		else if (strcmp(format, "@uri") == 0 && !ascii_isalnum(*text) && !strchr("-_.~", *text))
			str_addf(out, "%%%02X", (unsigned char)*text);
		else if (strcmp(format, "@sh") == 0 && *text == '\'')
			str_add(out, "'\\''");
		else
			str_addch(out, *text);
	}
}

static void
add_sh(const struct value *value, struct str *out)
{
	if (value->type != VALUE_STRING) {
		jq_print(value, 0, false, out);
		return;
	}
	str_addch(out, '\'');
	format_quoted("@sh", value->string.text, out);
	str_addch(out, '\'');
}

static bool
format_into(struct jq *jq, const char *format, const struct value *value, struct str *out)
{
	struct str text = STR_INIT;
	bool ok = true;

	if (value->type == VALUE_STRING && strcmp(format, "@json") != 0)
		str_add(&text, value->string.text);
	else
		jq_print(value, 0, false, &text);
	if (strcmp(format, "@text") == 0 || strcmp(format, "@json") == 0)
		str_add(out, text.buf);
	else if (strcmp(format, "@csv") == 0 || strcmp(format, "@tsv") == 0)
		ok = format_row(jq, value, format[1] == 'c', out);
	else if (strcmp(format, "@base64") == 0)
		base64_encode(text.buf, text.len, 0, out);
	else if (strcmp(format, "@base64d") == 0)
		ok = base64_decode(text.buf, text.len, out) ||
			jq_fail(jq, "%s%s is not valid base64 data", jq_type_name(value), jq_excerpt(jq, value));
	else if (strcmp(format, "@html") == 0 || strcmp(format, "@uri") == 0)
		format_quoted(format, text.buf, out);
	else if (strcmp(format, "@sh") == 0 && value->type == VALUE_LIST)
		for (size_t i = 0; i < value_count(value); i++) {
			str_add(out, i ? " " : "");
			add_sh(value_at(value, i), out);
		}
	else if (strcmp(format, "@sh") == 0)
		add_sh(value, out);
	else
		ok = jq_fail(jq, "%s is not a valid format", format + 1);
	str_release(&text);
	return ok;
}

const struct value *
jq_format(struct jq *jq, const char *format, const struct value *value)
{
	struct str out = STR_INIT;
	const struct value *result = NULL;

	if (format_into(jq, format, value, &out))
		result = value_string(&jq->arena, out.buf);
	str_release(&out);
	return result;
}
