/*
 * topologySpreadConstraints: which nodes they allow, and how well each node serves them
 * (pkg/scheduler/framework/plugins/ podtopologyspread).  A pod without any gets the scheduler's own two, which only
 * score: at most three more of its kind on one node, at most five more in one zone.
 */
#ifndef CONTROL_SPREAD_H
#define CONTROL_SPREAD_H

#include "control/roster.h"

struct spread_constraint {
	const char *key;
	int64_t max_skew, min_domains;
	bool hard;				/* DoNotSchedule */
	bool honors_affinity, honors_taints;	/* which nodes count */
	const struct value *labels;		/* a LabelSelector; NULL: those of struct spread below */
	const struct value *label_keys;		/* matchLabelKeys; NULL */
	struct tally found;			/* matching pods by domain, where it is not the node itself */
	int64_t least;				/* in the domain that has the fewest */
};

struct spread {
	const struct object *pod;
	const struct roster *roster;
	VEC(struct spread_constraint) constraints;
	bool own;				/* the pod's own constraints, not the scheduler's */
	VEC(const struct value *) maps;		/* of the scheduler's: selectors that are maps, of Services */
	const struct value *owner_map, *owner_selector;	/* of the pod's controller; NULL */
};

/* Counts the pods as they stand; asked again when they change. */
void spread_init(struct spread *spread, const struct object *pod, const struct roster *roster);
void spread_release(struct spread *spread);

enum spread_verdict { SPREAD_OK, SPREAD_NO_LABEL, SPREAD_SKEWED };
enum spread_verdict spread_check(const struct spread *spread, const struct roster_node *node);
/* Scores 0 to 100 for the nodes that are fit; scores[i] of fit[i]. */
void spread_score(const struct spread *spread, const struct roster_node *const *fit, size_t n, int64_t *scores);

#endif
