/*
 * Which nodes a pod may run on by what the node says of itself: cordons, taints against tolerations, node selector and
 * node affinity.  spec is a pod's or a pod template's.
 */
#ifndef CONTROL_PLACEMENT_H
#define CONTROL_PLACEMENT_H

#include "api/view.h"

/* The first of the pod's tolerations that the taint is covered by; NULL. */
const struct value *placement_toleration(const struct value *spec, const struct value *taint);
/* Cordoned, and the pod doesn't tolerate that. */
bool placement_cordoned(const struct value *spec, const struct node *node);
/* The node's first taint that keeps the pod away; NULL.  With no_execute only one that would also drive it out. */
const struct value *placement_taint(const struct value *spec, const struct node *node, bool no_execute);
/* How many PreferNoSchedule taints the pod doesn't tolerate. */
int64_t placement_disliked(const struct value *spec, const struct node *node);
/* Does the node satisfy spec.nodeSelector and the required node affinity? */
bool placement_selected(const struct value *spec, const struct node *node);
/* The sum of the weights of the preferred terms that the node satisfies. */
int64_t placement_preferred(const struct value *spec, const struct node *node);
/* Does the required node affinity name nodes in each of its terms, and not this one? */
bool placement_names_others(const struct value *spec, const struct node *node);

#endif
