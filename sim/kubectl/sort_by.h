/* --sort-by: the order of objects by a field. */
#ifndef KUBECTL_SORT_BY_H
#define KUBECTL_SORT_BY_H

#include <stdbool.h>
#include <stddef.h>

#include "api/value.h"
#include "svcsim/err.h"

enum sort_result {
	SORT_DONE,
	SORT_REFUSED,		/* the expression is wrong, or no object has the field */
	SORT_UNSORTABLE,	/* found in comparing, where kubectl stops on the spot: err is its log's line, from .. */
	SORT_UNREADABLE,	/* .. the file on; and here an object can't have such a field while another one has */
};

/*
 * order[i] is the number of the root that comes i-th.  rows: of a table, which is less choosy about the expression than a
 * list.  err says what is wrong.
 */
MUST_CHECK enum sort_result sort_by(const char *expression, const struct value *const *roots, size_t n, bool rows,
	size_t *order, struct err *err);

#endif
