/*
 * What the files of columns share: the words in which a kind's columns are written, and the cells that many have.
 */
#ifndef KUBECTL_COLUMNS_H
#define KUBECTL_COLUMNS_H

#include "kubectl/print_table.h"

#define CELL(name) static void name(const struct value *root, int64_t now, struct str *out)
#define SPEC(name) value_path(root, "spec." name)
#define STATUS(name) value_path(root, "status." name)

/* Rows: what stands at a path (or the text where nothing does), and what a function makes. */
#define NAME { "NAME", false, NULL, NULL, NULL }
#define TEXT(name, path, otherwise) { name, false, path, otherwise, NULL }
#define WIDE_TEXT(name, path, otherwise) { name, true, path, otherwise, NULL }
#define CELL_OF(name, function) { name, false, NULL, NULL, function }
#define WIDE_CELL_OF(name, function) { name, true, NULL, NULL, function }
#define END { NULL, false, NULL, NULL, NULL }

struct column_table {
	const char *kind;	/* NULL ends */
	const struct column *columns;
};
extern const struct column_table columns_workload[], columns_network[], columns_cluster[];

void cell_age(const struct value *root, int64_t now, struct str *out);
void cell_selector(const struct value *root, int64_t now, struct str *out);	/* of labels */
const char *column_or_none(const char *text);
int64_t column_number(const struct value *root, const char *path);	/* 0: there is none */

#endif
