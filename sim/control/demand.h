/*
 * What a pod asks of a node: its requests, summed as the scheduler sums them (k8s.io/component-helpers/resource:
 * PodRequests). Amounts are in thousandths, by resource.
 */
#ifndef CONTROL_DEMAND_H
#define CONTROL_DEMAND_H

#include <stdint.h>

#include "api/value.h"
#include "svcsim/vec.h"

struct demand_amount {
	const char *resource;	/* lies in the pod */
	int64_t milli;
};

struct demand {
	VEC(struct demand_amount) list;	/* each resource once */
	/* For scoring: a container that asks for no cpu or memory counts as one of a tenth of a core, of 200Mi. */
	int64_t scored_cpu, scored_memory;
};
#define DEMAND_INIT { VEC_INIT, 0, 0 }

void demand_of(const struct value *spec, struct demand *out);	/* of a pod's spec */
void demand_release(struct demand *demand);
void demand_add(struct demand *sum, const struct demand *one);
void demand_subtract(struct demand *sum, const struct demand *one);
int64_t demand_milli(const struct demand *demand, const char *resource);	/* 0 when it isn't asked for */
/* An amount as it stands in a map of resources, in thousandths; 0 when it is not there. */
int64_t demand_in_map(const struct value *resources, const char *resource);

#endif
