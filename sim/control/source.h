/*
 * ConfigMaps and Secrets that a pod takes its environment and files from: without them a container can't be made, or its volume can't
 * be mounted.  (pkg/kubelet: makeEnvironmentVariables; pkg/volume/configmap, secret, projected)
 */
#ifndef CONTROL_SOURCE_H
#define CONTROL_SOURCE_H

#include "server/server.h"

/* What the container's environment lacks: "configmap \"x\" not found"; NULL: nothing.  In arena. */
char *source_missing_env(const struct server *server, const struct object *pod, const struct value *container, struct arena *arena);
/* The same of the pod's volumes; *volume is the first one's name. */
char *source_missing_volume(const struct server *server, const struct object *pod, const char **volume, struct arena *arena);

#endif
