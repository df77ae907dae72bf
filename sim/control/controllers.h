/* Each controller's row, from its own file. */
#ifndef CONTROL_CONTROLLERS_H
#define CONTROL_CONTROLLERS_H

#include "control/control.h"

extern const struct controller controller_namespace;
extern const struct controller controller_deployment;
extern const struct controller controller_replicaset;
extern const struct controller controller_replication;
extern const struct controller controller_statefulset;
extern const struct controller controller_daemonset;
extern const struct controller controller_cronjob;
extern const struct controller controller_autoscaler;
extern const struct controller controller_job;
extern const struct controller controller_disruption;
extern const struct controller controller_scheduler;
extern const struct controller controller_kubelet;
extern const struct controller controller_nodestatus;
extern const struct controller controller_nodelifecycle;
extern const struct controller controller_tainteviction;
extern const struct controller controller_podgc;
extern const struct controller controller_cloudlb;
extern const struct controller controller_endpoints;
extern const struct controller controller_endpointslice;
extern const struct controller controller_mirror;
extern const struct controller controller_garbage;
extern const struct controller controller_quota;
extern const struct controller controller_events;

#endif
