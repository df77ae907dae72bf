/* Follows k8s.io/cli-runtime/pkg/printers/tableprinter.go. */
#include "kubectl/print_table.h"

#include <string.h>

#include "api/jsonpath.h"
#include "api/yaml.h"
#include "kubectl/format.h"

static void
add_capitals(const char *text, struct str *out)
{
	for (; *text; text++)
		str_addch(out, (char)ascii_toupper((unsigned char)*text));
}

/* A label column's header is the last part of the key, in capitals. */
static void
add_label_header(const char *key, struct str *out)
{
	const char *slash = strrchr(key, '/');

	add_capitals(slash ? slash + 1 : key, out);
}

static void
add_headers(const struct column *columns, const struct table_options *options, struct str *out)
{
	if (options->event)
		str_add(out, "EVENT\t");
	if (options->namespaces)
		str_add(out, "NAMESPACE\t");
	str_add(out, columns->name);
	for (const struct column *column = columns + 1; column->name; column++)
		if (!column->wide || options->wide) {
			str_addch(out, '\t');
			add_capitals(column->name, out);
		}
	for (size_t i = 0; i < options->nlabel_columns; i++) {
		str_add(out, "\t");
		add_label_header(options->label_columns[i], out);
	}
	if (options->show_labels)
		str_add(out, "\tLABELS");
	str_add(out, "\n");
}

/* The first of what a JSONPath finds, as JSONPath prints it. */
static void
add_found(const char *path, const struct value *root, struct str *out)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct value **found = NULL;
	size_t n = 0;

	if (jsonpath_find(path, root, true, &arena, &found, &n, &err))
		BUG("a column's path %s: %s", path, err.text);
	if (n && (found[0]->type == VALUE_LIST || found[0]->type == VALUE_MAP))
		json_write(found[0], 0, out);
	else if (n)
		format_scalar(found[0], out);
	arena_release(&arena);
}

/* A cell is one line: the rest of a longer text is shown as "...". */
static void
add_text(const struct column *column, const struct object *object, int64_t now, struct str *out)
{
	struct str text = STR_INIT;
	size_t line;

	if (column->cell)
		column->cell(object->root, now, &text);
	else if (column->path[0] == '.')
		add_found(column->path, object->root, &text);
	else
		format_scalar(value_path(object->root, column->path), &text);
	if (!text.len && column->otherwise)
		str_add(&text, column->otherwise);
	line = strcspn(text.buf, "\n\r\f");
	str_addn(out, text.buf, line);
	if (line < text.len)
		str_add(out, "...");
	str_release(&text);
}

static void
add_name(const struct object *object, const struct table_options *options, struct str *out)
{
	char buf[96];

	if (options->show_kind)
		str_addf(out, "%s/", kind_qualified(object->kind, buf));
	str_add(out, object->name);
}

static void
add_cell(const struct column *column, const struct object *object, const struct table_options *options, struct str *out)
{
	if (column->cell || column->path)
		add_text(column, object, options->now, out);
	else
		add_name(object, options, out);
}

static void
add_row(const struct column *columns, const struct object *object, const struct table_options *options, struct str *out)
{
	if (options->event)
		str_addf(out, "%s\t", options->event);
	if (options->namespaces)
		str_addf(out, "%s\t", object->namespace);
	add_cell(columns, object, options, out);
	for (const struct column *column = columns + 1; column->name; column++) {
		if (column->wide && !options->wide)
			continue;
		str_add(out, "\t");
		add_cell(column, object, options, out);
	}
	for (size_t i = 0; i < options->nlabel_columns; i++) {
		const char *label = object_label(object, options->label_columns[i]);

		str_addf(out, "\t%s", label ? label : "");
	}
	if (options->show_labels) {
		str_add(out, "\t");
		format_labels(value_get(object_meta(object), "labels"), out);
	}
	str_add(out, "\n");
}

void
table_print(const struct object *const *objects, size_t n, const struct table_options *options, struct str *out)
{
	const struct column *columns = options->plain ? plain_columns : columns_of(objects[0]->kind);
	struct str text = STR_INIT;

	if (!options->no_headers)
		add_headers(columns, options, &text);
	for (size_t i = 0; i < n; i++)
		add_row(columns, objects[i], options, &text);
	tabs_align_on(text.buf, TABS_TABLE, options->widths, out);
	str_release(&text);
}
