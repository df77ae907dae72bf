/* What `get --sort-by` makes of the objects found: their order, before they are printed. */
#ifndef KUBECTL_GET_SORT_H
#define KUBECTL_GET_SORT_H

#include "kubectl/resource_args.h"

/*
 * table: the server makes the table, so that it is the rows of each kind that are sorted, and what can't be sorted is not
 * shown; else all objects are sorted together.  objects are those of resources, which are put into the new order too.
 * 0; or the exit status after printing what is wrong.
 */
MUST_CHECK int get_sort(struct kubectl *kubectl, const struct flags *flags, struct resources *resources,
	const struct object **objects, bool table);

#endif
