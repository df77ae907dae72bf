/*
 * Preemption: a pod that fits nowhere may drive out pods of lower priority (pkg/scheduler/framework/preemption,
 * plugins/ defaultpreemption).  PodDisruptionBudgets, which the real one only prefers to respect, are not asked.
 */
#ifndef CONTROL_PREEMPTION_H
#define CONTROL_PREEMPTION_H

#include "control/fit.h"

int64_t preemption_priority(const struct object *pod);

/*
 * fits[i] is why the i-th node of the roster was refused.  The node whose pods are now on their way out, for this one
 * to come; else NULL, and why is said: "0/3 nodes are available: ..".
 */
const struct roster_node *preemption_try(struct placing *placing, const enum fit *fits, struct str *why);

/* Are those that it has driven out still on their way? */
bool preemption_goes_on(const struct placing *placing, const enum fit *fits);

/* FitError.Error() of pkg/scheduler/framework/types.go: so many reasons of each text, sorted as text. */
void preemption_explain(size_t nodes, const reason_vec *reasons, struct str *text);

#endif
