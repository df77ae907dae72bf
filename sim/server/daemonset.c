/*
 * DaemonSets and StatefulSets.  Follows pkg/apis/apps/v1/defaults.go and ValidateDaemonSetSpec and
 * ValidateStatefulSetSpec in pkg/apis/apps/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

static const struct place spec_at = { NULL, "spec", 0 };

static void
daemonset_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec"),
		     *update = value_make_map(arena, spec, "updateStrategy"), *rolling;

	pod_template_defaults(arena, spec);
	workload_set_default_int(arena, spec, "revisionHistoryLimit", 10);
	workload_set_default_text(arena, update, "type", "RollingUpdate");
	if (strcmp(value_get_text(update, "type"), "RollingUpdate") != 0)
		return;
	rolling = value_make_map(arena, update, "rollingUpdate");
	workload_set_default_int(arena, rolling, "maxUnavailable", 1);
	workload_set_default_int(arena, rolling, "maxSurge", 0);
}

static void
daemonset_update_validate(struct status *status, const struct value *update)
{
	static const char *const types[] = { "RollingUpdate", "OnDelete", NULL };
	static const struct place at = { NULL, "spec.updateStrategy", 0 }, rolling_at = { &at, "rollingUpdate", 0 };
	const struct value *rolling = value_get(update, "rollingUpdate");
	bool none_gone = workload_is_zero(value_get(rolling, "maxUnavailable"));
	char *shown;

	if (strcmp(value_get_text(update, "type"), "RollingUpdate") != 0) {
		place_word(status, &at, update, "type", types, true);
		return;
	}
	workload_validate_count_or_percent(status, &rolling_at, rolling, "maxUnavailable");
	workload_validate_count_or_percent(status, &rolling_at, rolling, "maxSurge");
	if (none_gone && workload_is_zero(value_get(rolling, "maxSurge"))) {
		place_required(status, &rolling_at, "maxUnavailable", "cannot be 0 when maxSurge is 0");
	} else if (!none_gone && !workload_is_zero(value_get(rolling, "maxSurge"))) {
		shown = workload_intstr_text(value_get(rolling, "maxSurge"));
		place_invalid_text(
			status, &rolling_at, "maxSurge", shown, "may not be set when maxUnavailable is non-zero");
		free(shown);
	}
}

static void
daemonset_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec");

	workload_validate_selector(change->status, spec, &spec_at, "daemonset", false);
	workload_validate_template(change->status, spec, &spec_at, "DaemonSet");
	place_not_negative(change->status, &spec_at, spec, "minReadySeconds");
	daemonset_update_validate(change->status, value_get(spec, "updateStrategy"));
	place_not_negative(change->status, &spec_at, spec, "revisionHistoryLimit");
	workload_validate_immutable_selector(change, &spec_at);
}

static void
claims_defaults(struct arena *arena, struct value *claims)
{
	for (size_t i = 0; i < value_count(claims); i++) {
		struct value *claim = value_at(claims, i);

		value_set_text(arena, claim, "apiVersion", "v1");
		value_set_text(arena, claim, "kind", "PersistentVolumeClaim");
		workload_set_default_text(arena, value_make_map(arena, claim, "spec"), "volumeMode", "Filesystem");
		workload_set_default_text(arena, value_make_map(arena, claim, "status"), "phase", "Pending");
	}
}

static void
statefulset_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec"),
		     *update = value_make_map(arena, spec, "updateStrategy");
	struct value *retention = value_make_map(arena, spec, "persistentVolumeClaimRetentionPolicy");

	pod_template_defaults(arena, spec);
	workload_set_default_text(arena, spec, "podManagementPolicy", "OrderedReady");
	workload_set_default_text(arena, update, "type", "RollingUpdate");
	if (!strcmp(value_get_text(update, "type"), "RollingUpdate"))
		workload_set_default_int(arena, value_make_map(arena, update, "rollingUpdate"), "partition", 0);
	workload_set_default_text(arena, retention, "whenDeleted", "Retain");
	workload_set_default_text(arena, retention, "whenScaled", "Retain");
	workload_set_default_int(arena, spec, "replicas", 1);
	workload_set_default_int(arena, spec, "revisionHistoryLimit", 10);
	claims_defaults(arena, value_get(spec, "volumeClaimTemplates"));
}

/* The pod of the template is not looked at: its mounts may mean claims. */
static void
statefulset_validate(struct change *change)
{
	static const char *const policies[] = { "OrderedReady", "Parallel", NULL };
	const struct value *spec = value_get(change->new, "spec");

	place_word(change->status, &spec_at, spec, "podManagementPolicy", policies, true);
	place_not_negative(change->status, &spec_at, spec, "replicas");
	place_not_negative(change->status, &spec_at, spec, "minReadySeconds");
	workload_validate_selector(change->status, spec, &spec_at, "statefulset", true);
	workload_validate_labels(change->status, spec, &spec_at);
	validate_labels(change->status, value_path(spec, "template.metadata.labels"), "spec.template.labels");
	workload_validate_restart(change->status, spec, &spec_at, "StatefulSet");
	workload_validate_immutable_selector(change, &spec_at);
}

const struct strategy strategy_daemonset = {
	.kind = "DaemonSet",
	.defaults = daemonset_defaults,
	.validate = daemonset_validate,
	.warn = workload_warn,
};

const struct strategy strategy_statefulset = {
	.kind = "StatefulSet",
	.defaults = statefulset_defaults,
	.validate = statefulset_validate,
	.warn = workload_warn,
};
