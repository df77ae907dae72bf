/*
 * How many replicas a HorizontalPodAutoscaler's metric of a resource asks for (pkg/controller/podautoscaler/replica_calculator.go),
 * by the usage that the metrics server tells (control/usage.h).
 */
#ifndef CONTROL_REPLICAS_H
#define CONTROL_REPLICAS_H

#include "api/value.h"
#include "store/store.h"

struct replicas_question {
	const struct store *store;
	const struct object *target;	/* of what is scaled: its spec.selector and namespace count */
	const struct value *metric;	/* {name: cpu, target: {averageUtilization: 80}} or with averageValue */
	int64_t current, now;
};

struct replicas {
	const char *failure;		/* in the arena, without "failed to get .."; NULL: the rest is known */
	int64_t wanted;
	int64_t utilization;		/* in percent of what was requested; 0 for an averageValue */
	int64_t average;		/* of a pod, in thousandths */
	int64_t wake;			/* when a pod that is ready will be measured; CLOCK_NEVER */
};

struct replicas replicas_wanted(const struct replicas_question *question, struct arena *arena);

#endif
