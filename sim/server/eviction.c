/* Follows pkg/registry/core/pod/storage/eviction.go. */
#include "server/eviction.h"

#include <string.h>

#include "api/view.h"

/* What has ended, hasn't begun or is on its way out goes whatever a budget says. */
static bool
ignores_budgets(const struct object *pod)
{
	static const char *const phases[] = { "Succeeded", "Failed", "Pending" };
	const char *phase = value_get_text(value_get(pod->root, "status"), "phase");

	for (size_t i = 0; phase && i < sizeof phases / sizeof *phases; i++)
		if (strcmp(phases[i], phase) == 0)
			return true;
	return object_is_deleting(pod);
}

/* The pod's budget, and how many it has. */
static const struct object *
budget_of(const struct server *server, const struct object *pod, size_t *found)
{
	size_t n;
	const struct object *const *budgets = store_list(server->store, kind_by_kind("PodDisruptionBudget"), pod->namespace, &n);
	const struct object *budget = NULL;

	*found = 0;
	for (size_t i = 0; i < n; i++)
		if (selector_matches(value_path(budgets[i]->root, "spec.selector"), value_get(object_meta(pod), "labels"))) {
			budget = budgets[i];
			++*found;
		}
	return budget;
}

/* A pod that isn't ready harms nobody: by the policy always, else as long as the budget is met without it. */
static bool
is_no_loss(const struct object *pod, const struct object *budget)
{
	const char *policy = value_get_text(value_get(budget->root, "spec"), "unhealthyPodEvictionPolicy");
	const struct value *status = value_get(budget->root, "status");
	int64_t healthy = value_get_int(status, "currentHealthy", 0), desired = value_get_int(status, "desiredHealthy", 0);

	if (pod_view(pod)->ready)
		return false;
	return (policy && strcmp(policy, "AlwaysAllow") == 0) || (desired > 0 && healthy >= desired);
}

static bool
has_room(const struct object *budget)
{
	const struct value *status = value_get(budget->root, "status");

	return value_get_int(status, "observedGeneration", 0) >= value_get_int(object_meta(budget), "generation", 1) &&
		value_get_int(status, "disruptionsAllowed", 0) > 0;
}

int
eviction_do(struct server *server, const struct request *request, struct status *status)
{
	const struct object *pod = store_get(server->store, request->kind, request->namespace, request->name), *budget;
	size_t n;

	if (!pod)
		return status_not_found(status, request->kind, request->name);
	budget = budget_of(server, pod, &n);
	if (n > 1 && !ignores_budgets(pod))
		return status_set(status, STATUS_INTERNAL_ERROR, "This pod has more than one PodDisruptionBudget, which the eviction "
			"subresource does not support.");
	if (budget && !ignores_budgets(pod) && !is_no_loss(pod, budget) && !has_room(budget))
		return status_set(status, STATUS_TOO_MANY_REQUESTS, "Cannot evict pod as it would violate the pod's disruption budget.");
	return server_do(server, request, NULL, status);
}
