/* --sort-by: objects in the order of a field. */
#ifndef KUBECTL_SORT_BY_H
#define KUBECTL_SORT_BY_H

#include <stddef.h>

#include "api/object.h"
#include "svcsim/err.h"

/*
 * Sorts in place.  1: none of them has the field (of a table kubectl then prints none of them); -1: the expression is wrong;
 * err says so in both cases.
 */
MUST_CHECK int sort_by(const char *expression, const struct object **objects, size_t n, struct err *err);

#endif
