/* A Deployment with its ReplicaSets, as deployment.c rolls them and deployment_status.c tells of them. */
#ifndef CONTROL_ROLLOUT_H
#define CONTROL_ROLLOUT_H

#include "control/workload.h"

struct rollout {
	struct server *server;
	const struct object *deployment;
	object_vec sets;		/* that it owns, the oldest first */
	const struct object *newest;	/* of the present template; NULL until made */
	char hash[16];
	int64_t desired, surge, unavailable;
};

/* Sum of spec.replicas, or of status.availableReplicas, over all sets. */
int64_t rollout_total(const struct rollout *r, bool available);

/* The status as the sets are now.  created: the newest set was made just now. */
void rollout_write_status(const struct rollout *r, bool created);
/* Updated, available and nothing else there, by the status as it was written last. */
bool rollout_is_complete(const struct object *deployment);
/* When the rollout will have taken too long; CLOCK_NEVER when it isn't waited for. */
int64_t rollout_deadline(const struct object *deployment);

#endif
