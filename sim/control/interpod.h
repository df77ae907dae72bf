/*
 * podAffinity and podAntiAffinity: which nodes a pod's own required terms and other pods' anti-affinity allow, and the
 * score of the preferred ones (pkg/scheduler/framework/plugins/interpodaffinity).
 */
#ifndef CONTROL_INTERPOD_H
#define CONTROL_INTERPOD_H

#include "control/roster.h"

struct interpod {
	bool social;			/* the pod itself has such terms */
	const struct object *pod;
	const struct roster *roster;
	/* pods that all affinity terms, that one anti-affinity term matches, by topology */
	struct tally near, away;
	struct tally repelled;		/* pods whose own anti-affinity matches this one */
};

/* Looks at the pods as they stand; asked again when they change. */
void interpod_init(struct interpod *interpod, const struct object *pod, const struct roster *roster);
void interpod_release(struct interpod *interpod);

enum interpod_verdict { INTERPOD_OK, INTERPOD_NOT_NEAR, INTERPOD_NOT_AWAY, INTERPOD_REPELLED };
enum interpod_verdict interpod_check(const struct interpod *interpod, const struct roster_node *node);
/* Scores 0 to 100 for the nodes that are fit; scores[i] of fit[i]. */
void interpod_score(const struct interpod *interpod, const struct roster_node *const *fit, size_t n, int64_t *scores);

#endif
