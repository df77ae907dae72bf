/*
 * Follows k8s.io/kubectl/pkg/cmd/get/sorter.go (TableSorter): an insertion sort with a comparison by which an object
 * without the field stands before everything, so that such objects come out in reverse.
 */
#include "kubectl/sort_by.h"

#include <stdlib.h>
#include <string.h>

#include "api/jsonpath.h"
#include "kubectl/format.h"

static bool
is_number(const struct value *value)
{
	return value->type == VALUE_INT || value->type == VALUE_FLOAT;
}

static double
number(const struct value *value)
{
	return value->type == VALUE_INT ? (double)value->integer : value->real.number;
}

static bool
value_less(const struct value *a, const struct value *b)
{
	double left, right;

	if (is_number(a) && is_number(b))
		return number(a) < number(b);
	if (!value_text(a) || !value_text(b))
		return false;
	if (format_parse_amount(a, &left) && format_parse_amount(b, &right))
		return left < right;
	return strcmp(value_text(a), value_text(b)) < 0;
}

static bool
less(const struct value *a, const struct value *b)
{
	if (!a)
		return true;
	return b && value_less(a, b);
}

static const char *
braced(const char *expression, struct arena *arena)
{
	if (*expression == '{')
		return expression;
	return arena_printf(arena, "{%s%s}", *expression == '.' || *expression == '[' ? "" : ".", expression);
}

int
sort_by(const char *expression, const struct object **objects, size_t n, struct err *err)
{
	struct arena arena = ARENA_INIT;
	const struct value **fields = xcalloc(n + 1, sizeof *fields);
	const char *path = braced(expression, &arena);
	int result = n ? 1 : 0;

	for (size_t i = 0; i < n && result >= 0; i++) {
		struct value **found = NULL;
		size_t count = 0;

		if (jsonpath_find(path, objects[i]->root, true, &arena, &found, &count, err))
			result = -1;
		else if (count && !value_is_null(found[0])) {
			fields[i] = found[0];
			result = 0;
		}
	}
	if (result > 0)
		(void)err_set(err, ERR_FAILED, "couldn't find any field with path \"%s\" in the list of objects", path);
	for (size_t i = 1; i < n && !result; i++) {
		for (size_t j = i; j > 0 && less(fields[j], fields[j - 1]); j--) {
			const struct value *field = fields[j];
			const struct object *object = objects[j];

			fields[j] = fields[j - 1];
			fields[j - 1] = field;
			objects[j] = objects[j - 1];
			objects[j - 1] = object;
		}
	}
	free(fields);
	arena_release(&arena);
	return result;
}
