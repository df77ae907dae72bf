/*
 * Events: what the controllers say they did to an object, as `kubectl describe` and `kubectl get events` show it.  Nobody watches
 * them, so recording one sets nothing in motion; each is kept an hour after it was last seen, as the API server keeps them.
 */
#ifndef CONTROL_EVENTS_H
#define CONTROL_EVENTS_H

#include "server/server.h"

/* id, who says it, type, reason, action (of reporters that use events.k8s.io; else "") */
#define EVENTS(X) \
	X(EVENT_SCHEDULED, "default-scheduler", "Normal", "Scheduled", "Binding") \
	X(EVENT_FAILED_SCHEDULING, "default-scheduler", "Warning", "FailedScheduling", "Scheduling") \
	X(EVENT_PREEMPTED, "default-scheduler", "Normal", "Preempted", "Preempting") \
	X(EVENT_NODE_NOT_READY, "node-controller", "Normal", "NodeNotReady", "") \
	X(EVENT_POD_NODE_NOT_READY, "node-controller", "Warning", "NodeNotReady", "") \
	X(EVENT_REMOVING_NODE, "node-controller", "Normal", "RemovingNode", "") \
	X(EVENT_TAINT_EVICTION, "taint-eviction-controller", "Normal", "TaintManagerEviction", "") \
	X(EVENT_KUBELET_STARTING, "kubelet", "Normal", "Starting", "") \
	X(EVENT_NODE_ALLOCATABLE, "kubelet", "Normal", "NodeAllocatableEnforced", "") \
	X(EVENT_NODE_MEMORY, "kubelet", "Normal", "NodeHasSufficientMemory", "") \
	X(EVENT_NODE_DISK, "kubelet", "Normal", "NodeHasNoDiskPressure", "") \
	X(EVENT_NODE_PID, "kubelet", "Normal", "NodeHasSufficientPID", "") \
	X(EVENT_NODE_READY, "kubelet", "Normal", "NodeReady", "") \
	X(EVENT_PULLING, "kubelet", "Normal", "Pulling", "") \
	X(EVENT_PULLED, "kubelet", "Normal", "Pulled", "") \
	X(EVENT_CREATED, "kubelet", "Normal", "Created", "") \
	X(EVENT_STARTED, "kubelet", "Normal", "Started", "") \
	X(EVENT_KILLING, "kubelet", "Normal", "Killing", "") \
	X(EVENT_PULL_BACK_OFF, "kubelet", "Normal", "BackOff", "") \
	X(EVENT_RESTART_BACK_OFF, "kubelet", "Warning", "BackOff", "") \
	X(EVENT_FAILED, "kubelet", "Warning", "Failed", "") \
	X(EVENT_UNHEALTHY, "kubelet", "Warning", "Unhealthy", "") \
	X(EVENT_FAILED_MOUNT, "kubelet", "Warning", "FailedMount", "") \
	X(EVENT_DEADLINE, "kubelet", "Normal", "DeadlineExceeded", "") \
	X(EVENT_SCALING, "deployment-controller", "Normal", "ScalingReplicaSet", "") \
	X(EVENT_REPLICASET_CREATE, "replicaset-controller", "Normal", "SuccessfulCreate", "") \
	X(EVENT_REPLICASET_DELETE, "replicaset-controller", "Normal", "SuccessfulDelete", "") \
	X(EVENT_REPLICASET_FAILED, "replicaset-controller", "Warning", "FailedCreate", "") \
	X(EVENT_CONTROLLER_CREATE, "replication-controller", "Normal", "SuccessfulCreate", "") \
	X(EVENT_CONTROLLER_DELETE, "replication-controller", "Normal", "SuccessfulDelete", "") \
	X(EVENT_CONTROLLER_FAILED, "replication-controller", "Warning", "FailedCreate", "") \
	X(EVENT_DAEMONSET_CREATE, "daemonset-controller", "Normal", "SuccessfulCreate", "") \
	X(EVENT_DAEMONSET_DELETE, "daemonset-controller", "Normal", "SuccessfulDelete", "") \
	X(EVENT_DAEMONSET_FAILED_POD, "daemonset-controller", "Warning", "FailedDaemonPod", "") \
	X(EVENT_DAEMONSET_ENDED_POD, "daemonset-controller", "Normal", "SucceededDaemonPod", "") \
	X(EVENT_DAEMONSET_FAILED, "daemonset-controller", "Warning", "FailedCreate", "") \
	X(EVENT_STATEFULSET_CREATE, "statefulset-controller", "Normal", "SuccessfulCreate", "") \
	X(EVENT_STATEFULSET_DELETE, "statefulset-controller", "Normal", "SuccessfulDelete", "") \
	X(EVENT_STATEFULSET_FAILED_POD, "statefulset-controller", "Warning", "RecreatingFailedPod", "") \
	X(EVENT_STATEFULSET_ENDED_POD, "statefulset-controller", "Normal", "RecreatingTerminatedPod", "") \
	X(EVENT_STATEFULSET_FAILED, "statefulset-controller", "Warning", "FailedCreate", "") \
	X(EVENT_CRONJOB_CREATE, "cronjob-controller", "Normal", "SuccessfulCreate", "") \
	X(EVENT_CRONJOB_DELETE, "cronjob-controller", "Normal", "SuccessfulDelete", "") \
	X(EVENT_CRONJOB_SAW_COMPLETED, "cronjob-controller", "Normal", "SawCompletedJob", "") \
	X(EVENT_CRONJOB_MISSING, "cronjob-controller", "Normal", "MissingJob", "") \
	X(EVENT_CRONJOB_UNEXPECTED, "cronjob-controller", "Warning", "UnexpectedJob", "") \
	X(EVENT_CRONJOB_ALREADY_ACTIVE, "cronjob-controller", "Normal", "JobAlreadyActive", "") \
	X(EVENT_CRONJOB_MANY_MISSED, "cronjob-controller", "Warning", "TooManyMissedTimes", "") \
	X(EVENT_BUDGET_NO_PODS, "controllermanager", "Normal", "NoPods", "") \
	X(EVENT_BUDGET_UNMANAGED, "controllermanager", "Warning", "UnmanagedPods", "") \
	X(EVENT_HPA_RESCALE, "horizontal-pod-autoscaler", "Normal", "SuccessfulRescale", "") \
	X(EVENT_HPA_NO_METRIC, "horizontal-pod-autoscaler", "Warning", "FailedGetResourceMetric", "") \
	X(EVENT_HPA_NO_REPLICAS, "horizontal-pod-autoscaler", "Warning", "FailedComputeMetricsReplicas", "") \
	X(EVENT_JOB_CREATE, "job-controller", "Normal", "SuccessfulCreate", "") \
	X(EVENT_JOB_DELETE, "job-controller", "Normal", "SuccessfulDelete", "") \
	X(EVENT_JOB_FAILED_CREATE, "job-controller", "Warning", "FailedCreate", "") \
	X(EVENT_JOB_COMPLETED, "job-controller", "Normal", "Completed", "") \
	X(EVENT_JOB_SUSPENDED, "job-controller", "Normal", "Suspended", "") \
	X(EVENT_JOB_RESUMED, "job-controller", "Normal", "Resumed", "") \
	X(EVENT_JOB_BACKOFF_LIMIT, "job-controller", "Warning", "BackoffLimitExceeded", "") \
	X(EVENT_JOB_DEADLINE, "job-controller", "Warning", "DeadlineExceeded", "") \
	X(EVENT_JOB_FAILED_INDEXES, "job-controller", "Warning", "FailedIndexes", "") \
	X(EVENT_JOB_MAX_FAILED_INDEXES, "job-controller", "Warning", "MaxFailedIndexesExceeded", "") \
	X(EVENT_JOB_POD_FAILURE_POLICY, "job-controller", "Warning", "PodFailurePolicy", "")
enum event {
#define EVENT_ENUM(id, component, type, reason, action) id,
	EVENTS(EVENT_ENUM)
#undef EVENT_ENUM
};

#define EVENT_SILENCE (300 * CLOCK_SECOND)	/* after so long one more is heard of whoever says too much */

/*
 * Says it about the object: once more when the same was said before.  container: the part of a pod that it is about; NULL for all
 * of the object.
 */
void event_record(struct server *server, enum event event, const struct object *about, const char *container,
	const char *fmt, ...) PRINTF_LIKE(5, 6);

/* When the like was last said of the object, or of its container; 0: it wasn't. */
int64_t event_last(const struct server *server, enum event event, const struct object *about, const char *container);

/* How often it was, as far as that is still known. */
int64_t event_times(const struct server *server, enum event event, const struct object *about, const char *container);

/* Would it be recorded now?  Whoever says too much about one object isn't heard for a while. */
bool event_is_heard(const struct server *server, enum event event, const struct object *about);

#endif
