/* -o custom-columns: HEADER:PATH pairs, one row an object. */
#ifndef KUBECTL_CUSTOM_COLUMNS_H
#define KUBECTL_CUSTOM_COLUMNS_H

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/str.h"

/* What the columns are given by: HEADER:PATH,.. or, of a file, a line of headers and a line of paths. */
struct custom_columns_spec {
	const char *text;
	bool file;
};

/* Whether the columns can be read; their paths are looked into only in printing. */
MUST_CHECK int custom_columns_check(struct custom_columns_spec spec, struct err *err);
/* root: an object, or a List whose items are the rows.  After an error out holds what stands before it. */
MUST_CHECK int custom_columns_print(struct custom_columns_spec spec, const struct value *root, bool no_headers,
	struct str *out, struct err *err);

#endif
