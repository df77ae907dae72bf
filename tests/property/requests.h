/*
 * Random requests, drawn from a seed: mostly such as the API server takes, some that it refuses.  Names, addresses and ports
 * come from small sets, so that requests meet each other.
 */
#ifndef PROPERTY_REQUESTS_H
#define PROPERTY_REQUESTS_H

#include "cluster/cluster.h"

/* What was asked, for the report of a failure. */
struct asked_request {
	const char *verb, *kind;
	char namespace[16], name[64];
	struct str body;	/* YAML */
	bool accepted, time;	/* time: no request, but time that passes */
	int64_t seconds;
};

void asked_request_release(struct asked_request *asked);
/* One random request, or some time. */
void request_random(struct cluster *cluster, struct rng *rng, bool dual_stack, struct asked_request *asked);

#endif
