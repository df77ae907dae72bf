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
	workload_validate_count_or_percent(status, path, rolling, "maxUnavailable");
	workload_validate_count_or_percent(status, path, rolling, "maxSurge");
	if (workload_is_zero(value_get(rolling, "maxUnavailable")) && workload_is_zero(value_get(rolling, "maxSurge")))
		workload_invalid_intstr(status, path, rolling, "maxUnavailable", "may not be 0 when `maxSurge` is 0");
	workload_validate_whole_at_most(status, path, rolling, "maxUnavailable");
}

static void
strategy_validate(struct status *status, const struct value *strategy, const struct place *path)
{
	static const char *const types[] = { "Recreate", "RollingUpdate", NULL };
	const struct place at = { path, "strategy", 0 }, rolling_at = { &at, "rollingUpdate", 0 };
	const struct value *rolling = value_get(strategy, "rollingUpdate");
	const char *type = value_get_text(strategy, "type");
	char *shown;

	if (!strcmp(type, "Recreate")) {
		if (rolling)
			place_forbidden(
				status, &rolling_at, NULL, "may not be specified when strategy `type` is 'Recreate'");
	} else if (!strcmp(type, "RollingUpdate")) {
		rolling_validate(status, rolling, &rolling_at);
	} else {
		shown = go_text("apps.DeploymentStrategy", strategy);
		place_unsupported(status, &at, NULL, shown, types);
		free(shown);
	}
}

/* Deployments and ReplicaSets are checked by the same words. */
static void
template_validate(struct status *status, const struct value *spec)
{
	if (workload_validate_selector(status, spec, &spec_at, "deployment", true))
		workload_validate_template(status, spec, &spec_at, "ReplicaSet");
	else
		workload_refuse_selector(status, spec, &spec_at, "invalid label selector");
}

static void
deployment_validate(struct change *change)
{
	const struct value *spec = value_get(change->new, "spec");
	int64_t ready = value_get_int(spec, "minReadySeconds", 0),
		deadline = value_get_int(spec, "progressDeadlineSeconds", 600);

	place_not_negative(change->status, &spec_at, spec, "replicas");
	template_validate(change->status, spec);
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
	template_validate(change->status, spec);
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
	static const char *const only_always[] = { "Always", NULL };
	const struct value *spec = value_get(change->new, "spec"), *selector = value_get(spec, "selector");
	const struct value *template = value_get(spec, "template"), *labels = value_path(template, "metadata.labels");
	const struct place template_at = { &spec_at, "template", 0 }, pod_at = { &template_at, "spec", 0 };
	char *shown;

	place_not_negative(change->status, &spec_at, spec, "minReadySeconds");
	if (!value_count(selector))
		place_required(change->status, &spec_at, "selector", NULL);
	place_not_negative(change->status, &spec_at, spec, "replicas");
	if (value_count(selector) && !selector_matches_map(selector, labels)) {
		shown = go_text("map[string]string", labels);
		place_invalid_text(change->status, &template_at, "metadata.labels", shown,
			"`selector` does not match template `labels`");
		free(shown);
	}
	pod_template_validate(change->status, template, "spec.template");
	if (strcmp(value_text(value_path(template, "spec.restartPolicy")), "Always") != 0)
		place_one_of(change->status, &pod_at, value_get(template, "spec"), "restartPolicy", only_always);
	if (value_path(template, "spec.activeDeadlineSeconds"))
		place_forbidden(change->status, &pod_at, "activeDeadlineSeconds",
			"activeDeadlineSeconds in ReplicationController is not Supported");
}

static void
named_warn(const struct change *change)
{
	workload_warn_name(change, "Pod names and hostnames");
	workload_warn(change);
}

const struct strategy strategy_deployment = {
	.kind = "Deployment",
	.defaults = deployment_defaults,
	.prepare = workload_prepare,
	.validate = deployment_validate,
	.warn = named_warn,
};

const struct strategy strategy_replicaset = {
	.kind = "ReplicaSet",
	.defaults = replicaset_defaults,
	.prepare = workload_prepare,
	.validate = replicaset_validate,
	.warn = named_warn,
};

const struct strategy strategy_replicationcontroller = {
	.kind = "ReplicationController",
	.check_name = check_dns1123_subdomain,
	.defaults = controller_defaults,
	.prepare = workload_prepare,
	.validate = controller_validate,
	.warn = named_warn,
};
