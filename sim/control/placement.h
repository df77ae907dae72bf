/* Which nodes a pod may run on: node selector, affinity by name, taints against tolerations. */
#ifndef CONTROL_PLACEMENT_H
#define CONTROL_PLACEMENT_H

#include "api/view.h"

enum placement {
	PLACEMENT_OK,
	PLACEMENT_SELECTOR,	/* node(s) didn't match Pod's node affinity/selector */
	PLACEMENT_TAINT,	/* node(s) had untolerated taint {..} */
	PLACEMENT_CORDONED,	/* node(s) were unschedulable */
};

/* spec: a pod's or a pod template's.  *taint is the taint that stands against it, when one does. */
enum placement placement_of(const struct value *spec, const struct node *node, const struct value **taint);

#endif
