/*
 * PodDisruptionBudgets.  Follows ValidatePodDisruptionBudgetSpec in pkg/apis/policy/validation/validation.go; names are
 * not looked at there, only that they can stand in a path.
 */
#include "server/podspec.h"

#include <stdlib.h>

static const struct place spec_at = { NULL, "spec", 0 };

static void
budget_validate(struct change *change)
{
	static const char *const fields[] = { "minAvailable", "maxUnavailable" };
	static const char *const policies[] = { "AlwaysAllow", "IfHealthyBudget", NULL };
	const struct value *spec = value_get(change->new, "spec");
	struct status *status = change->status;
	char *shown;

	if (value_get(spec, fields[0]) && value_get(spec, fields[1])) {
		shown = go_text("policy.PodDisruptionBudgetSpec", spec);
		place_invalid_text(
			status, &spec_at, NULL, shown, "minAvailable and maxUnavailable cannot be both set");
		free(shown);
	}
	for (size_t i = 0; i < 2; i++) {
		if (!value_get(spec, fields[i]))
			continue;
		workload_validate_count_or_percent(status, &spec_at, spec, fields[i]);
		workload_validate_whole_at_most(status, &spec_at, spec, fields[i]);
	}
	place_selector(status, &spec_at, spec, "selector");
	if (value_get(spec, "unhealthyPodEvictionPolicy"))
		place_one_of(status, &spec_at, spec, "unhealthyPodEvictionPolicy", policies);
}

const struct strategy strategy_pdb = {
	.kind = "PodDisruptionBudget",
	.check_name = check_path_segment,
	.validate = budget_validate,
};
