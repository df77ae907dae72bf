#include "control/preemption.h"

#include <stdlib.h>
#include <string.h>

#include "control/events.h"

/* What it would cost on one node: the victims, the most important first. */
struct candidate {
	struct roster_node *node;
	object_vec victims;
};
typedef VEC(struct candidate) candidate_vec;

int64_t
preemption_priority(const struct object *pod)
{
	return value_get_int(value_get(pod->root, "spec"), "priority", 0);
}

/* ---- what is said ---- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
preemption_explain(size_t nodes, const reason_vec *reasons, struct str *text)
{
	reason_vec sorted = VEC_INIT;
	VEC(char *) lines = VEC_INIT;

	for (size_t i = 0; i < reasons->n; i++)
		*vec_push(&sorted) = reasons->v[i];
	if (sorted.n)
		qsort(sorted.v, sorted.n, sizeof *sorted.v, by_text);
	for (size_t i = 0, next; i < sorted.n; i = next) {
		for (next = i; next < sorted.n && strcmp(sorted.v[i], sorted.v[next]) == 0;)
			next++;
		*vec_push(&lines) = xasprintf("%zu %s", next - i, sorted.v[i]);
	}
	if (lines.n)
		qsort(lines.v, lines.n, sizeof *lines.v, by_text);
	str_addf(text, "0/%zu nodes are available:", nodes);
	for (size_t i = 0; i < lines.n; i++) {
		str_addf(text, "%s%s", i ? ", " : " ", lines.v[i]);
		free(lines.v[i]);
	}
	str_addch(text, '.');
	vec_release(&lines);
	vec_release(&sorted);
}

/* ---- may it? ---- */

static const char *
nominated_node(const struct object *pod)
{
	const char *name = value_text(value_path(pod->root, "status.nominatedNodeName"));

	return name ? name : "";
}

bool
preemption_goes_on(const struct placing *placing, const enum fit *fits)
{
	const struct roster_node *node = roster_node(placing->roster, nominated_node(placing->pod));

	for (size_t i = 0; node && fits[node->index] != FIT_NEVER && i < node->pods.n; i++)
		if (object_is_deleting(node->pods.v[i].pod) &&
			preemption_priority(node->pods.v[i].pod) < preemption_priority(placing->pod))
			return true;
	return false;
}

static const char *
not_eligible(const struct placing *placing, const enum fit *fits)
{
	const char *policy = value_get_text(placing->spec, "preemptionPolicy");

	if (policy && strcmp(policy, "Never") == 0)
		return "not eligible due to preemptionPolicy=Never.";
	return preemption_goes_on(placing, fits) ? "not eligible due to a terminating pod on the nominated node."
		: NULL;
}

/* ---- one node: SelectVictimsOnNode ---- */

static int64_t
start_of(const struct object *pod)
{
	return workload_time(value_get(pod->root, "status"), "startTime");
}

/* The higher priority first, then the one that has run longer. */
static int
by_importance(const void *a, const void *b)
{
	const struct object *x = *(const struct object *const *)a, *y = *(const struct object *const *)b;
	int64_t p = preemption_priority(x), q = preemption_priority(y);

	if (p != q)
		return p > q ? -1 : 1;
	return start_of(x) == start_of(y) ? strcmp(x->name, y->name) : start_of(x) < start_of(y) ? -1 : 1;
}

static void
take_out(struct roster_node *node, const struct object *pod)
{
	for (size_t i = node->pods.n; i-- > 0;)
		if (node->pods.v[i].pod == pod)
			roster_take_out(node, i);
}

static void
restore(struct roster *roster, struct roster_node *node, const object_vec *pods)
{
	while (node->pods.n)
		roster_take_out(node, node->pods.n - 1);
	for (size_t i = 0; i < pods->n; i++)
		roster_add(roster, node, pods->v[i]);
}

static bool
fits_now(struct placing *placing, const struct roster_node *node, reason_vec *reasons)
{
	placing_recount(placing);
	return placing_fits(placing, node, reasons) == FIT;
}

/* All lesser pods are gone; those that do no harm come back, the most important first. */
static void
reprieve(struct placing *placing, struct roster_node *node, const object_vec *lesser, object_vec *victims)
{
	reason_vec ignored = VEC_INIT;

	for (size_t i = 0; i < lesser->n; i++) {
		roster_add(placing->roster, node, lesser->v[i]);
		if (fits_now(placing, node, &ignored))
			continue;
		take_out(node, lesser->v[i]);
		*vec_push(victims) = lesser->v[i];
	}
	vec_release(&ignored);
}

