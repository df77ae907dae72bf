/* HorizontalPodAutoscalers without a metrics server: texts as a v1.32 cluster without one shows them. */
#include "fixture.h"

#define WEB(replicas) "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n" \
	"spec: {replicas: " replicas ", selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, " \
	"spec: {containers: [{name: c, image: nginx}]}}}\n---\n"
#define HPA(name) "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\n" \
	"spec: {minReplicas: 2, maxReplicas: 4, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: " name "}, " \
	"metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}\n"
#define FAILURE "failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource " \
	"metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"

static void
it_says_what_is_missing(void **state)
{
	struct cluster cluster;
	const struct object *hpa;

	(void)state;
	make(&cluster, WEB("3") HPA("w"));
	hpa = object_in(&cluster, "HorizontalPodAutoscaler", "h");
	assert_string_equal(text_at(hpa, "status.conditions[0].type"), "AbleToScale");
	assert_string_equal(text_at(hpa, "status.conditions[0].reason"), "SucceededGetScale");
	assert_string_equal(text_at(hpa, "status.conditions[1].status"), "False");
	assert_string_equal(text_at(hpa, "status.conditions[1].reason"), "FailedGetResourceMetric");
	assert_string_equal(
		text_at(hpa, "status.conditions[1].message"), "the HPA was unable to compute the replica count: " FAILURE);
	assert_int_equal(int_at(hpa, "status.currentReplicas"), 3);
	assert_int_equal(int_at(hpa, "status.desiredReplicas"), 0);
	assert_true(was_said(&cluster, "h", "FailedGetResourceMetric", FAILURE));
	assert_true(was_said(&cluster, "h", "FailedComputeMetricsReplicas", "invalid metrics (1 invalid out of 1), first error is: "
		"failed to get cpu resource metric value: " FAILURE));
	cluster_release(&cluster);
}

static void
its_bounds_need_no_metrics(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, WEB("1") HPA("w"));
	assert_int_equal(count_of(&cluster, "Pod"), 2);
	assert_true(was_said(&cluster, "h", "SuccessfulRescale", "New size: 2; reason: Current number of replicas below Spec.MinReplicas"));
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"replicas\":9}}");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "Pod"), 4);
	cluster_release(&cluster);
}

static void
without_a_target_it_can_not_scale(void **state)
{
	struct cluster cluster;
	const struct object *hpa;

	(void)state;
	make(&cluster, HPA("nobody"));
	hpa = object_in(&cluster, "HorizontalPodAutoscaler", "h");
	assert_string_equal(text_at(hpa, "status.conditions[0].reason"), "FailedGetScale");
	assert_string_equal(text_at(hpa, "status.conditions[0].message"),
		"the HPA controller was unable to get the target's current scale: deployments.apps \"nobody\" not found");
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_says_what_is_missing),
		cmocka_unit_test(its_bounds_need_no_metrics),
		cmocka_unit_test(without_a_target_it_can_not_scale),
	};

	return cmocka_run_group_tests_name("autoscaler", tests, NULL, NULL);
}
