/*
 * The scheduler: a pod without a node gets the node that fits it with the fewest pods of the same owner, then the fewest
 * pods at all; chance decides between equals.  (The real one scores by resources, too; its default spreading has the same effect.)
 */
#include <string.h>

#include "control/controllers.h"
#include "control/placement.h"
#include "control/workload.h"

struct tally {
	size_t nodes, selector, cordoned;
	VEC(const struct value *) taints;
};

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

static void
explain(const struct tally *tally, struct str *text)
{
	const char *comma = " ";

	str_addf(text, "0/%zu nodes are available:", tally->nodes);
	if (tally->selector) {
		str_addf(text, "%s%zu node(s) didn't match Pod's node affinity/selector", comma, tally->selector);
		comma = ", ";
	}
	for (size_t i = 0; i < tally->taints.n; i++) {
		const char *key = value_get_text(tally->taints.v[i], "key");
		const char *value = value_get_text(tally->taints.v[i], "value");

		str_addf(text, "%s1 node(s) had untolerated taint {%s: %s}", comma, key ? key : "", value ? value : "");
		comma = ", ";
	}
	if (tally->cordoned)
		str_addf(text, "%s%zu node(s) were unschedulable", comma, tally->cordoned);
	str_addf(text, ". preemption: 0/%zu nodes are available: %zu Preemption is not helpful for scheduling.",
		tally->nodes, tally->nodes);
}

static const struct object *
choose(struct server *server, const struct object *pod, const object_vec *nodes, const object_vec *pods,
	struct tally *tally)
{
	const struct object *best = NULL;
	size_t least = 0;
	uint64_t equals = 0;

	tally->nodes = nodes->n;
	for (size_t i = 0; i < nodes->n; i++) {
		const struct value *taint;
		enum placement placement = placement_of(value_get(pod->root, "spec"), node_view(nodes->v[i]), &taint);
		size_t score;

		tally->selector += placement == PLACEMENT_SELECTOR;
		tally->cordoned += placement == PLACEMENT_CORDONED;
		if (placement == PLACEMENT_TAINT)
			*vec_push(&tally->taints) = taint;
		if (placement != PLACEMENT_OK)
			continue;
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
schedule(struct server *server, const struct object *pod, const object_vec *nodes, const object_vec *pods)
{
	struct tally tally = { .taints = VEC_INIT };
	const struct object *node = choose(server, pod, nodes, pods, &tally);
	struct object *copy = object_copy(pod);
	struct value *status = value_make_map(&copy->arena, copy->root, "status");
	struct condition condition = { "PodScheduled", node ? "True" : "False", node ? "" : "Unschedulable", "", false, true };
	struct str why = STR_INIT;

	if (node)
		value_set_text(&copy->arena, value_get(copy->root, "spec"), "nodeName", node->name);
	else
		explain(&tally, &why);
	condition.message = why.buf;
	workload_condition(&copy->arena, status, &condition, server->clock.now);
	workload_commit(server, pod, copy);
	str_release(&why);
	vec_release(&tally.taints);
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
const struct controller controller_scheduler = { "scheduler", watches, reconcile };
