/*
 * The scheduler: a pod without a node gets, of the nodes that fit, one with the highest score; chance decides between
 * equals. (pkg/scheduler: schedule_one.go) Pods wait by priority, then by age.  A pod that fits nowhere is looked at
 * again whenever a pod or a node changes, and is heard of again every five minutes; one with scheduling gates, or for
 * another scheduler, isn't looked at.
 */
#include <stdlib.h>
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/preemption.h"
#include "control/score.h"
#include "control/workload.h"

#define FLUSH_TIME (300 * CLOCK_SECOND)	/* podMaxInUnschedulablePodsDuration */

/* ---- who waits ---- */

static bool
waits(const struct object *pod)
{
	const struct value *spec = value_get(pod->root, "spec");
	const char *scheduler = value_get_text(spec, "schedulerName");

	return !pod_view(pod)->node[0] && workload_pod_live(pod_view(pod)) &&
		!value_count(value_get(spec, "schedulingGates")) &&
		(!scheduler || strcmp(scheduler, "default-scheduler") == 0);
}

static int
by_turn(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a, *y = *(const struct object *const *)b;
	int64_t p = preemption_priority(x), q = preemption_priority(y);

	if (p != q)
		return p > q ? -1 : 1;
	p = object_created(x);
	q = object_created(y);
	if (p != q)
		return p < q ? -1 : 1;
	return x->version < y->version ? -1 : 1;
}

static void
find_waiting(struct server *server, object_vec *waiting)
{
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);

	for (size_t i = 0; i < n; i++)
		if (waits(pods[i]))
			*vec_push(waiting) = object_ref(pods[i]);
	if (waiting->n)
		qsort(waiting->v, waiting->n, sizeof *waiting->v, by_turn);
}

/* ---- where to ---- */

/* All the same good: each with the same chance. */
static const struct roster_node *
best_of(struct placing *placing, const struct roster_node *const *fit, size_t n)
{
	int64_t *totals = xcalloc(n, sizeof *totals);
	const struct roster_node *best = fit[0];
	int64_t most = INT64_MIN;
	uint64_t equals = 0;

	score_nodes(placing, fit, n, totals);
	for (size_t i = 0; i < n; i++) {
		if (totals[i] < most)
			continue;
		equals = totals[i] == most ? equals + 1 : 1;
		most = totals[i];
		if (rng_below(&placing->roster->server->rng, equals) == 0)
			best = fit[i];
	}
	free(totals);
	return best;
}

static const struct roster_node *
choose(struct placing *placing, enum fit *fits, reason_vec *reasons)
{
	const struct roster *roster = placing->roster;
	VEC(const struct roster_node *) fit = VEC_INIT;
	const struct roster_node *best = NULL;

	for (size_t i = 0; i < roster->nodes.n; i++) {
		fits[i] = placing_fits(placing, &roster->nodes.v[i], reasons);
		if (fits[i] == FIT)
			*vec_push(&fit) = &roster->nodes.v[i];
	}
	if (fit.n == 1)
		best = fit.v[0];
	else if (fit.n)
		best = best_of(placing, fit.v, fit.n);
	vec_release(&fit);
	return best;
}

/* ---- what comes of it ---- */

static void
bind(struct roster *roster, const struct object *pod, const char *node)
{
	struct server *server = roster->server;
	struct object *copy = object_copy(pod);
	struct value *status = value_make_map(&copy->arena, copy->root, "status");
	const struct condition condition = { "PodScheduled", "True", "", "", false, true };

	value_set_text(&copy->arena, value_get(copy->root, "spec"), "nodeName", node);
	workload_condition(&copy->arena, status, &condition, server->clock.now);
	workload_commit(server, pod, copy);
	event_record(server, EVENT_SCHEDULED, pod, NULL, "Successfully assigned %s/%s to %s", pod->namespace, pod->name,
		node);
	roster_add(roster, roster_node(roster, node), store_get(server->store, pod->kind, pod->namespace, pod->name));
}

