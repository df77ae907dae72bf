/* HorizontalPodAutoscalers: TestValidateHorizontalPodAutoscaler and TestValidateBehavior of
 * pkg/apis/autoscaling/validation, and the defaults of autoscaling/v2. */
#include "fixture.h"

#define REF "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}"
#define METRIC "spec.metrics[0]"
#define METRICS(metric) REF ", maxReplicas: 5, metrics: [" metric "]"

static const struct {
	const char *spec, *text;
} cases[] = {
	{ REF ", maxReplicas: 5", "" },
	{ REF ", minReplicas: 0, maxReplicas: 5, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, "
	      "averageUtilization: 50}}}]",
		"[spec.minReplicas: Invalid value: 0: must be greater than or equal to 1, spec.metrics: Forbidden: must specify "
		"at least one Object or External metric to support scaling to zero replicas]" },
	{ REF ", minReplicas: 7, maxReplicas: 5",
		"spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`" },
	{ REF, "[spec.maxReplicas: Invalid value: 0: must be greater than 0, spec.maxReplicas: Invalid value: 0: must be "
	       "greater than or equal to `minReplicas`]" },
	{ "scaleTargetRef: {kind: ../a}, maxReplicas: 5",
		"[spec.scaleTargetRef.kind: Invalid value: \"../a\": may not contain '/', spec.scaleTargetRef.name: Required "
		"value]" },
	{ METRICS("{}"), "[" METRIC ".type: Required value: must specify a metric source type, " METRIC
			 ".type: Unsupported value: \"\": supported values: \"ContainerResource\", \"External\", "
			 "\"Object\", \"Pods\", \"Resource\"]" },
	{ METRICS("{type: Resource}"),
		METRIC ".resource: Required value: must populate information for the given metric source" },
	{ METRICS("{type: Resource, resource: {name: cpu, target: {type: Utilization}}}"),
		METRIC ".resource.target.averageUtilization: Required value: must set either a target raw value or a target "
		       "utilization" },
	{ METRICS("{type: Resource, resource: {name: cpu, target: {type: Some, averageUtilization: -10}}}"),
		"[" METRIC ".resource.target.type: Invalid value: \"Some\": must be either Utilization, Value, or AverageValue, "
		METRIC ".resource.target.averageUtilization: Invalid value: -10: must be greater than 0]" },
	{ METRICS("{type: External, external: {metric: {name: m}, target: {type: AverageValue, averageValue: '0'}}}"),
		METRIC ".external.target.averageValue: Invalid value: resource.Quantity{i:resource.int64Amount{value:0, "
		       "scale:0}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:\"0\", Format:\"DecimalSI\"}: must be "
		       "positive" },
	{ METRICS("{type: Pods, pods: {metric: {}, target: {type: AverageValue}}}"),
		"[" METRIC ".pods.metric.name: Required value: must specify a metric name, " METRIC
		".pods.target.averageValue: Required value: must specify a positive target averageValue]" },
	{ METRICS("{type: Pods, pods: {metric: {name: m}, target: {type: AverageValue, averageValue: 1}}, resource: {name: cpu, "
		  "target: {type: Utilization, averageUtilization: 5}}}"),
		METRIC ".resource: Forbidden: must populate the given metric source only" },
	{ METRICS("{type: ContainerResource, containerResource: {name: cpu, target: {type: Utilization, averageUtilization: "
		  "5}}}"),
		METRIC ".containerResource.container: Required value: must specify a container" },
	{ REF ", maxReplicas: 5, behavior: {scaleUp: {stabilizationWindowSeconds: 3601, selectPolicy: Some, policies: [{type: "
	      "X, value: 0, periodSeconds: 1801}]}}",
		"[spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600, "
		"spec.behavior.scaleUp.selectPolicy: Unsupported value: \"Some\": supported values: \"Disabled\", \"Max\", "
		"\"Min\", spec.behavior.scaleUp.policies[0].type: Unsupported value: \"X\": supported values: \"Percent\", "
		"\"Pods\", spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero, "
		"spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800]" },
};

static void
test_creation(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: x}, spec: {%s}}", cases[i].spec);
		char *want = *cases[i].text ? xasprintf("HorizontalPodAutoscaler.autoscaling \"x\" is invalid: %s", cases[i].text)
					    : xstrdup("");

		assert_string_equal(fixture_create(fixture, "HorizontalPodAutoscaler", body), want);
		free(want);
		free(body);
	}
}

static void
test_defaults(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "HorizontalPodAutoscaler",
		"{metadata: {name: x}, spec: {" REF ", maxReplicas: 5, behavior: {scaleDown: {stabilizationWindowSeconds: 60}}}}");
	assert_string_equal(fixture_field(fixture, "HorizontalPodAutoscaler", "x", "spec.minReplicas"), "1");
	assert_string_equal(fixture_field(fixture, "HorizontalPodAutoscaler", "x", "spec.metrics"),
		"[{\"resource\":{\"name\":\"cpu\",\"target\":{\"averageUtilization\":80,\"type\":\"Utilization\"}},\"type\":"
		"\"Resource\"}]");
	assert_string_equal(fixture_field(fixture, "HorizontalPodAutoscaler", "x", "spec.behavior"),
		"{\"scaleDown\":{\"policies\":[{\"periodSeconds\":15,\"type\":\"Percent\",\"value\":100}],\"selectPolicy\":\"Max\","
		"\"stabilizationWindowSeconds\":60},\"scaleUp\":{\"policies\":[{\"periodSeconds\":15,\"type\":\"Pods\",\"value\":4},"
		"{\"periodSeconds\":15,\"type\":\"Percent\",\"value\":100}],\"selectPolicy\":\"Max\","
		"\"stabilizationWindowSeconds\":0}}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_creation, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_defaults, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
