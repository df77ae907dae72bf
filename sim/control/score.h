/* How well a pod's fit nodes suit it: the scheduler's scores with the weights of its default profile. */
#ifndef CONTROL_SCORE_H
#define CONTROL_SCORE_H

#include "control/fit.h"

/* totals[i] of fit[i]; the more the better. */
void score_nodes(struct placing *placing, const struct roster_node *const *fit, size_t n, int64_t *totals);

#endif
