/*
 * HorizontalPodAutoscalers in a cluster without a metrics server (pkg/controller/podautoscaler/horizontal.go): the
 * target is brought between minReplicas and maxReplicas, for which no metrics are needed; beyond that the status
 * says what is missing.  Of metrics only those of type Resource are told of.
 */
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/workload.h"

#define NO_METRICS \
	"unable to fetch metrics from resource metrics API: " \
	"the server could not find the requested resource (get pods.metrics.k8s.io)"

struct sync {
	struct server *server;
	const struct object *hpa;
	struct arena arena;
	struct value *status;
};

static void
put_condition(struct sync *sync, const char *type, bool yes, const char *reason, const char *message)
{
	const struct condition condition = { type, yes ? "True" : "False", reason, message, false, false };

	workload_condition(&sync->arena, sync->status, &condition, sync->server->clock.now);
}

static const struct object *
target_of(struct sync *sync)
{
	const struct value *reference = value_path(sync->hpa->root, "spec.scaleTargetRef");
	const char *version = value_get_text(reference, "apiVersion"), *name = value_get_text(reference, "kind");
	const struct kind *kind = version && name ? kind_by_gvk(version, name) : NULL;
	const char *target = value_get_text(reference, "name");
	const struct object *object =
		kind && target ? store_get(sync->server->store, kind, sync->hpa->namespace, target) : NULL;
	char resource[96];

	if (object)
		return object;
	put_condition(sync, "AbleToScale", false, "FailedGetScale",
		arena_printf(&sync->arena, "the HPA controller was unable to get the target's current scale: %s \"%s\" not found",
			kind ? kind_resource(kind, resource) : name ? name : "", target ? target : ""));
	return NULL;
}

static void
rescale(struct sync *sync, const struct object *target, int64_t size, const char *why)
{
	struct object *copy = object_copy(target);
	char now[CLOCK_TEXT];

	value_set_int(&copy->arena, value_get(copy->root, "spec"), "replicas", size);
	workload_commit(sync->server, target, copy);
	event_record(sync->server, EVENT_HPA_RESCALE, sync->hpa, NULL, "New size: %lld; reason: %s", (long long)size, why);
	put_condition(sync, "AbleToScale", true, "SucceededRescale", arena_printf(&sync->arena,
		"the HPA controller was able to update the target scale to %lld", (long long)size));
	value_set_text(&sync->arena, sync->status, "lastScaleTime", clock_format(sync->server->clock.now, now));
	value_set_int(&sync->arena, sync->status, "desiredReplicas", size);
}

/* "failed to get cpu utilization: .." of the first metric; NULL when it is none of a resource. */
static const char *
failure_of(struct sync *sync, const char **resource)
{
	const struct value *metric = value_path(sync->hpa->root, "spec.metrics[0].resource");
	const char *type = value_text(value_path(metric, "target.type"));

	*resource = value_get_text(metric, "name");
	if (!*resource)
		return NULL;
	return arena_printf(&sync->arena, "failed to get %s %s: unable to get metrics for resource %s: %s", *resource,
		type && strcmp(type, "AverageValue") == 0 ? "usage" : "utilization", *resource, NO_METRICS);
}

/* True when it was not said before. */
static bool
tell_no_metrics(struct sync *sync, const char *failure)
{
	const struct value *old = value_path(sync->hpa->root, "status.conditions");
	const char *message = arena_printf(&sync->arena, "the HPA was unable to compute the replica count: %s", failure);

	put_condition(sync, "ScalingActive", false, "FailedGetResourceMetric", message);
	for (size_t i = 0; i < value_count(old); i++) {
		const char *reason = value_get_text(value_at(old, i), "reason");

		if (reason && strcmp(reason, "FailedGetResourceMetric") == 0)
			return false;
	}
	return true;
}

static void
scale(struct sync *sync, const struct object *target)
{
	int64_t now = workload_spec_int(target, "replicas", 1), most = workload_spec_int(sync->hpa, "maxReplicas", 1);
	int64_t least = workload_spec_int(sync->hpa, "minReplicas", 1);
	size_t metrics = value_count(value_path(sync->hpa->root, "spec.metrics"));
	const char *resource, *failure = failure_of(sync, &resource);

	put_condition(sync, "AbleToScale", true, "SucceededGetScale",
		"the HPA controller was able to get the target's current scale");
	workload_put_count(&sync->arena, sync->status, "currentReplicas", workload_status_int(target, "replicas"));
	if (!now)
		put_condition(sync, "ScalingActive", false, "ScalingDisabled",
			"scaling is disabled since the replica count of the target is zero");
	else if (now > most)
		rescale(sync, target, most, "Current number of replicas above Spec.MaxReplicas");
	else if (now < least)
		rescale(sync, target, least, "Current number of replicas below Spec.MinReplicas");
	else if (failure && tell_no_metrics(sync, failure)) {
		event_record(sync->server, EVENT_HPA_NO_METRIC, sync->hpa, NULL, "%s", failure);
		event_record(sync->server, EVENT_HPA_NO_REPLICAS, sync->hpa, NULL,
			"invalid metrics (%zu invalid out of %zu), first error is: failed to get %s resource metric value: %s", metrics,
			metrics, resource, failure);
	}
}

static void
sync_hpa(struct server *server, const struct object *hpa)
{
	const struct value *old = value_get(hpa->root, "status");
	struct sync sync = { .server = server, .hpa = hpa };
	const struct object *target;

	sync.status = old ? value_copy(&sync.arena, old) : value_map(&sync.arena);
	value_set(&sync.arena, sync.status, "currentMetrics", value_null(&sync.arena));
	value_set_int(&sync.arena, sync.status, "desiredReplicas", value_get_int(sync.status, "desiredReplicas", 0));
	if ((target = target_of(&sync)))
		scale(&sync, target);
	workload_put_status(server, hpa, sync.status);
	arena_release(&sync.arena);
}

static int64_t
reconcile(struct server *server)
{
	object_vec all = VEC_INIT;

	workload_list(server, "HorizontalPodAutoscaler", NULL, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!object_is_deleting(all.v[i]))
			sync_hpa(server, all.v[i]);
	workload_list_release(&all);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "HorizontalPodAutoscaler", "Deployment", "ReplicaSet", "StatefulSet",
	"ReplicationController", NULL };
const struct controller controller_autoscaler = { "autoscaler", watches, reconcile, NULL };
