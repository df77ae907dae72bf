/* Follows RuntimeSorter and Run of k8s.io/kubectl/pkg/cmd/get/get.go, and SortingPrinter of its sorter.go. */
#include "kubectl/get_sort.h"

#include <stdlib.h>
#include <string.h>

#include "kubectl/mutation.h"
#include "kubectl/sort_by.h"

#define FATAL_STATUS 255	/* of klog.Fatal */

/* kubectl ends where it can't compare, and says so in its log only. */
static int
report(struct kubectl *kubectl, enum sort_result result, const struct err *err)
{
	if (result == SORT_REFUSED)
		return print_failure(kubectl->io, "%s", err->text);
	log_fatal(kubectl, err->text);
	return result == SORT_UNREADABLE ? FATAL_STATUS : 1;
}

/* n objects from the given one on. */
static enum sort_result
sort_objects(const char *expression, const struct object **objects, size_t n, bool rows, struct err *err)
{
	const struct value **roots = xcalloc(n + 1, sizeof *roots);
	const struct object **sorted = xcalloc(n + 1, sizeof *sorted);
	size_t *order = xcalloc(n + 1, sizeof *order);
	enum sort_result result;

	for (size_t i = 0; i < n; i++)
		roots[i] = objects[i]->root;
	result = sort_by(expression, roots, n, rows, order, err);
	for (size_t i = 0; i < n; i++)
		sorted[i] = objects[order[i]];
	for (size_t i = 0; i < n && !result; i++)
		objects[i] = sorted[i];
	free(roots);
	free(sorted);
	free(order);
	return result;
}

static void
put_back(struct resources *resources, const struct object **objects, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		resources->list.v[i].object = objects[i];
		resources->list.v[i].kind = objects[i]->kind;
	}
	resources->list.n = n;
}

static int
sort_list(struct kubectl *kubectl, const char *expression, struct resources *resources, const struct object **objects)
{
	struct err err = ERR_INIT;
	enum sort_result result = sort_objects(expression, objects, resources->list.n, false, &err);
	int status = result ? report(kubectl, result, &err) : 0;

	put_back(resources, objects, resources->list.n);
	err_release(&err);
	return status;
}

/*
 * Several tables, one of each type or name, are themselves sorted as a list, which fails as good as always: they don't
 * have the fields of what is in them.
 */
static int
sort_the_tables(struct kubectl *kubectl, const char *expression)
{
	struct arena arena = ARENA_INIT;
	struct value *table = value_map(&arena);
	const struct value *const tables[] = { table, table };
	struct err err = ERR_INIT;
	enum sort_result result;
	size_t order[2];
	int status;

	value_set_text(&arena, table, "kind", "Table");
	value_set_text(&arena, table, "apiVersion", "meta.k8s.io/v1");
	value_set_text(&arena, value_make_map(&arena, table, "metadata"), "resourceVersion", "1");
	result = sort_by(expression, tables, 2, false, order, &err);
	status = result ? report(kubectl, result, &err) : 0;
	err_release(&err);
	arena_release(&arena);
	return status;
}

static size_t
run_of_kind(const struct resources *resources, const struct object **objects, size_t from)
{
	size_t to = from;

	while (to < resources->list.n && objects[to]->kind == objects[from]->kind)
		to++;
	return to - from;
}

/* The rows of each kind; those that can't be sorted are left out, and a single row needs no sorting. */
static int
sort_rows(struct kubectl *kubectl, const char *expression, struct resources *resources, const struct object **objects)
{
	size_t kept = 0;
	int status = 0;

	for (size_t from = 0, n; from < resources->list.n && !status; from += n) {
		struct err err = ERR_INIT;
		enum sort_result result = SORT_DONE;

		n = run_of_kind(resources, objects, from);
		if (n > 1)
			result = sort_objects(expression, objects + from, n, true, &err);
		if (result > SORT_REFUSED)
			status = report(kubectl, result, &err);
		for (size_t i = from; i < from + n && !status; i++)
			if (result)
				object_unref((struct object *)objects[i]);
			else
				objects[kept++] = objects[i];
		err_release(&err);
	}
	if (!status)
		put_back(resources, objects, kept);
	return status;
}

int
get_sort(struct kubectl *kubectl, const struct flags *flags, struct resources *resources, const struct object **objects,
	bool table)
{
	const char *expression = flag_string(flags, "sort-by");
	bool named = manifests_given(flags) || flags->nargs > 1 || (flags->nargs && strchr(flags->args[0], '/'));
	bool several = resources->many_kinds || (named && resources->list.n > 1);
	int status = 0;

	if (!table)
		return resources->single ? 0 : sort_list(kubectl, expression, resources, objects);
	if (!flag_bool(flags, "server-print"))
		return resources->list.n > 1 ? sort_list(kubectl, expression, resources, objects) : 0;
	if (several)
		status = sort_the_tables(kubectl, expression);
	if (!status && !named)
		status = sort_rows(kubectl, expression, resources, objects);
	return status;
}
