/* What a pod's status says as a whole, from its containers' entries: phase and conditions (pkg/kubelet: getPhase, status/generate.go). */
#ifndef CONTROL_PODSTATUS_H
#define CONTROL_PODSTATUS_H

#include "server/server.h"

/* "containerStatuses", or "initContainerStatuses" for the init containers; the entry of that name, or NULL. */
struct value *podstatus_container(const struct value *root, const char *list, const char *name);
bool podstatus_is_sidecar(const struct value *init_container);
/* Each init container has done its part: ended well, or, when it runs beside the others, is up. */
bool podstatus_initialized(const struct value *root);
/* Writes phase, conditions and, when the pod has failed or ended, what goes with it. */
void podstatus_write(struct object *copy, int64_t now);

#endif
