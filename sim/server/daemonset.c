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
	const char *type = value_get_text(update, "type");
	bool none_gone = workload_is_zero(value_get(rolling, "maxUnavailable")),
	     none_more = workload_is_zero(value_get(rolling, "maxSurge"));
	char *shown;

	if (!strcmp(type, "OnDelete"))
		return;
	if (strcmp(type, "RollingUpdate") != 0) {
		shown = go_text("apps.DaemonSetUpdateStrategy", update);
		place_unsupported(status, &at, NULL, shown, types);
		free(shown);
		return;
	}
	workload_validate_count_or_percent(status, &rolling_at, rolling, "maxUnavailable");
	workload_validate_count_or_percent(status, &rolling_at, rolling, "maxSurge");
	workload_validate_whole_at_most(status, &rolling_at, rolling, "maxUnavailable");
	workload_validate_whole_at_most(status, &rolling_at, rolling, "maxSurge");
	if (none_gone && none_more)
		place_required(status, &rolling_at, "maxUnavailable", "cannot be 0 when maxSurge is 0");
	else if (!none_gone && !none_more)
		workload_invalid_intstr(
			status, &rolling_at, rolling, "maxSurge", "may not be set when maxUnavailable is non-zero");
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

/* maxUnavailable is a field of a feature (MaxUnavailableStatefulSet) that v1.32 has switched off. */
static void
statefulset_prepare(struct change *change)
{
	struct value *rolling = value_path(change->new, "spec.updateStrategy.rollingUpdate");

	if (rolling)
		value_remove(rolling, "maxUnavailable");
	workload_prepare(change);
}

static void
either_validate(struct status *status, const struct place *path, const struct value *map, const char *field,
	const char *const words[2])
{
	const char *text = value_get_text(map, field);
	char *detail;

	if (!text || !*text) {
		place_required(status, path, field, NULL);
	} else if (strcmp(text, words[0]) != 0 && strcmp(text, words[1]) != 0) {
		detail = xasprintf("must be '%s' or '%s'", words[0], words[1]);
		place_invalid(status, path, field, value_get(map, field), detail);
		free(detail);
	}
}

static void
statefulset_update_validate(struct status *status, const struct value *spec)
{
	static const struct place at = { &spec_at, "updateStrategy", 0 }, rolling_at = { &at, "rollingUpdate", 0 };
	const struct value *update = value_get(spec, "updateStrategy"), *rolling = value_get(update, "rollingUpdate");
	const char *type = value_get_text(update, "type");
	char *shown;

	if (!strcmp(type, "RollingUpdate")) {
		place_not_negative(status, &rolling_at, rolling, "partition");
	} else if (strcmp(type, "OnDelete") != 0) {
		shown = go_text("apps.StatefulSetUpdateStrategy", update);
		place_invalid_text(status, &at, NULL, shown, "must be 'RollingUpdate' or 'OnDelete'");
		free(shown);
	} else if (rolling) {
		shown = go_text("apps.RollingUpdateStatefulSetStrategy", rolling);
		place_invalid_text(
			status, &rolling_at, NULL, shown, "only allowed for updateStrategy 'RollingUpdate'");
		free(shown);
	}
}

static void
retention_validate(struct status *status, const struct value *spec)
{
	static const char *const policies[] = { "Retain", "Delete", NULL };
	static const struct place at = { &spec_at, "persistentVolumeClaimRetentionPolicy", 0 };
	const struct value *retention = value_get(spec, at.field);

	if (!retention)
		return;
	place_one_of(status, &at, retention, "whenDeleted", policies);
	place_one_of(status, &at, retention, "whenScaled", policies);
}

/* The pod of the template is not looked at: its mounts may mean claims. */
static void
statefulset_template_validate(struct status *status, const struct value *spec)
{
	static const struct place annotations = { NULL, "spec.template.annotations", 0 };
	const struct value *template = value_get(spec, "template"), *meta = value_get(template, "metadata");

	workload_validate_labels(status, spec, &spec_at);
	validate_labels(status, value_get(meta, "labels"), "spec.template.labels");
	validate_annotations(status, value_get(meta, "annotations"), annotations.field);
	pod_annotations_validate(status, template, &annotations);
}

/* Whether anything differs that may not change. */
static bool
fixed_differs(struct arena *arena, const struct value *spec, const struct value *old)
{
	static const char *const free_fields[] = { "replicas", "ordinals", "template", "updateStrategy",
		"persistentVolumeClaimRetentionPolicy", "minReadySeconds" };
	struct value *now = value_copy(arena, spec), *before = value_copy(arena, old);

	for (size_t i = 0; i < sizeof free_fields / sizeof *free_fields; i++) {
		value_remove(now, free_fields[i]);
		value_remove(before, free_fields[i]);
	}
	return !value_equal(now, before);
}

static void
statefulset_validate(struct change *change)
{
	static const char *const policies[] = { "OrderedReady", "Parallel" };
	const struct value *spec = value_get(change->new, "spec");
	struct status *status = change->status;

	either_validate(status, &spec_at, spec, "podManagementPolicy", policies);
	statefulset_update_validate(status, spec);
	retention_validate(status, spec);
	place_not_negative(status, &spec_at, spec, "replicas");
	place_not_negative(status, &spec_at, spec, "minReadySeconds");
	if (value_get_int(value_get(spec, "ordinals"), "start", 0) < 0)
		place_invalid(status, &spec_at, "ordinals.start", value_path(spec, "ordinals.start"),
			"must be greater than or equal to 0");
	if (workload_validate_selector(status, spec, &spec_at, "statefulset", true))
		statefulset_template_validate(status, spec);
	else
		workload_refuse_selector(status, spec, &spec_at, "");
	workload_validate_restart(status, spec, &spec_at, "StatefulSet");
	if (change->old && fixed_differs(change->arena, spec, value_get(change->old, "spec")))
		place_forbidden(status, &spec_at, NULL,
			"updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
			"'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
}

static void
statefulset_warn(const struct change *change)
{
	workload_warn(change);
	if (value_get_int(value_get(change->new, "spec"), "revisionHistoryLimit", 0) < 0)
		status_warn(change->status,
			"spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 "
			"is recommended");
}

const struct strategy strategy_daemonset = {
	.kind = "DaemonSet",
	.defaults = daemonset_defaults,
	.prepare = workload_prepare,
	.validate = daemonset_validate,
	.warn = workload_warn,
};

const struct strategy strategy_statefulset = {
	.kind = "StatefulSet",
	.defaults = statefulset_defaults,
	.check_name = check_dns1123_label,
	.prepare = statefulset_prepare,
	.validate = statefulset_validate,
	.warn = statefulset_warn,
};