static int64_t
said_last(const struct server *server, const struct object *pod)
{
	return event_last(server, EVENT_FAILED_SCHEDULING, pod, NULL);
}

static void
give_up(struct server *server, const struct object *pod, const struct roster_node *nominated, const char *why)
{
	struct object *copy = object_copy(pod);
	struct value *status = value_make_map(&copy->arena, copy->root, "status");
	const struct condition condition = { "PodScheduled", "False", "Unschedulable", why, false, true };

	if (nominated)
		value_set_text(&copy->arena, status, "nominatedNodeName", nominated->node->object->name);
	workload_condition(&copy->arena, status, &condition, server->clock.now);
	if (workload_commit(server, pod, copy) || said_last(server, pod) + FLUSH_TIME <= server->clock.now)
		event_record(server, EVENT_FAILED_SCHEDULING, pod, NULL, "%s", why);
}

/* The room that a pod has made for itself is taken for those that come after it. */
static void
reserve(struct roster *roster, const struct object *pod)
{
	const struct object *now = store_get(roster->server->store, pod->kind, pod->namespace, pod->name);
	const char *name = now ? value_text(value_path(now->root, "status.nominatedNodeName")) : NULL;
	struct roster_node *node = name ? roster_node(roster, name) : NULL;

	if (node)
		roster_add(roster, node, now);
}

static void
fail(struct placing *placing, const enum fit *fits, const reason_vec *reasons)
{
	struct roster *roster = placing->roster;
	const struct roster_node *nominated = NULL;
	struct str text = STR_INIT, preemption = STR_INIT;

	/* A pod's leaving is no reason to try again, only its having left. */
	if (preemption_goes_on(placing, fits) &&
		said_last(roster->server, placing->pod) + FLUSH_TIME > roster->server->clock.now) {
		reserve(roster, placing->pod);
		return;
	}
	if (roster->nodes.n) {
		preemption_explain(roster->nodes.n, reasons, &text);
		nominated = preemption_try(placing, fits, &preemption);
		if (preemption.len)
			str_addf(&text, " preemption: %s", preemption.buf);
	} else
		str_add(&text, "no nodes available to schedule pods");
	give_up(roster->server, placing->pod, nominated, text.buf);
	reserve(roster, placing->pod);
	str_release(&preemption);
	str_release(&text);
}

static void
schedule(struct roster *roster, const struct object *pod)
{
	struct placing placing;
	reason_vec reasons = VEC_INIT;
	enum fit *fits = xcalloc(roster->nodes.n + 1, sizeof *fits);
	const struct roster_node *node;

	placing_init(&placing, pod, roster);
	node = choose(&placing, fits, &reasons);
	if (node)
		bind(roster, pod, node->node->object->name);
	else
		fail(&placing, fits, &reasons);
	placing_release(&placing);
	vec_release(&reasons);
	free(fits);
}

static int64_t
reconcile(struct server *server)
{
	object_vec waiting = VEC_INIT;
	struct roster roster;

	find_waiting(server, &waiting);
	if (waiting.n) {
		roster_init(&roster, server);
		for (size_t i = 0; i < waiting.n; i++)
			schedule(&roster, waiting.v[i]);
		roster_release(&roster);
	}
	workload_list_release(&waiting);
	return CLOCK_NEVER;
}

/* When a pod that waits is tried again though nothing has changed. */
static int64_t
later(const struct server *server)
{
	size_t n;
	const struct object *const *pods = store_list(server->store, kind_by_kind("Pod"), NULL, &n);
	int64_t next = CLOCK_NEVER;

	for (size_t i = 0; i < n; i++) {
		int64_t said = waits(pods[i]) ? said_last(server, pods[i]) : 0;

		if (said && said + FLUSH_TIME < next)
			next = said + FLUSH_TIME;
	}
	return next;
}

static const char *const watches[] = { "Pod", "Node", NULL };
const struct controller controller_scheduler = { "scheduler", watches, reconcile, later };
