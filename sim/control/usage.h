/*
 * What pods use of cpu and memory, as a metrics server would tell it (kubectl top, HorizontalPodAutoscalers).  There is one when
 * Deployment metrics-server of kube-system has a ready pod; `kind: Addons` with metricsServer puts it there.  Programs here do no
 * work that could be measured, so amounts are said: by annotation svcsim/usage ("cpu=250m,memory=64Mi") of a pod for its first
 * container, else what that image's program takes when it is idle, and never more than the container's limits.
 */
#ifndef CONTROL_USAGE_H
#define CONTROL_USAGE_H

#include "api/view.h"
#include "store/store.h"

enum metrics {
	METRICS_ABSENT,		/* the API has no group metrics.k8s.io */
	METRICS_DOWN,		/* it has, and nobody answers for it */
	METRICS_UP,
};
enum metrics metrics_of(const struct store *store);

struct usage {
	int64_t cpu;		/* in thousandths of a core */
	int64_t memory;		/* in bytes */
};

/* When the pod is first measured: some seconds after the last of its containers has started; CLOCK_NEVER: it doesn't run. */
int64_t usage_since(const struct pod *pod);
struct usage usage_of_container(const struct pod *pod, const struct value *container);
struct usage usage_of_pod(const struct pod *pod);
/* Its measured pods and what the system itself takes. */
struct usage usage_of_node(const struct store *store, const char *node, int64_t now);

#endif
