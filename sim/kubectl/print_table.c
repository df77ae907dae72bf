/* Follows k8s.io/cli-runtime/pkg/printers/tableprinter.go. */
#include "kubectl/print_table.h"

#include <string.h>

#include "kubectl/format.h"

/* A label column's header is the last part of the key, in capitals. */
static void
add_label_header(const char *key, struct str *out)
{
	const char *slash = strrchr(key, '/');

	for (const char *c = slash ? slash + 1 : key; *c; c++)
		str_addch(out, (char)ascii_toupper((unsigned char)*c));
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
		if (!column->wide || options->wide)
			str_addf(out, "\t%s", column->name);
	for (size_t i = 0; i < options->nlabel_columns; i++) {
		str_add(out, "\t");
		add_label_header(options->label_columns[i], out);
	}
	if (options->show_labels)
		str_add(out, "\tLABELS");
	str_add(out, "\n");
}

/* A cell is one line: the rest of a longer text is shown as "...". */
static void
add_text(const struct column *column, const struct object *object, int64_t now, struct str *out)
{
	struct str text = STR_INIT;
	size_t line;

	if (column->cell)
		column->cell(object->root, now, &text);
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
	const struct column *columns = columns_of(objects[0]->kind);
	struct str text = STR_INIT;

	if (!options->no_headers)
		add_headers(columns, options, &text);
	for (size_t i = 0; i < n; i++)
		add_row(columns, objects[i], options, &text);
	tabs_align_on(text.buf, TABS_TABLE, options->widths, out);
	str_release(&text);
}
