/*
 * HorizontalPodAutoscalers.  Follows pkg/apis/autoscaling/v2/defaults.go and ValidateHorizontalPodAutoscaler in
 * pkg/apis/autoscaling/validation/validation.go.
 */
#include "server/podspec.h"

#include <stdlib.h>
#include <string.h>

#include "api/quantity.h"

#define CPU_UTILIZATION 80
#define PERIOD_SECONDS 15
#define PERIOD_MAX 1800
#define WINDOW_MAX 3600

static const struct place spec_at = { NULL, "spec", 0 };

static void
add_policy(struct arena *arena, struct value *rules, const char *type, int64_t amount)
{
	struct value *policy = value_map(arena);

	value_set_text(arena, policy, "type", type);
	value_set_int(arena, policy, "value", amount);
	value_set_int(arena, policy, "periodSeconds", PERIOD_SECONDS);
	value_append(arena, value_make_list(arena, rules, "policies"), policy);
}

/* A behavior that says anything of one direction has all of both. */
static void
behavior_defaults(struct arena *arena, struct value *behavior)
{
	static const char *const directions[] = { "scaleUp", "scaleDown" };

	for (size_t i = 0; i < 2; i++) {
		struct value *rules = value_make_map(arena, behavior, directions[i]);

		workload_set_default_text(arena, rules, "selectPolicy", "Max");
		if (i == 0)
			workload_set_default_int(arena, rules, "stabilizationWindowSeconds", 0);
		if (value_get(rules, "policies"))
			continue;
		if (i == 0)
			add_policy(arena, rules, "Pods", 4);
		add_policy(arena, rules, "Percent", 100);
	}
}

static void
hpa_defaults(struct arena *arena, struct value *object)
{
	struct value *spec = value_make_map(arena, object, "spec"), *metric, *resource;

	workload_set_default_int(arena, spec, "minReplicas", 1);
	if (value_get(spec, "behavior"))
		behavior_defaults(arena, value_get(spec, "behavior"));
	if (value_count(value_get(spec, "metrics")))
		return;
	metric = value_map(arena);
	value_set_text(arena, metric, "type", "Resource");
	resource = value_make_map(arena, metric, "resource");
	value_set_text(arena, resource, "name", "cpu");
	value_set_text(arena, value_make_map(arena, resource, "target"), "type", "Utilization");
	value_set_int(arena, value_get(resource, "target"), "averageUtilization", CPU_UTILIZATION);
	value_append(arena, value_make_list(arena, spec, "metrics"), metric);
}

static void
segment_validate(
	struct status *status, const struct value *map, const char *field, const char *missing, const struct place *at)
{
	if (place_has_text(map, field))
		place_check(status, at, map, field, check_path_segment);
	else
		place_required(status, at, field, missing);
}

static void
reference_validate(struct status *status, const struct value *owner, const char *field, const struct place *path)
{
	const struct place at = { path, field, 0 };

	segment_validate(status, value_get(owner, field), "kind", NULL, &at);
	segment_validate(status, value_get(owner, field), "name", NULL, &at);
}

static void
amount_validate(struct status *status, const struct value *target, const char *field, const struct place *at)
{
	const char *text = value_get_text(target, field);
	char *shown;

	if (!text || quantity_compare(text, "0") > 0)
		return;
	shown = go_text("resource.Quantity", value_get(target, field));
	place_invalid_text(status, at, field, shown, "must be positive");
	free(shown);
}

static void
target_validate(struct status *status, const struct value *target, const struct place *at)
{
	static const char *const types[] = { "Utilization", "Value", "AverageValue" };
	const char *type = value_get_text(target, "type");
	bool known = false;

	for (size_t i = 0; i < 3; i++)
		known |= type && !strcmp(types[i], type);
	if (!type || !*type)
		place_required(status, at, "type", "must specify a metric target type");
	if (!known)
		place_invalid_member(
			status, at, target, "type", "must be either Utilization, Value, or AverageValue");
	amount_validate(status, target, "value", at);
	amount_validate(status, target, "averageValue", at);
	if (value_get_int(target, "averageUtilization", 1) < 1)
		place_invalid(status, at, "averageUtilization", value_get(target, "averageUtilization"),
			"must be greater than 0");
}

