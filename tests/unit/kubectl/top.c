/*
 * kubectl top: the tables and refusals are kubectl v1.32's, asked of an API with metrics like these; what is not found, and a metrics
 * server that is not ready, the server's (metrics-server's pkg/api, kube-aggregator).
 */
#include "../host/fixture.h"

#define PODS \
	"apiVersion: svcsim/v1\nkind: Addons\nspec: {metricsServer: true}\n---\n" \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: web-b, annotations: {svcsim/usage: 'cpu=90m,memory=4Mi'}}\n" \
	"spec: {containers: [{name: nginx, image: nginx}]}\n---\n" \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: web-a, annotations: {svcsim/usage: 'cpu=30m,memory=5Mi'}}\n" \
	"spec: {containers: [{name: b, image: nginx}, {name: a, image: postgres, env: [{name: POSTGRES_PASSWORD, value: x}]}]}\n---\n" \
	"apiVersion: v1\nkind: Pod\nmetadata: {name: held, annotations: {svcsim/usage: 'cpu=4,memory=1Gi'}}\n" \
	"spec: {containers: [{name: c, image: busybox, command: [sleep, 1d], resources: {limits: {cpu: 200m, memory: 64Mi}}}]}\n"

static int
setup_metrics(void **state)
{
	const struct cluster_text text = { "pods", PODS, strlen(PODS) };

	return setup_with(state, &text, 1);
}

static void
expect(struct fixture *f, const char *line, const char *out, const char *err, int status)
{
	int got = run(f, line);

	assert_string_equal(f->out.str.buf, out);
	assert_string_equal(f->err.str.buf, err);
	assert_int_equal(got, status);
}

static void
test_tables(void **state)
{
	struct fixture *f = *state;

	run(f, "sleep 60; kubectl delete pod held --now");
	expect(f, "kubectl top pods", "NAME    CPU(cores)   MEMORY(bytes)   \nweb-a   33m          37Mi            \n"
		"web-b   90m          4Mi             \n", "", 0);
	expect(f, "kubectl top pods --containers --sort-by=cpu", "POD     NAME    CPU(cores)   MEMORY(bytes)   \n"
		"web-b   nginx   90m          4Mi             \nweb-a   b       30m          5Mi             \n"
		"web-a   a       3m           32Mi            \n", "", 0);
	expect(f, "kubectl top pods --sort-by=memory --sum", "NAME    CPU(cores)   MEMORY(bytes)   \n"
		"web-a   33m          37Mi            \nweb-b   90m          4Mi             \n"
		"        ________     ________        \n        123m         41Mi            \n", "", 0);
	expect(f, "kubectl top pods -A --sum | sed -n '1,3p;$p'", "NAMESPACE     NAME                              CPU(cores)   "
		"MEMORY(bytes)   \ndefault       web-a                             33m          37Mi            \n"
		"default       web-b                             90m          4Mi             \n"
		"                                                134m         140Mi           \n", "", 0);
	expect(f, "kubectl top pod web-b --no-headers", "web-b   90m   4Mi   \n", "", 0);
	expect(f, "kubectl top nodes controlplane", "NAME           CPU(cores)   CPU(%)   MEMORY(bytes)   MEMORY(%)   \n"
		"controlplane   41m          2%       492Mi           12%         \n", "", 0);
	expect(f, "kubectl top nodes --no-headers --sort-by=cpu | wc -l", "3\n", "", 0);
}

static void
test_limits_hold(void **state)
{
	struct fixture *f = *state;

	run(f, "sleep 60");
	expect(f, "kubectl top pod held --no-headers", "held   200m   64Mi   \n", "", 0);
}

static void
test_refusals(void **state)
{
	static const struct { const char *line, *err; } refused[] = {
		{ "kubectl top pods --sort-by x", "error: --sort-by accepts only cpu or memory\n" },
		{ "kubectl top pods a b", "error: pod [NAME | -l label]\nSee 'kubectl top pod -h' for help and examples\n" },
		{ "kubectl top nodes a -l x=y", "error: only one of NAME or --selector can be provided\n" },
		{ "kubectl top pods a -l x=y", "error: only one of NAME or selector can be provided\n" },
		{ "kubectl top pods nosuch", "Error from server (NotFound): pods \"nosuch\" not found\n" },
		{ "kubectl run late --image=nginx >/dev/null; kubectl top pod late",
			"Error from server (NotFound): podmetrics.metrics.k8s.io \"default/late\" not found\n" },
		{ "kubectl top pods -l run=late", "error: metrics not available yet\n" },
		{ "kubectl scale deploy metrics-server -n kube-system --replicas=0 >/dev/null; kubectl top pods",
			"Error from server (ServiceUnavailable): the server is currently unable to handle the request "
			"(get pods.metrics.k8s.io)\n" },
		{ "kubectl delete deploy metrics-server -n kube-system >/dev/null; kubectl top pods", "error: Metrics API not available\n" },
	};
	struct fixture *f = *state;

	run(f, "sleep 60");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		expect(f, refused[i].line, "", refused[i].err, 1);
	expect(f, "kubectl top pods -n empty", "", "error: Metrics API not available\n", 1);
}

/* The arithmetic is that of the documentation (tasks/run-application/horizontal-pod-autoscale, algorithm details). */
static void
test_autoscaler_follows(void **state)
{
	struct fixture *f = *state;

	run(f, "kubectl create deploy app --image=nginx --replicas=2; kubectl set resources deploy app --requests=cpu=100m; "
		"kubectl patch deploy app -p '{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"svcsim/usage\":\"cpu=75m\"}}}}}'; "
		"sleep 60; kubectl autoscale deploy app --min=1 --max=3 --cpu-percent=50; sleep 60");
	expect(f, "kubectl get hpa app --no-headers | awk '{print $3, $4, $7}'", "cpu: 75%/50% 3\n", "", 0);
	expect(f, "kubectl get hpa app -o jsonpath='{.status.conditions[?(@.type==\"ScalingLimited\")].reason}'", "TooManyReplicas", "", 0);
	run(f, "kubectl patch deploy app -p '{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"svcsim/usage\":\"cpu=10m\"}}}}}'; "
		"sleep 120");
	expect(f, "kubectl get deploy app -o jsonpath='{.spec.replicas}'", "3", "", 0);
	run(f, "sleep 300");
	expect(f, "kubectl get deploy app -o jsonpath='{.spec.replicas}'", "1", "", 0);
	expect(f, "kubectl get events --field-selector reason=SuccessfulRescale -o jsonpath='{range .items[*]}{.message}{\"\\n\"}{end}'",
		"New size: 3; reason: cpu resource utilization (percentage of request) above target\n"
		"New size: 1; reason: All metrics below target\n", "", 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tables, setup_metrics, teardown),
		cmocka_unit_test_setup_teardown(test_limits_hold, setup_metrics, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup_metrics, teardown),
		cmocka_unit_test_setup_teardown(test_autoscaler_follows, setup_metrics, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
