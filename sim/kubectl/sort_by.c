/*
 * Follows k8s.io/kubectl/pkg/cmd/get/sorter.go (SortObjects and TableSorter).  By its comparison an object without the
 * field stands before everything, others without it included, so that what comes of those is up to Go's sort.
 */
#include "kubectl/sort_by.h"

#include <stdlib.h>
#include <string.h>

#include "api/go_print.h"
#include "api/jsonpath.h"
#include "api/quantity.h"
#include "base/go_sort.h"
#include "base/go_text.h"

struct field {
	size_t root;			/* its number */
	const struct value *value;	/* NULL: the object has none */
	char *why;			/* owned; it can't be looked for in the object, for this reason */
	bool boxed;			/* its type is interface {}, as of all that is inside an object */
};

struct sorting {
	struct field *fields;
	const struct value *const *roots;
	const char *path;
	bool rows;
	enum sort_result result;
	struct err *err;
};

static bool
is_quantity(const char *text)
{
	struct str canonical = STR_INIT;
	bool quantity = quantity_canonical(text, &canonical) == NULL;

	str_release(&canonical);
	return quantity;
}

/* ---- failures in comparing ---- */

static bool
unsortable(struct sorting *sorting, const struct field *field, const char *why, const char *type)
{
	struct go_value value = go_value_of(field->value, false);

	if (sorting->result)
		return false;
	sorting->result = SORT_UNSORTABLE;
	err_set(sorting->err, ERR_FAILED, "sorter.go:%d] Field %s in %s is an unsortable type: %s, err: %s: %s",
		sorting->rows ? 375 : 329, sorting->path,
		sorting->rows ? "[][][]reflect.Value" : "*unstructured.Unstructured",
		field->boxed ? "interface" : value.kind == GO_MAP ? "map" : "slice", why, type);
	return false;
}

static bool
unreadable(struct sorting *sorting, const struct field *field, bool left)
{
	struct str object = STR_INIT, why = STR_INIT;

	if (!sorting->result) {
		go_print_tree(&object, sorting->roots[field->root], true);
		if (left)
			str_add(&why, "&errors.errorString{s:");
		if (left)
			go_quote_text(&why, field->why);
		str_add(&why, left ? "}" : field->why);
		sorting->result = SORT_UNREADABLE;
		err_set(sorting->err, ERR_FAILED, "sorter.go:%d] Failed to get %s values for "
			"&unstructured.Unstructured{Object:%s} using %s (%s)", left ? 310 : 315, left ? "i" : "j",
			object.buf, sorting->path, why.buf);
	}
	str_release(&object);
	str_release(&why);
	return false;
}

/* ---- comparing ---- */

static bool
text_less(const char *a, const char *b)
{
	return is_quantity(a) && is_quantity(b) ? quantity_compare(a, b) < 0 : strcmp(a, b) < 0;
}

static bool
value_less(struct sorting *sorting, const struct field *left, const struct field *right)
{
	const struct value *a = left->value, *b = right->value;
	struct go_value shown = go_value_of(a, false);

	if (value_is_null(a) || value_is_null(b))
		return value_is_null(a) && !value_is_null(b);
	if (!left->boxed)
		return unsortable(sorting, left, "unsortable type", shown.kind == GO_MAP ? "map" : "slice");
	if (a->type == VALUE_BOOL || a->type == VALUE_LIST || a->type == VALUE_MAP)
		return unsortable(sorting, left, "unsortable type", go_value_type(&shown));
	if (a->type != b->type)
		return unsortable(sorting, left, "unsortable interface", "interface");
	if (a->type == VALUE_INT)
		return a->integer < b->integer;
	if (a->type == VALUE_FLOAT)
		return a->real.number < b->real.number;
	return text_less(value_text(a), value_text(b));
}

static bool
less(void *data, size_t i, size_t j)
{
	struct sorting *sorting = data;
	const struct field *left = &sorting->fields[i], *right = &sorting->fields[j];

	if (left->why)
		return unreadable(sorting, left, true);
	if (right->why)
		return unreadable(sorting, right, false);
	if (!left->value)
		return true;
	return right->value && value_less(sorting, left, right);
}

static void
swap(void *data, size_t i, size_t j)
{
	struct sorting *sorting = data;
	struct field field = sorting->fields[i];

	sorting->fields[i] = sorting->fields[j];
	sorting->fields[j] = field;
}

/* ---- finding ---- */

/* Rows are all looked into; of a list only so many that one has the field, the others when it comes to comparing. */
static enum sort_result
find_fields(struct sorting *sorting, size_t n, struct arena *arena)
{
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		struct field *field = &sorting->fields[i];
		struct err why = ERR_INIT;

		field->root = i;
		if (!jsonpath_first(sorting->path, sorting->roots[i], arena, &field->value, &why)) {
			field->boxed = field->value != sorting->roots[i];
			found |= field->value != NULL;
			continue;
		}
		if (sorting->rows || !found) {
			*sorting->err = why;
			return SORT_REFUSED;
		}
		field->why = xstrdup(why.text);
		err_release(&why);
	}
	if (found)
		return SORT_DONE;
	err_set(sorting->err, ERR_FAILED, "couldn't find any field with path \"%s\" in the list of objects",
		sorting->path);
	return SORT_REFUSED;
}

enum sort_result
sort_by(const char *expression, const struct value *const *roots, size_t n, bool rows, size_t *order, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct sorting sorting = { xcalloc(n + 1, sizeof *sorting.fields), roots, NULL, rows, SORT_DONE, err };
	struct go_sort sort = { less, swap, &sorting };
	enum sort_result result = SORT_REFUSED;

	sorting.path = jsonpath_relaxed(expression, &arena, err);
	if (!sorting.path && rows) {
		err_release(err);
		sorting.path = expression;
	}
	if (sorting.path)
		result = n ? find_fields(&sorting, n, &arena) : SORT_DONE;
	if (!result) {
		go_sort(&sort, n);
		result = sorting.result;
	}
	for (size_t i = 0; i < n; i++) {
		order[i] = sorting.fields[i].root;
		free(sorting.fields[i].why);
	}
	free(sorting.fields);
	arena_release(&arena);
	return result;
}