static void
identifier_validate(struct status *status, const struct value *source, const struct place *path)
{
	const struct place at = { path, "metric", 0 };

	segment_validate(status, value_get(source, "metric"), "name", "must specify a metric name", &at);
}

static void
object_validate(struct status *status, const struct value *source, const struct place *at)
{
	const struct value *target = value_get(source, "target");
	const struct place target_at = { at, "target", 0 };

	reference_validate(status, source, "describedObject", at);
	identifier_validate(status, source, at);
	target_validate(status, target, &target_at);
	if (!value_get(target, "value") && !value_get(target, "averageValue"))
		place_required(status, &target_at, "averageValue", "must set either a target value or averageValue");
}

static void
external_validate(struct status *status, const struct value *source, const struct place *at)
{
	const struct value *target = value_get(source, "target");
	const struct place target_at = { at, "target", 0 };

	identifier_validate(status, source, at);
	target_validate(status, target, &target_at);
	if (!value_get(target, "value") && !value_get(target, "averageValue"))
		place_required(status, &target_at, "averageValue",
			"must set either a target value for metric or a per-pod target");
	if (value_get(target, "value") && value_get(target, "averageValue"))
		place_forbidden(status, &target_at, "value",
			"may not set both a target value for metric and a per-pod target");
}

static void
pods_validate(struct status *status, const struct value *source, const struct place *at)
{
	const struct place target_at = { at, "target", 0 };

	identifier_validate(status, source, at);
	target_validate(status, value_get(source, "target"), &target_at);
	if (!value_get(value_get(source, "target"), "averageValue"))
		place_required(status, &target_at, "averageValue", "must specify a positive target averageValue");
}

static void
resource_target_validate(struct status *status, const struct value *source, const struct place *at)
{
	const struct value *target = value_get(source, "target");
	const struct place target_at = { at, "target", 0 };

	target_validate(status, target, &target_at);
	if (!value_get(target, "averageUtilization") && !value_get(target, "averageValue"))
		place_required(status, &target_at, "averageUtilization",
			"must set either a target raw value or a target utilization");
	if (value_get(target, "averageUtilization") && value_get(target, "averageValue"))
		place_forbidden(status, &target_at, "averageValue",
			"may not set both a target raw value and a target utilization");
}

static void
resource_validate(struct status *status, const struct value *source, const struct place *at)
{
	if (!place_has_text(source, "name"))
		place_required(status, at, "name", "must specify a resource name");
	resource_target_validate(status, source, at);
}

static void
container_validate(struct status *status, const struct value *source, const struct place *at)
{
	const struct place name_at = { at, "name", 0 };

	if (!place_has_text(source, "name"))
		place_required(status, at, "name", "must specify a resource name");
	else
		resource_name_validate(status, value_get_text(source, "name"), &name_at);
	if (!place_has_text(source, "container"))
		place_required(status, at, "container", "must specify a container");
	else
		place_check(status, at, source, "container", check_dns1123_label);
	resource_target_validate(status, source, at);
}

/* In the order in which the server looks for them; only the first is looked into. */
static const struct {
	const char *type, *field;
	void (*validate)(struct status *status, const struct value *source, const struct place *at);
} sources[] = {
	{ "Object", "object", object_validate },
	{ "External", "external", external_validate },
	{ "Pods", "pods", pods_validate },
	{ "Resource", "resource", resource_validate },
	{ "ContainerResource", "containerResource", container_validate },
};
#define NSOURCES (sizeof sources / sizeof *sources)

static void
metric_validate(struct status *status, const struct value *metric, const struct place *at)
{
	static const char *const types[] = { "ContainerResource", "External", "Object", "Pods", "Resource", NULL };
	const char *type = value_get_text(metric, "type"), *expected = NULL;
	size_t present = 0;

	if (!type || !*type)
		place_required(status, at, "type", "must specify a metric source type");
	place_one_of(status, at, metric, "type", types);
	for (size_t i = 0; i < NSOURCES; i++) {
		const struct place inner = { at, sources[i].field, 0 };

		if (value_get(metric, sources[i].field) && !present++)
			sources[i].validate(status, value_get(metric, sources[i].field), &inner);
		if (type && !strcmp(sources[i].type, type))
			expected = sources[i].field;
	}
	if (expected && !value_get(metric, expected))
		place_required(status, at, expected, "must populate information for the given metric source");
	for (size_t i = 0; present != 1 && i < NSOURCES; i++) {
		if (value_get(metric, sources[i].field) && (!expected || strcmp(sources[i].field, expected) != 0))
			place_forbidden(status, at, sources[i].field, "must populate the given metric source only");
	}
}

