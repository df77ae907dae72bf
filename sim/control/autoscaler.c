/*
 * HorizontalPodAutoscalers (pkg/controller/podautoscaler/horizontal.go): the target is brought between minReplicas and
 * maxReplicas, and, where there is a metrics server, to what its first metric asks for; without one the status says what is
 * missing.  Of metrics only those of type Resource are told of.
 */
#include <string.h>

#include "api/quantity.h"
#include "control/controllers.h"
#include "control/events.h"
#include "control/replicas.h"
#include "control/usage.h"
#include "control/workload.h"

#define PERIOD (15 * CLOCK_SECOND)		/* --horizontal-pod-autoscaler-sync-period */
#define STABILIZATION (5 * 60 * CLOCK_SECOND)	/* before fewer are wanted: --horizontal-pod-autoscaler-downscale-stabilization */

struct sync {
	struct server *server;
	const struct object *hpa;
	struct arena arena;
	struct value *status;
	int64_t wake;		/* when it is to be looked at again */
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

/* Its first metric, of a resource; NULL. */
static const struct value *
metric_of(const struct sync *sync)
{
	const struct value *metric = value_path(sync->hpa->root, "spec.metrics[0].resource");

	return value_get_text(metric, "name") ? metric : NULL;
}

static bool
is_average(const struct value *metric)
{
	const char *type = value_text(value_path(metric, "target.type"));

	return type && strcmp(type, "AverageValue") == 0;
}

/* "failed to get cpu utilization: .." */
static const char *
failure_of(struct sync *sync, const struct value *metric, const char *why)
{
	return arena_printf(&sync->arena, "failed to get %s %s: %s", value_get_text(metric, "name"),
		is_average(metric) ? "usage" : "utilization", why);
}

static const char *
no_metrics(struct sync *sync, const struct value *metric, enum metrics metrics)
{
	return failure_of(sync, metric, arena_printf(&sync->arena, "unable to get metrics for resource %s: unable to fetch metrics from "
		"resource metrics API: the server %s (get pods.metrics.k8s.io)", value_get_text(metric, "name"),
		metrics == METRICS_ABSENT ? "could not find the requested resource" : "is currently unable to handle the request"));
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
fail(struct sync *sync, const struct value *metric, const char *failure)
{
	size_t metrics = value_count(value_path(sync->hpa->root, "spec.metrics"));

	if (!tell_no_metrics(sync, failure))
		return;
	event_record(sync->server, EVENT_HPA_NO_METRIC, sync->hpa, NULL, "%s", failure);
	event_record(sync->server, EVENT_HPA_NO_REPLICAS, sync->hpa, NULL,
		"invalid metrics (%zu invalid out of %zu), first error is: failed to get %s resource metric value: %s", metrics, metrics,
		value_get_text(metric, "name"), failure);
}

static void
put_current(struct sync *sync, const struct value *metric, const struct replicas *replicas)
{
	struct arena *arena = &sync->arena;
	struct value *list = value_list(arena), *one = value_map(arena), *resource = value_map(arena), *current = value_map(arena);
	struct str average = STR_INIT;

	quantity_from_milli(replicas->average, strcmp(value_get_text(metric, "name"), "memory") == 0, &average);
	if (!is_average(metric))
		value_set_int(arena, current, "averageUtilization", replicas->utilization);
	value_set_text(arena, current, "averageValue", average.buf);
	value_set_text(arena, resource, "name", value_get_text(metric, "name"));
	value_set(arena, resource, "current", current);
	value_set_text(arena, one, "type", "Resource");
	value_set(arena, one, "resource", resource);
	value_append(arena, list, one);
	value_set(arena, sync->status, "currentMetrics", list);
	str_release(&average);
}

/* Between the bounds and not faster up than the standard behavior lets it: twice as many, or four more. */
static int64_t
limit(struct sync *sync, int64_t wanted, int64_t now)
{
	int64_t least = workload_spec_int(sync->hpa, "minReplicas", 1), most = workload_spec_int(sync->hpa, "maxReplicas", 1);
	int64_t fastest = now * 2 > now + 4 ? now * 2 : now + 4;

	if (wanted > fastest && fastest < most) {
		put_condition(sync, "ScalingLimited", true, "ScaleUpLimit",
			"the desired replica count is increasing faster than the maximum scale rate");
		return fastest;
	}
	if (wanted > most) {
		put_condition(sync, "ScalingLimited", true, "TooManyReplicas",
			"the desired replica count is more than the maximum replica count");
		return most;
	}
	if (wanted < least) {
		put_condition(sync, "ScalingLimited", true, "TooFewReplicas",
			"the desired replica count is less than the minimum replica count");
		return least;
	}
	put_condition(sync, "ScalingLimited", false, "DesiredWithinRange", "the desired count is within the acceptable range");
	return wanted;
}

/* Fewer are made only when that is wanted for some time: since the last change of scale, or since the HPA is there. */
static bool
is_stable(struct sync *sync)
{
	int64_t since = workload_time(sync->status, "lastScaleTime");

	if (!since)
		since = workload_time(object_meta(sync->hpa), "creationTimestamp");
	if (since + STABILIZATION <= sync->server->clock.now)
		return true;
	sync->wake = since + STABILIZATION;
	return false;
}

/* Metrics are looked at every so often; after a change that comes in between, at the next of these moments. */
static bool
is_time(struct sync *sync)
{
	int64_t since = sync->server->clock.now - workload_time(object_meta(sync->hpa), "creationTimestamp");

	if (since % PERIOD == 0)
		return true;
	sync->wake = sync->server->clock.now + PERIOD - since % PERIOD;
	return false;
}

static void
follow(struct sync *sync, const struct object *target, const struct value *metric, int64_t now)
{
	const struct replicas_question question = { sync->server->store, target, metric, now, sync->server->clock.now };
	const struct replicas replicas = replicas_wanted(&question, &sync->arena);
	const char *name = value_get_text(metric, "name");
	const char *of = arena_printf(&sync->arena, is_average(metric) ? "%s resource" : "%s resource utilization (percentage of request)",
		name);
	int64_t wanted;

	if (replicas.wake != CLOCK_NEVER)
		sync->wake = replicas.wake;
	if (replicas.failure) {
		fail(sync, metric, failure_of(sync, metric, replicas.failure));
		return;
	}
	put_current(sync, metric, &replicas);
	put_condition(sync, "ScalingActive", true, "ValidMetricFound",
		arena_printf(&sync->arena, "the HPA was able to successfully calculate a replica count from %s", of));
	put_condition(sync, "AbleToScale", true, "ReadyForNewScale", "recommended size matches current size");
	wanted = replicas.wanted;
	if (wanted < now && !is_stable(sync)) {
		put_condition(sync, "AbleToScale", true, "ScaleDownStabilized",
			"recent recommendations were higher than current one, applying the highest recent recommendation");
		wanted = now;
	}
	wanted = limit(sync, wanted, now);
	value_set_int(&sync->arena, sync->status, "desiredReplicas", wanted);
	if (wanted != now)
		rescale(sync, target, wanted, wanted > now ? arena_printf(&sync->arena, "%s above target", of) :
			"All metrics below target");
}

static void
scale(struct sync *sync, const struct object *target)
{
	int64_t now = workload_spec_int(target, "replicas", 1), most = workload_spec_int(sync->hpa, "maxReplicas", 1);
	int64_t least = workload_spec_int(sync->hpa, "minReplicas", 1);
	const struct value *metric = metric_of(sync);
	enum metrics metrics = metrics_of(sync->server->store);

	if (metrics != METRICS_UP)
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
	else if (metric && metrics == METRICS_UP && is_time(sync))
		follow(sync, target, metric, now);
	else if (metric && metrics == METRICS_UP)
		return;
	else if (metric)
		fail(sync, metric, no_metrics(sync, metric, metrics));
}

/* When it is to be looked at again. */
static int64_t
sync_hpa(struct server *server, const struct object *hpa)
{
	const struct value *old = value_get(hpa->root, "status");
	struct sync sync = { .server = server, .hpa = hpa, .wake = CLOCK_NEVER };
	const struct object *target;

	sync.status = old ? value_copy(&sync.arena, old) : value_map(&sync.arena);
	if (metrics_of(server->store) != METRICS_UP || !value_get(sync.status, "currentMetrics"))
		value_set(&sync.arena, sync.status, "currentMetrics", value_null(&sync.arena));
	value_set_int(&sync.arena, sync.status, "desiredReplicas", value_get_int(sync.status, "desiredReplicas", 0));
	if ((target = target_of(&sync)))
		scale(&sync, target);
	workload_put_status(server, hpa, sync.status);
	arena_release(&sync.arena);
	return sync.wake;
}

static int64_t
reconcile(struct server *server)
{
	int64_t wake = CLOCK_NEVER;
	object_vec all = VEC_INIT;

	workload_list(server, "HorizontalPodAutoscaler", NULL, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!object_is_deleting(all.v[i])) {
			int64_t next = sync_hpa(server, all.v[i]);

			wake = next < wake ? next : wake;
		}
	workload_list_release(&all);
	return wake;
}

static const char *const watches[] = { "HorizontalPodAutoscaler", "Deployment", "ReplicaSet", "StatefulSet",
	"ReplicationController", "Pod", NULL };
const struct controller controller_autoscaler = { "autoscaler", watches, reconcile, NULL };
