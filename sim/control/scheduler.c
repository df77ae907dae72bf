/*
 * The scheduler: a pod without a node gets the node that fits it with the fewest pods of the same owner, then the fewest
 * pods at all; chance decides between equals.  (The real one scores by resources, too; its default spreading has the same effect.)
 */
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/placement.h"
#include "control/workload.h"

/* Why nodes were left out, each reason once. */
struct reason {
	char *text;
	size_t nodes;
};
typedef VEC(struct reason) reason_vec;

static const char *
owner_uid(const struct object *pod)
{
	const char *uid = value_get_text(workload_controller_of(pod), "uid");

	return uid ? uid : "";
}

/* Lower is better. */
static size_t
crowd(const struct object *pod, const char *node, const object_vec *pods)
{
	size_t same = 0, all = 0;

	for (size_t i = 0; i < pods->n; i++) {
		if (strcmp(pod_view(pods->v[i])->node, node) != 0 || !workload_pod_live(pod_view(pods->v[i])))
			continue;
		all++;
		same += owner_uid(pod)[0] && strcmp(owner_uid(pods->v[i]), owner_uid(pod)) == 0;
	}
	return same * 100000 + all;
}

/* Takes over the text. */
static void
count_reason(reason_vec *reasons, char *text)
{
	struct reason *reason;

	for (size_t i = 0; i < reasons->n; i++)
		if (strcmp(reasons->v[i].text, text) == 0) {
			reasons->v[i].nodes++;
			free(text);
			return;
		}
	reason = vec_push(reasons);
	*reason = (struct reason){ text, 1 };
}

static char *
reason_text(enum placement placement, const struct value *taint)
{
	const char *key = value_get_text(taint, "key"), *value = value_get_text(taint, "value");

	if (placement == PLACEMENT_SELECTOR)
		return xstrdup("node(s) didn't match Pod's node affinity/selector");
	if (placement == PLACEMENT_CORDONED)
		return xstrdup("node(s) were unschedulable");
	return xasprintf("node(s) had untolerated taint {%s: %s}", key ? key : "", value ? value : "");
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* FitError.Error() of pkg/scheduler/framework/types.go: "2 node(s) ..", sorted as text. */
static void
explain(size_t nodes, const reason_vec *reasons, struct str *text)
{
	VEC(char *) lines = VEC_INIT;

	if (!nodes) {
		str_add(text, "no nodes available to schedule pods");
		return;
	}
	for (size_t i = 0; i < reasons->n; i++)
		*vec_push(&lines) = xasprintf("%zu %s", reasons->v[i].nodes, reasons->v[i].text);
	qsort(lines.v, lines.n, sizeof *lines.v, by_text);
	str_addf(text, "0/%zu nodes are available:", nodes);
	for (size_t i = 0; i < lines.n; i++) {
		str_addf(text, "%s%s", i ? ", " : " ", lines.v[i]);
		free(lines.v[i]);
	}
	vec_release(&lines);
	str_addf(text, ". preemption: 0/%zu nodes are available: %zu Preemption is not helpful for scheduling.", nodes, nodes);
}

static const struct object *
choose(struct server *server, const struct object *pod, const object_vec *nodes, const object_vec *pods,
	reason_vec *reasons)
{
	const struct object *best = NULL;
	size_t least = 0;
	uint64_t equals = 0;

	for (size_t i = 0; i < nodes->n; i++) {
		const struct value *taint;
		enum placement placement = placement_of(value_get(pod->root, "spec"), node_view(nodes->v[i]), &taint);
		size_t score;

		if (placement != PLACEMENT_OK) {
			count_reason(reasons, reason_text(placement, taint));
			continue;
		}
		score = crowd(pod, nodes->v[i]->name, pods);
		if (best && score > least)
			continue;
		equals = best && score == least ? equals + 1 : 1;
		if (rng_below(&server->rng, equals) == 0)
			best = nodes->v[i];
		least = score;
	}
	return best;
}

static void
tell(struct server *server, const struct object *pod, const struct object *node, const char *why)
{
	if (node)
		event_record(server, EVENT_SCHEDULED, pod, NULL, "Successfully assigned %s/%s to %s", pod->namespace, pod->name,
			node->name);
	else
		event_record(server, EVENT_FAILED_SCHEDULING, pod, NULL, "%s", why);
}

static void
schedule(struct server *server, const struct object *pod, const object_vec *nodes, const object_vec *pods)
{
	reason_vec reasons = VEC_INIT;
	const struct object *node = choose(server, pod, nodes, pods, &reasons);
	struct object *copy = object_copy(pod);
	struct value *status = value_make_map(&copy->arena, copy->root, "status");
	struct condition condition = { "PodScheduled", node ? "True" : "False", node ? "" : "Unschedulable", "", false, true };
	struct str why = STR_INIT;

	if (node)
		value_set_text(&copy->arena, value_get(copy->root, "spec"), "nodeName", node->name);
	else
		explain(nodes->n, &reasons, &why);
	condition.message = why.buf;
	workload_condition(&copy->arena, status, &condition, server->clock.now);
	if (workload_commit(server, pod, copy))
		tell(server, pod, node, why.buf);
	str_release(&why);
	for (size_t i = 0; i < reasons.n; i++)
		free(reasons.v[i].text);
	vec_release(&reasons);
}

static int64_t
reconcile(struct server *server)
{
	object_vec nodes = VEC_INIT, pods = VEC_INIT;
	size_t npods;
	const struct object *const *now = store_list(server->store, kind_by_kind("Pod"), NULL, &npods);
	bool any = false;

	for (size_t i = 0; i < npods; i++)
		any |= !pod_view(now[i])->node[0] && workload_pod_live(pod_view(now[i]));
	if (!any)
		return CLOCK_NEVER;
	workload_list(server, "Node", NULL, &nodes);
	workload_list(server, "Pod", NULL, &pods);
	for (size_t i = 0; i < pods.n; i++) {
		const struct object *pod = pods.v[i];
		object_vec fresh = VEC_INIT;

		if (pod_view(pod)->node[0] || !workload_pod_live(pod_view(pod)))
			continue;
		workload_list(server, "Pod", NULL, &fresh);	/* with what was scheduled just now */
		schedule(server, pod, &nodes, &fresh);
		workload_list_release(&fresh);
	}
	workload_list_release(&pods);
	workload_list_release(&nodes);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "Pod", "Node", NULL };
const struct controller controller_scheduler = { "scheduler", watches, reconcile, NULL };