static void
policy_validate(struct status *status, const struct value *policy, const struct place *at)
{
	static const char *const types[] = { "Percent", "Pods", NULL };
	static const char *const positive[] = { "value", "periodSeconds" };

	place_one_of(status, at, policy, "type", types);
	for (size_t i = 0; i < 2; i++) {
		int64_t number = value_get_int(policy, positive[i], 0);

		if (number <= 0)
			place_invalid_int(status, at, positive[i], number, "must be greater than zero");
	}
	if (value_get_int(policy, "periodSeconds", 0) > PERIOD_MAX)
		place_invalid(status, at, "periodSeconds", value_get(policy, "periodSeconds"),
			"must be less than or equal to 1800");
}

static void
rules_validate(struct status *status, const struct value *behavior, const char *field)
{
	static const char *const selects[] = { "Disabled", "Max", "Min", NULL };
	static const struct place path = { &spec_at, "behavior", 0 };
	const struct value *rules = value_get(behavior, field), *policies = value_get(rules, "policies");
	const struct place at = { &path, field, 0 }, list = { &at, "policies", 0 };
	int64_t window = value_get_int(rules, "stabilizationWindowSeconds", 0);

	if (!rules)
		return;
	if (window < 0)
		place_invalid_int(status, &at, "stabilizationWindowSeconds", window,
			"must be greater than or equal to zero");
	if (window > WINDOW_MAX)
		place_invalid_int(
			status, &at, "stabilizationWindowSeconds", window, "must be less than or equal to 3600");
	if (value_get(rules, "selectPolicy"))
		place_one_of(status, &at, rules, "selectPolicy", selects);
	if (!value_count(policies))
		place_required(status, &list, NULL, "must specify at least one Policy");
	for (size_t i = 0; i < value_count(policies); i++) {
		const struct place item = { &list, NULL, i };

		policy_validate(status, value_at(policies, i), &item);
	}
}

/* An autoscaler may keep the zero that it has, if what it scales by can be seen without pods. */
static void
replicas_validate(struct change *change, const struct value *spec)
{
	int64_t least = value_get_int(spec, "minReplicas", 1), most = value_get_int(spec, "maxReplicas", 0);
	bool had_zero = value_get_int(value_get(change->old, "spec"), "minReplicas", 1) == 0;

	if (least < !had_zero)
		place_invalid(change->status, &spec_at, "minReplicas", value_get(spec, "minReplicas"),
			had_zero ? "must be greater than or equal to 0" : "must be greater than or equal to 1");
	if (most < 1)
		place_invalid_int(change->status, &spec_at, "maxReplicas", most, "must be greater than 0");
	if (most < least)
		place_invalid_int(change->status, &spec_at, "maxReplicas", most,
			"must be greater than or equal to `minReplicas`");
}

static void
hpa_validate(struct change *change)
{
	static const struct place list = { &spec_at, "metrics", 0 };
	const struct value *spec = value_get(change->new, "spec"), *metrics = value_get(spec, "metrics");
	bool beyond_pods = false;

	replicas_validate(change, spec);
	reference_validate(change->status, spec, "scaleTargetRef", &spec_at);
	for (size_t i = 0; i < value_count(metrics); i++) {
		const struct place item = { &list, NULL, i };
		const char *type = value_get_text(value_at(metrics, i), "type");

		metric_validate(change->status, value_at(metrics, i), &item);
		beyond_pods |= type && (!strcmp(type, "Object") || !strcmp(type, "External"));
	}
	if (value_get_int(spec, "minReplicas", 1) == 0 && !beyond_pods)
		place_forbidden(change->status, &list, NULL,
			"must specify at least one Object or External metric to support scaling to zero replicas");
	rules_validate(change->status, value_get(spec, "behavior"), "scaleUp");
	rules_validate(change->status, value_get(spec, "behavior"), "scaleDown");
}

const struct strategy strategy_hpa = {
	.kind = "HorizontalPodAutoscaler",
	.defaults = hpa_defaults,
	.validate = hpa_validate,
};
