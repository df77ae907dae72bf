/*
 * Deployments, ReplicaSets and ReplicationControllers.  Follows pkg/apis/apps/v1/defaults.go, ValidateDeploymentSpec
 * and ValidateReplicaSetSpec in pkg/apis/apps/validation/validation.go, and ValidateReplicationControllerSpec in
 * pkg/apis/core/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

static const struct place spec_at = { NULL, "spec", 0 };

static void
deployment_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec"), *strategy = value_make_map(arena, spec, "strategy"),
		     *rolling;

	pod_template_defaults(arena, spec);
	workload_set_default_int(arena, spec, "replicas", 1);
	workload_set_default_int(arena, spec, "revisionHistoryLimit", 10);
	workload_set_default_int(arena, spec, "progressDeadlineSeconds", 600);
	workload_set_default_text(arena, strategy, "type", "RollingUpdate");
	if (strcmp(value_get_text(strategy, "type"), "RollingUpdate") != 0)
		return;
	rolling = value_make_map(arena, strategy, "rollingUpdate");
	if (!value_get(rolling, "maxUnavailable"))
		value_set_text(arena, rolling, "maxUnavailable", "25%");
	if (!value_get(rolling, "maxSurge"))
		value_set_text(arena, rolling, "maxSurge", "25%");
}

static void
rolling_validate(struct status *status, const struct value *rolling, const struct place *path)
{
	const struct value *unavailable = value_get(rolling, "maxUnavailable");
	const char *text = value_text(unavailable);
	char *shown = workload_intstr_text(unavailable);

	workload_validate_count_or_percent(status, path, rolling, "maxUnavailable");
	workload_validate_count_or_percent(status, path, rolling, "maxSurge");
	if (workload_is_zero(unavailable) && workload_is_zero(value_get(rolling, "maxSurge")))
		place_invalid_text(status, path, "maxUnavailable", shown, "may not be 0 when `maxSurge` is 0");
	if (text && strtol(text, NULL, 10) > 100)
		place_invalid_text(status, path, "maxUnavailable", shown, "must not be greater than 100%");
	free(shown);
}

static void
strategy_validate(struct status *status, const struct value *strategy, const struct place *path)
{
	static const char *const types[] = { "Recreate", "RollingUpdate", NULL };
	const struct place at = { path, "strategy", 0 }, rolling_at = { &at, "rollingUpdate", 0 };
	const struct value *rolling = value_get(strategy, "rollingUpdate");
	const char *type = value_get_text(strategy, "type");
	char *path_text, *shown;

	if (!strcmp(type, "Recreate")) {
		if (rolling)
			place_forbidden(
				status, &rolling_at, NULL, "may not be specified when strategy `type` is 'Recreate'");
	} else if (!strcmp(type, "RollingUpdate")) {
		rolling_validate(status, rolling, &rolling_at);
	} else {
		path_text = place_text(&at);
		shown = xasprintf(
			"apps.DeploymentStrategy{Type:\"%s\", RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}",
			type);
		status_unsupported(status, path_text, shown, types);
		free(shown);
		free(path_text);
	}
}

static void
deployment_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec");
	int64_t ready = value_get_int(spec, "minReadySeconds", 0),
		deadline = value_get_int(spec, "progressDeadlineSeconds", 600);

	place_not_negative(change->status, &spec_at, spec, "replicas");
	workload_validate_selector(change->status, spec, &spec_at, "deployment", true);
	workload_validate_template(change->status, spec, &spec_at, "ReplicaSet");
	strategy_validate(change->status, value_get(spec, "strategy"), &spec_at);
	place_not_negative(change->status, &spec_at, spec, "minReadySeconds");
	place_not_negative(change->status, &spec_at, spec, "revisionHistoryLimit");
	place_not_negative(change->status, &spec_at, spec, "progressDeadlineSeconds");
	if (deadline <= ready)
		place_invalid(change->status, &spec_at, "progressDeadlineSeconds",
			value_get(spec, "progressDeadlineSeconds"), "must be greater than minReadySeconds");
	workload_validate_immutable_selector(change, &spec_at);
}

static void
replicaset_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec");

	pod_template_defaults(arena, spec);
	workload_set_default_int(arena, spec, "replicas", 1);
}

static void
replicaset_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec");

	place_not_negative(change->status, &spec_at, spec, "replicas");
	place_not_negative(change->status, &spec_at, spec, "minReadySeconds");
	workload_validate_selector(change->status, spec, &spec_at, "replicaset", true);
	workload_validate_template(change->status, spec, &spec_at, "ReplicaSet");
	workload_validate_immutable_selector(change, &spec_at);
}

/* Selector and labels come from the template's labels where there are none. */
static void
controller_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec"), *meta = value_make_map(arena, object, "metadata");
	const struct value *labels = value_path(spec, "template.metadata.labels");

	pod_template_defaults(arena, spec);
	workload_set_default_int(arena, spec, "replicas", 1);
	if (!value_count(labels))
		return;
	if (!value_count(value_get(spec, "selector")))
		value_set(arena, spec, "selector", value_copy(arena, labels));
	if (!value_count(value_get(meta, "labels")))
		value_set(arena, meta, "labels", value_copy(arena, labels));
}

static void
controller_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec"), *selector = value_get(spec, "selector");
	const struct value *template = value_get(spec, "template"), *labels = value_path(template, "metadata.labels");
	const struct place template_at = { &spec_at, "template", 0 };

	place_not_negative(change->status, &spec_at, spec, "minReadySeconds");
	if (!value_count(selector))
		place_required(change->status, &spec_at, "selector", NULL);
	else if (!selector_matches_map(selector, labels))
		place_invalid(change->status, &template_at, "metadata.labels", labels,
			"`selector` does not match template `labels`");
	place_not_negative(change->status, &spec_at, spec, "replicas");
	pod_template_validate(change->status, template, "spec.template");
}

const struct strategy strategy_deployment = {
	.kind = "Deployment",
	.defaults = deployment_defaults,
	.validate = deployment_validate,
	.warn = workload_warn,
};

const struct strategy strategy_replicaset = {
	.kind = "ReplicaSet",
	.defaults = replicaset_defaults,
	.validate = replicaset_validate,
	.warn = workload_warn,
};

const struct strategy strategy_replicationcontroller = {
	.kind = "ReplicationController",
	.check_name = check_dns1123_subdomain,
	.defaults = controller_defaults,
	.validate = controller_validate,
	.warn = workload_warn,
};
