/*
 * Pods that are ready and measured decide; those that are not count as the more cautious amount: none of it when more pods are
 * wanted, all that was asked for when fewer are.
 */
#include "control/replicas.h"

#include <string.h>

#include "api/quantity.h"
#include "api/view.h"
#include "base/clock.h"
#include "control/demand.h"
#include "control/usage.h"

#define TOLERANCE_PERCENT 10

struct count {
	int64_t measured, ignored, missing;	/* pods: ignored are not ready, missing have no measures yet */
	int64_t used, requested;		/* by measured ones; requested by the others: each asks for the same */
	int64_t request_of_one;
};

/* False, and why: a container that requests nothing has no percentage. */
static bool
add_requests(const struct pod *pod, const char *resource, int64_t *request, struct replicas *replicas, struct arena *arena)
{
	const struct value *containers = value_path(pod->object->root, "spec.containers");

	*request = 0;
	for (size_t i = 0; i < value_count(containers); i++) {
		const struct value *container = value_at(containers, i), *requests = value_path(container, "resources.requests");

		if (!value_get(requests, resource)) {
			replicas->failure = arena_printf(arena, "missing request for %s in container %s of Pod %s", resource,
				value_get_text(container, "name"), pod->object->name);
			return false;
		}
		*request += demand_in_map(requests, resource);
	}
	return true;
}

static int64_t
used_by(const struct pod *pod, const char *resource)
{
	struct usage usage = usage_of_pod(pod);

	return strcmp(resource, "cpu") == 0 ? usage.cpu : usage.memory * 1000;
}

static bool
add_pod(const struct replicas_question *question, const struct pod *pod, struct count *count, struct replicas *replicas,
	struct arena *arena)
{
	const char *resource = value_get_text(question->metric, "name");
	int64_t since = usage_since(pod), request = 0;

	if (value_path(question->metric, "target.averageUtilization") && !add_requests(pod, resource, &request, replicas, arena))
		return false;
	count->request_of_one = request;
	if (pod->ready && since <= question->now) {
		count->measured++;
		count->used += used_by(pod, resource);
		count->requested += request;
	} else if (pod->ready) {
		count->missing++;
		replicas->wake = since < replicas->wake ? since : replicas->wake;
	} else {
		count->ignored++;
	}
	return true;
}

/* Used parts of the target, in percent of it. */
static int64_t
ratio_of(int64_t used, int64_t requested, int64_t pods, int64_t utilization, int64_t average)
{
	if (utilization)
		return requested ? used * 100 / requested * 100 / utilization : 0;
	return pods && average ? used / pods * 100 / average : 0;
}

static bool
is_small(int64_t ratio)
{
	return ratio >= 100 - TOLERANCE_PERCENT && ratio <= 100 + TOLERANCE_PERCENT;
}

static int64_t
ceiling(int64_t ratio, int64_t pods)
{
	return (ratio * pods + 99) / 100;
}

static int64_t
wanted(const struct replicas_question *question, const struct count *count, int64_t utilization, int64_t average)
{
	int64_t ratio = ratio_of(count->used, count->requested, count->measured, utilization, average);
	int64_t others = count->missing + (ratio > 100 ? count->ignored : 0), again, pods = count->measured + others;
	int64_t used = count->used + (ratio < 100 ? count->missing * (utilization ? count->request_of_one : average) : 0);

	if (!others)
		return is_small(ratio) ? question->current : ceiling(ratio, count->measured);
	again = ratio_of(used, count->requested + others * count->request_of_one, pods, utilization, average);
	if (is_small(again) || (ratio < 100) != (again < 100))
		return question->current;
	return ceiling(again, pods);
}

struct replicas
replicas_wanted(const struct replicas_question *question, struct arena *arena)
{
	const struct value *selector = value_path(question->target->root, "spec.selector");
	const struct value *target = value_get(question->metric, "target");
	const char *average = value_get_text(target, "averageValue");
	struct replicas replicas = { .wake = CLOCK_NEVER };
	struct count count = { 0 };
	size_t n;
	const struct object *const *pods = store_list(question->store, kind_by_kind("Pod"), question->target->namespace, &n);

	for (size_t i = 0; i < n; i++) {
		const struct pod *pod = pod_view(pods[i]);
		bool done = strcmp(pod->phase, "Failed") == 0 || strcmp(pod->phase, "Succeeded") == 0;

		if (done || pod->deleting || !selector_matches(selector, value_get(object_meta(pods[i]), "labels")))
			continue;
		if (!add_pod(question, pod, &count, &replicas, arena))
			return replicas;
	}
	if (!count.measured) {
		replicas.failure = arena_printf(arena, "unable to get metrics for resource %s: no metrics returned from resource "
			"metrics API", value_get_text(question->metric, "name"));
		return replicas;
	}
	replicas.utilization = count.requested ? count.used * 100 / count.requested : 0;
	replicas.average = count.used / count.measured;
	replicas.wanted = wanted(question, &count, value_get_int(target, "averageUtilization", 0),
		average ? quantity_milli(average) : 0);
	return replicas;
}
