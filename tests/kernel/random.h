/* Clusters drawn from a seed, small enough to be built in a second and different enough to meet every chain of kube-proxy. */
#ifndef KERNEL_RANDOM_H
#define KERNEL_RANDOM_H

#include <stdint.h>

#include "svcsim/str.h"

/* Manifests of the cluster, without kube-proxy's mode. */
void random_cluster(uint64_t seed, struct str *yaml);

#endif
