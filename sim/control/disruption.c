/*
 * PodDisruptionBudgets: how many of the pods that one selects may be evicted now
 * (pkg/controller/disruption/disruption.go).
 */
#include <string.h>

#include "control/controllers.h"
#include "control/events.h"
#include "control/workload.h"

struct budget {
	int64_t pods, healthy, expected, desired;
	bool unmanaged;		/* a pod has no controller that says how many there should be */
};

/* Who says how many pods there should be: the controller, or the Deployment above it; NULL. */
static const struct object *
scaler_of(const struct server *server, const struct object *pod)
{
	static const char *const scaled[] = { "ReplicaSet", "Deployment", "StatefulSet", "ReplicationController" };
	const struct object *found = NULL;

	for (const struct object *of = pod; of;) {
		const struct value *owner = workload_controller_of(of);
		const char *kind = value_get_text(owner, "kind"), *name = value_get_text(owner, "name");

		of = NULL;
		for (size_t i = 0; kind && name && i < sizeof scaled / sizeof scaled[0]; i++)
			if (strcmp(kind, scaled[i]) == 0)
				of = store_get(server->store, kind_by_kind(kind), pod->namespace, name);
		found = of ? of : found;
	}
	return found;
}

/* The sum of what the controllers of the pods ask for, each once. */
static int64_t
scale_of(const struct server *server, const object_vec *pods, bool *unmanaged)
{
	object_vec seen = VEC_INIT;
	int64_t scale = 0;

	for (size_t i = 0; i < pods->n; i++) {
		const struct object *scaler = scaler_of(server, pods->v[i]);
		bool known = false;

		*unmanaged |= !scaler;
		for (size_t s = 0; s < seen.n; s++)
			known |= seen.v[s] == scaler;
		if (!scaler || known)
			continue;
		*vec_push(&seen) = scaler;
		scale += workload_spec_int(scaler, "replicas", 1);
	}
	vec_release(&seen);
	return scale;
}

static void
compute(const struct server *server, const struct object *pdb, const object_vec *pods, struct budget *budget)
{
	const struct value *spec = value_get(pdb->root, "spec"), *least = value_get(spec, "minAvailable");
	const struct value *most = value_get(spec, "maxUnavailable");

	budget->pods = budget->expected = (int64_t)pods->n;
	if (most || value_text(least))
		budget->expected = scale_of(server, pods, &budget->unmanaged);
	budget->desired = most ? budget->expected - workload_share(most, budget->expected, true)
		: workload_share(least, budget->expected, true);
	if (budget->desired < 0)
		budget->desired = 0;
	for (size_t i = 0; i < pods->n; i++)
		budget->healthy += pod_view(pods->v[i])->ready && !object_is_deleting(pods->v[i]);
}

/* metav1.Condition: the time of transition stays while the status does, and the message is there though empty. */
static void
put_condition(
	const struct server *server, const struct object *pdb, struct arena *arena, struct value *status, bool allowed)
{
	const struct value *old = value_path(pdb->root, "status.conditions[0]");
	const char *word = allowed ? "True" : "False", *was = value_get_text(old, "status");
	struct value *condition = value_map(arena);
	char now[CLOCK_TEXT];

	clock_format(server->clock.now, now);
	value_set_text(arena, condition, "lastTransitionTime",
		was && strcmp(was, word) == 0 ? value_get_text(old, "lastTransitionTime") : now);
	value_set_text(arena, condition, "message", "");
	value_set_int(arena, condition, "observedGeneration", value_get_int(object_meta(pdb), "generation", 1));
	value_set_text(arena, condition, "reason", allowed ? "SufficientPods" : "InsufficientPods");
	value_set_text(arena, condition, "status", word);
	value_set_text(arena, condition, "type", "DisruptionAllowed");
	value_append(arena, value_make_list(arena, status, "conditions"), condition);
}

static void
write_status(struct server *server, const struct object *pdb, const struct budget *budget)
{
	int64_t allowed =
		budget->expected > 0 && budget->healthy > budget->desired ? budget->healthy - budget->desired : 0;
	struct arena arena = ARENA_INIT;
	struct value *status = value_map(&arena);

	put_condition(server, pdb, &arena, status, allowed > 0);
	value_set_int(&arena, status, "currentHealthy", budget->healthy);
	value_set_int(&arena, status, "desiredHealthy", budget->desired);
	value_set_int(&arena, status, "disruptionsAllowed", allowed);
	value_set_int(&arena, status, "expectedPods", budget->expected);
	value_set_int(&arena, status, "observedGeneration", value_get_int(object_meta(pdb), "generation", 1));
	if (workload_put_status(server, pdb, status)) {
		if (!budget->pods)
			event_record(server, EVENT_BUDGET_NO_PODS, pdb, NULL, "No matching pods found");
		if (budget->unmanaged)
			event_record(server, EVENT_BUDGET_UNMANAGED, pdb, NULL,
				"Pods selected by this PodDisruptionBudget were found to be unmanaged. As a result, the status of the PDB "
				"cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set "
				"\".spec.minAvailable\" field of the PDB to an integer value.");
	}
	arena_release(&arena);
}

static void
sync_budget(struct server *server, const struct object *pdb)
{
	const struct value *selector = value_path(pdb->root, "spec.selector");
	struct budget budget = { 0 };
	object_vec all = VEC_INIT, selected = VEC_INIT;

	workload_list(server, "Pod", pdb->namespace, &all);
	for (size_t i = 0; i < all.n; i++)
		if (selector_matches(selector, value_get(object_meta(all.v[i]), "labels")))
			*vec_push(&selected) = all.v[i];
	compute(server, pdb, &selected, &budget);
	write_status(server, pdb, &budget);
	vec_release(&selected);
	workload_list_release(&all);
}

static int64_t
reconcile(struct server *server)
{
	object_vec budgets = VEC_INIT;

	workload_list(server, "PodDisruptionBudget", NULL, &budgets);
	for (size_t i = 0; i < budgets.n; i++)
		sync_budget(server, budgets.v[i]);
	workload_list_release(&budgets);
	return CLOCK_NEVER;
}

static const char *const watches[] = { "PodDisruptionBudget", "Pod", "Deployment", "ReplicaSet", "StatefulSet",
	"ReplicationController", NULL };
const struct controller controller_disruption = { "disruption", watches, reconcile, NULL };
