/* The one list of controllers, in the order in which they run: who makes objects stands before who reads them. */
#include "control/controllers.h"

const struct controller *const controllers[] = {
	&controller_namespace,
	&controller_nodestatus,
	&controller_nodelifecycle,
	&controller_tainteviction,
	&controller_podgc,
	&controller_autoscaler,
	&controller_deployment,
	&controller_replicaset,
	&controller_replication,
	&controller_statefulset,
	&controller_daemonset,
	&controller_cronjob,
	&controller_job,
	&controller_scheduler,
	&controller_kubelet,
	&controller_cloudlb,
	&controller_endpoints,
	&controller_endpointslice,
	&controller_mirror,
	&controller_disruption,
	&controller_garbage,
	&controller_quota,
	&controller_events,
	NULL,
};
