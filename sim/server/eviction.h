/* The subresource eviction of pods: a deletion that the pod's disruption budget allows. */
#ifndef SERVER_EVICTION_H
#define SERVER_EVICTION_H

#include "server/server.h"

/*
 * Deletes the pod that a request of REQUEST_DELETE names, unless its PodDisruptionBudget has no disruption left: then it is
 * STATUS_TOO_MANY_REQUESTS, and may be tried again.  -1 and *status says why not.  The budget's status is counted anew by its
 * controller, which has to run between two evictions.
 */
MUST_CHECK int eviction_do(struct server *server, const struct request *request, struct status *status);

#endif
