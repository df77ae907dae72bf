/* Clusters drawn from a seed, small enough to be built in a second and different enough to meet every chain of kube-proxy. */
#ifndef KERNEL_RANDOM_H
#define KERNEL_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

#include "svcsim/str.h"

/* Manifests of the cluster, without kube-proxy's mode; true: its objects are an API server's dump. */
bool random_cluster(uint64_t seed, struct str *yaml);

#endif
