/* describe horizontalpodautoscaler; follows describe.go's describeHorizontalPodAutoscalerV2. */
#include <string.h>

#include "base/clock.h"
#include "kubectl/describe.h"
#include "kubectl/format.h"

struct metric {
	struct describe *page;
	struct arena arena;
	const struct value *source, *current;	/* what the type's own field holds, in spec and in status */
};

static const char *
scalar_text(struct metric *metric, const struct value *value)
{
	struct str text = STR_INIT;
	const char *copy;

	format_scalar(value, &text);
	copy = arena_strdup(&metric->arena, text.buf);
	str_release(&text);
	return copy;
}

static const char *
current_text(struct metric *metric, const char *field)
{
	const struct value *value = value_get(value_get(metric->current, "current"), field);

	return value ? scalar_text(metric, value) : metric->current ? "0" : "<unknown>";
}

static const char *
target_text(struct metric *metric, const char *field)
{
	const struct value *value = value_get(value_get(metric->source, "target"), field);

	return value ? scalar_text(metric, value) : "0";
}

static bool
is_average(const struct metric *metric)
{
	return value_path(metric->source, "target.averageValue");
}

static const char *
metric_name(const struct metric *metric)
{
	return describe_text(value_get(metric->source, "metric"), "name", "");
}

static void
metric_external(struct metric *metric)
{
	const char *field = is_average(metric) ? "averageValue" : "value";

	describe_line(metric->page, 1, "\"%s\" (target %svalue):\t%s / %s", metric_name(metric),
		is_average(metric) ? "average " : "", current_text(metric, field), target_text(metric, field));
}

static void
metric_pods(struct metric *metric)
{
	describe_line(metric->page, 1, "\"%s\" on pods:\t%s / %s", metric_name(metric), current_text(metric, "averageValue"),
		target_text(metric, "averageValue"));
}

static void
metric_object(struct metric *metric)
{
	const struct value *object = value_get(metric->source, "describedObject");
	const char *field = is_average(metric) ? "averageValue" : "value";

	describe_line(metric->page, 1, "\"%s\" on %s/%s (target %svalue):\t%s / %s", metric_name(metric),
		describe_text(object, "kind", ""), describe_text(object, "name", ""), is_average(metric) ? "average " : "",
		current_text(metric, field), target_text(metric, field));
}

static void
metric_resource(struct metric *metric)
{
	const char *name = describe_text(metric->source, "name", ""), *container = value_get_text(metric->source, "container");
	const struct value *used = value_path(metric->current, "current.averageUtilization");
	const struct value *wanted = value_path(metric->source, "target.averageUtilization");
	const char *of = container ? arena_printf(&metric->arena, " of container \"%s\"", container) : "";

	if (is_average(metric))
		describe_line(metric->page, 1, "resource %s%s on pods:\t%s / %s", name, of, current_text(metric, "averageValue"),
			target_text(metric, "averageValue"));
	else
		describe_line(metric->page, 1, "resource %s%s on pods  (as a percentage of request):\t%s / %s%s", name, of,
			used ? arena_printf(&metric->arena, "%s%% (%s)", scalar_text(metric, used), current_text(metric, "averageValue")) :
			"<unknown>", wanted ? scalar_text(metric, wanted) : "<auto>", wanted ? "%" : "");
}

static const struct {
	const char *type, *field;
	void (*describe)(struct metric *metric);
} metric_types[] = {
	{ "External", "external", metric_external },
	{ "Pods", "pods", metric_pods },
	{ "Object", "object", metric_object },
	{ "Resource", "resource", metric_resource },
	{ "ContainerResource", "containerResource", metric_resource },
};

static void
describe_metric(struct describe *page, const struct value *spec, const struct value *status)
{
	struct metric metric = { page, ARENA_INIT, NULL, NULL };

	for (size_t i = 0; i < sizeof metric_types / sizeof *metric_types; i++)
		if (strcmp(metric_types[i].type, describe_text(spec, "type", "")) == 0) {
			metric.source = value_get(spec, metric_types[i].field);
			metric.current = value_get(status, metric_types[i].field);
			metric_types[i].describe(&metric);
		}
	arena_release(&metric.arena);
}

static void
describe_direction(struct describe *page, const char *title, const struct value *rules)
{
	const struct value *window = value_get(rules, "stabilizationWindowSeconds"), *policies = value_get(rules, "policies");

	if (!rules)
		return;
	describe_line(page, 1, "%s:", title);
	if (window)
		describe_line(page, 2, "Stabilization Window: %lld seconds", (long long)window->integer);
	if (!value_count(policies))
		return;
	describe_line(page, 2, "Select Policy: %s", describe_text(rules, "selectPolicy", "Max"));
	describe_line(page, 2, "Policies:");
	for (size_t i = 0; i < value_count(policies); i++)
		describe_line(page, 3, "- Type: %s\tValue: %lld\tPeriod: %lld seconds", describe_text(value_at(policies, i), "type", ""),
			(long long)value_get_int(value_at(policies, i), "value", 0),
			(long long)value_get_int(value_at(policies, i), "periodSeconds", 0));
}

static void
describe_conditions(struct describe *page, const struct value *conditions)
{
	if (!value_count(conditions))
		return;
	describe_line(page, 0, "Conditions:");
	describe_line(page, 1, "Type\tStatus\tReason\tMessage");
	describe_line(page, 1, "----\t------\t------\t-------");
	for (size_t i = 0; i < value_count(conditions); i++) {
		const struct value *condition = value_at(conditions, i);

		describe_line(page, 1, "%s\t%s\t%s\t%s", describe_text(condition, "type", ""), describe_text(condition, "status", ""),
			describe_text(condition, "reason", ""), describe_text(condition, "message", ""));
	}
}

void
describe_autoscaler(struct describe *page, const struct object *object)
{
	const struct value *spec = value_get(object->root, "spec"), *status = value_get(object->root, "status");
	const struct value *target = value_get(spec, "scaleTargetRef"), *metrics = value_get(spec, "metrics");
	const struct value *behavior = value_get(spec, "behavior");
	struct arena arena = ARENA_INIT;

	describe_meta(page, object);
	describe_line(page, 0, "CreationTimestamp:\t%s",
		describe_time(&arena, value_get_text(object_meta(object), "creationTimestamp")));
	describe_line(page, 0, "Reference:\t%s/%s", describe_text(target, "kind", ""), describe_text(target, "name", ""));
	describe_line(page, 0, "Metrics:\t( current / target )");
	for (size_t i = 0; i < value_count(metrics); i++)
		describe_metric(page, value_at(metrics, i), value_at(value_get(status, "currentMetrics"), i));
	describe_line(page, 0, "Min replicas:\t%lld", (long long)value_get_int(spec, "minReplicas", 1));
	describe_line(page, 0, "Max replicas:\t%lld", (long long)value_get_int(spec, "maxReplicas", 0));
	if (behavior) {
		describe_line(page, 0, "Behavior:");
		describe_direction(page, "Scale Up", value_get(behavior, "scaleUp"));
		describe_direction(page, "Scale Down", value_get(behavior, "scaleDown"));
	}
	describe_line(page, 0, "%s pods:\t%lld current / %lld desired", describe_text(target, "kind", ""),
		(long long)value_get_int(status, "currentReplicas", 0), (long long)value_get_int(status, "desiredReplicas", 0));
	describe_conditions(page, value_get(status, "conditions"));
	describe_events(page, object);
	arena_release(&arena);
}