static void
try_node(struct placing *placing, struct roster_node *node, candidate_vec *candidates, reason_vec *reasons)
{
	object_vec all = VEC_INIT, lesser = VEC_INIT;
	struct candidate candidate = { node, VEC_INIT };

	for (size_t i = 0; i < node->pods.n; i++) {
		*vec_push(&all) = node->pods.v[i].pod;
		if (preemption_priority(node->pods.v[i].pod) < preemption_priority(placing->pod))
			*vec_push(&lesser) = node->pods.v[i].pod;
	}
	for (size_t i = 0; i < lesser.n; i++)
		take_out(node, lesser.v[i]);
	if (!lesser.n) {
		*vec_push(reasons) = "No preemption victims found for incoming pod";
	} else if (fits_now(placing, node, reasons)) {
		qsort(lesser.v, lesser.n, sizeof *lesser.v, by_importance);
		reprieve(placing, node, &lesser, &candidate.victims);
		*vec_push(candidates) = candidate;
	}
	restore(placing->roster, node, &all);
	vec_release(&lesser);
	vec_release(&all);
}

/* ---- which node: pickOneNodeForPreemption ---- */

/* Below zero when a is the better one: its victims matter less, are fewer, started later. */
static int
compare(const struct candidate *a, const struct candidate *b)
{
	int64_t first[2] = { 0, 0 }, sum[2] = { 0, 0 };
	const struct candidate *both[2] = { a, b };

	for (size_t k = 0; k < 2; k++) {
		if (both[k]->victims.n)
			first[k] = preemption_priority(both[k]->victims.v[0]);
		for (size_t i = 0; i < both[k]->victims.n; i++)
			sum[k] += preemption_priority(both[k]->victims.v[i]) + INT64_C(2147483648);
	}
	if (first[0] != first[1])
		return first[0] < first[1] ? -1 : 1;
	if (sum[0] != sum[1])
		return sum[0] < sum[1] ? -1 : 1;
	if (a->victims.n != b->victims.n)
		return a->victims.n < b->victims.n ? -1 : 1;
	return a->victims.n && start_of(a->victims.v[0]) > start_of(b->victims.v[0]) ? -1 : 0;
}

static void
drive_out(struct placing *placing, const struct roster_node *node, const struct object *victim)
{
	struct server *server = placing->roster->server;
	const struct object *now = store_get(server->store, victim->kind, victim->namespace, victim->name);
	const struct condition condition = { "DisruptionTarget", "True", "PreemptionByScheduler",
		"default-scheduler: preempting to accommodate a higher priority pod", false, true };
	struct object *copy;

	if (!now || object_is_deleting(now))
		return;
	copy = object_copy(now);
	workload_condition(&copy->arena, value_make_map(&copy->arena, copy->root, "status"), &condition,
		server->clock.now);
	workload_commit(server, now, copy);
	workload_delete(server, victim);
	event_record(server, EVENT_PREEMPTED, victim, NULL, "Preempted by pod %s on node %s", object_uid(placing->pod),
		node->node->object->name);
}

const struct roster_node *
preemption_try(struct placing *placing, const enum fit *fits, struct str *why)
{
	const char *barred = not_eligible(placing, fits);
	candidate_vec candidates = VEC_INIT;
	reason_vec reasons = VEC_INIT;
	const struct candidate *best = NULL;
	const struct roster_node *node;

	if (barred) {
		str_add(why, barred);
		return NULL;
	}
	for (size_t i = 0; i < placing->roster->nodes.n; i++)
		if (fits[i] == FIT_NEVER)
			*vec_push(&reasons) = "Preemption is not helpful for scheduling";
		else
			try_node(placing, &placing->roster->nodes.v[i], &candidates, &reasons);
	for (size_t i = 0; i < candidates.n; i++)
		if (!best || compare(&candidates.v[i], best) < 0)
			best = &candidates.v[i];
	node = best ? best->node : NULL;
	for (size_t i = 0; best && i < best->victims.n; i++)
		drive_out(placing, node, best->victims.v[i]);
	if (!best)
		preemption_explain(placing->roster->nodes.n, &reasons, why);
	for (size_t i = 0; i < candidates.n; i++)
		vec_release(&candidates.v[i].victims);
	vec_release(&candidates);
	vec_release(&reasons);
	return node;
}
