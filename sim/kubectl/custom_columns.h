/* -o custom-columns: HEADER:PATH pairs, one row an object. */
#ifndef KUBECTL_CUSTOM_COLUMNS_H
#define KUBECTL_CUSTOM_COLUMNS_H

#include "api/value.h"
#include "svcsim/err.h"
#include "svcsim/str.h"

/* root: an object, or a List whose items are the rows */
MUST_CHECK int custom_columns_print(const char *spec, const struct value *root, bool no_headers, struct str *out,
	struct err *err);

#endif
