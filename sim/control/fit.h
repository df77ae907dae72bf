/*
 * Can a pod go to a node, and if not, why not: the scheduler's filters, in the order of its default profile
 * (pkg/scheduler/apis/config/v1/default_plugins.go).
 */
#ifndef CONTROL_FIT_H
#define CONTROL_FIT_H

#include "control/interpod.h"
#include "control/spread.h"

/* One pod to place, and what was found out about the cluster for it. */
struct placing {
	const struct object *pod;
	const struct value *spec;
	struct roster *roster;
	struct demand demand;
	struct spread spread;
	struct interpod interpod;
	struct arena arena;		/* of texts */
};

enum fit {
	FIT,
	FIT_NOT,		/* pods that went away could change it (Unschedulable) */
	FIT_NEVER,		/* they could not (UnschedulableAndUnresolvable) */
};

typedef VEC(const char *) reason_vec;

void placing_init(struct placing *placing, const struct object *pod, struct roster *roster);
void placing_release(struct placing *placing);
/* Looks at the pods again, after some were taken out. */
void placing_recount(struct placing *placing);

/* Asks one filter after the other; what the first that refuses says is appended, in the placing's arena or static. */
enum fit placing_fits(struct placing *placing, const struct roster_node *node, reason_vec *reasons);

#endif
