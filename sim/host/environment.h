/* The environment that the kubelet gives a container: the image's, the Services', and the container's own. */
#ifndef HOST_ENVIRONMENT_H
#define HOST_ENVIRONMENT_H

#include "cluster/cluster.h"

/* fn gets each variable, those that count later after those that they replace. */
void environment_of(const struct cluster *cluster, const struct pod *pod, const struct value *container,
	void (*fn)(void *arg, const char *name, const char *value), void *arg);

#endif
