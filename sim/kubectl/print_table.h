/*
 * kubectl's tables: the server's columns of a kind, one row an object.  Rows of one kind stand together under one line
 * of headers; several kinds are parted by an empty line and show the kind before the name.
 */
#ifndef KUBECTL_PRINT_TABLE_H
#define KUBECTL_PRINT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "api/object.h"
#include "kubectl/tabs.h"
#include "svcsim/str.h"

struct column {
	const char *name;	/* printed in capitals; NULL ends */
	bool wide;		/* only with -o wide */
	const char *path;	/* what stands there; with a dot in front a JSONPath, of which the first result counts .. */
	const char *otherwise;	/* .. or this when nothing does */
	void (*cell)(const struct value *root, int64_t now, struct str *out);	/* in place of the path */
};
/* The columns of a kind; the one with neither path nor cell is the name. */
const struct column *columns_of(const struct kind *kind);
extern const struct column plain_columns[];	/* NAME and AGE */

struct table_options {
	bool plain;		/* name and age only, as kubectl without the server's help makes it */
	bool wide, no_headers, show_kind, show_labels, namespaces;
	const char *const *label_columns;
	size_t nlabel_columns;
	int64_t now;
	const char *event;	/* what happened to the objects, a column of its own; NULL for none */
	tab_widths *widths;	/* of the columns so far, when rows follow rows; NULL */
};

/* The rows of objects of one kind, headers first. */
void table_print(const struct object *const *objects, size_t n, const struct table_options *options, struct str *out);

#endif
