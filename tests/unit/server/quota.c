/* ResourceQuotas: TestValidateResourceQuota of pkg/apis/core/validation, and what a real server says of an object that is
 * too much (docs of v1.32, "Resource Quotas" and "Configure Quotas for API Objects"). */
#include "fixture.h"

#include "server/quota.h"

static void
test_checks(void **state)
{
	static const struct {
		const char *spec, *text;
	} cases[] = {
		{ "hard: {cpu: '100', requests.memory: 10Gi, limits.cpu: '5', pods: '10', services.nodeports: '5', "
		  "requests.example.com/gpu: '2', count/jobs.batch: '3'}",
			"" },
		{ "hard: {cpus: '1'}",
			"[spec.hard[cpus]: Invalid value: \"cpus\": must be a standard resource type or fully qualified, "
			"spec.hard[cpus]: Invalid value: \"cpus\": must be a standard resource for quota]" },
		{ "hard: {pods: -10}",
			"spec.hard[pods]: Invalid value: \"-10\": must be greater than or equal to 0" },
		{ "hard: {pods: 100m}",
			"spec.hard[pods]: Invalid value: resource.Quantity{i:resource.int64Amount{value:100, scale:-3}, "
			"d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:\"100m\", Format:\"DecimalSI\"}: must be an integer" },
		{ "hard: {services: '1'}, scopes: [BestEffort]",
			"spec.scopes: Invalid value: []core.ResourceQuotaScope{\"BestEffort\"}: unsupported scope applied to "
			"resource" },
		{ "hard: {pods: '1'}, scopes: [Terminating, NotTerminating]",
			"spec.scopes: Invalid value: []core.ResourceQuotaScope{\"Terminating\", \"NotTerminating\"}: conflicting "
			"scopes" },
		{ "hard: {pods: '1'}, scopes: [Unknown]",
			"spec.scopes: Invalid value: []core.ResourceQuotaScope{\"Unknown\"}: unsupported scope" },
		{ "hard: {pods: '1'}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}",
			"spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is "
			"'In' or 'NotIn' for scope selector" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: q}, spec: {%s}}", cases[i].spec);
		char *want = *cases[i].text ? xasprintf("ResourceQuota \"q\" is invalid: %s", cases[i].text) : xstrdup("");

		assert_string_equal(fixture_create(fixture, "ResourceQuota", body), want);
		if (!*want)
			server_remove(&fixture->server, fixture_get(fixture, "ResourceQuota", "q"));
		free(want);
		free(body);
	}
}

static const char *
create_pod(struct fixture *fixture, const char *name, const char *resources)
{
	char *body = xasprintf(
		"{metadata: {name: %s}, spec: {containers: [{name: c, image: i, resources: {%s}}]}}", name, resources);
	const char *text = fixture_create(fixture, "Pod", body);

	free(body);
	return text;
}

static void
test_pods(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "ResourceQuota",
		"{metadata: {name: compute}, spec: {hard: {requests.cpu: '1', requests.memory: 1Gi, limits.memory: 2Gi, pods: '2'}}}");
	assert_string_equal(create_pod(fixture, "a", ""),
		"pods \"a\" is forbidden: failed quota: compute: must specify limits.memory for: c; requests.cpu for: c; "
		"requests.memory for: c");
	assert_string_equal(
		create_pod(fixture, "a", "limits: {memory: 800Mi}, requests: {cpu: 400m, memory: 600Mi}"), "");
	assert_string_equal(create_pod(fixture, "b", "limits: {memory: 1Gi}, requests: {cpu: 400m, memory: 700Mi}"),
		"pods \"b\" is forbidden: exceeded quota: compute, requested: requests.memory=700Mi, used: requests.memory=600Mi, "
		"limited: requests.memory=1Gi");
	assert_string_equal(create_pod(fixture, "b", "limits: {memory: 1Gi}, requests: {cpu: 400m, memory: 100Mi}"), "");
	assert_string_equal(create_pod(fixture, "d", "limits: {memory: 1Mi}, requests: {cpu: 400m, memory: 1Mi}"),
		"pods \"d\" is forbidden: exceeded quota: compute, requested: pods=1,requests.cpu=400m, used: "
		"pods=2,requests.cpu=800m, limited: pods=2,requests.cpu=1");
}

static void
test_services(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "ResourceQuota",
		"{metadata: {name: objects}, spec: {hard: {services.loadbalancers: '1', services.nodeports: '0', services: '4'}}}");
	assert_string_equal(fixture_create(fixture, "Service",
				    "{metadata: {name: web}, spec: {type: NodePort, ports: [{port: 80}]}}"),
		"services \"web\" is forbidden: exceeded quota: objects, requested: services.nodeports=1, used: "
		"services.nodeports=0, limited: services.nodeports=0");
	assert_string_equal(fixture_create(fixture, "Service", "{metadata: {name: web}, spec: {ports: [{port: 80}]}}"), "");
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Service", "web", "{spec: {type: NodePort}}"),
		"services \"web\" is forbidden: exceeded quota: objects, requested: services.nodeports=1, used: "
		"services.nodeports=0, limited: services.nodeports=0");
	assert_string_equal(fixture_create(fixture, "Service",
				    "{metadata: {name: l}, spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: "
				    "[{port: 80}]}}"),
		"");
	assert_string_equal(fixture_create(fixture, "Service",
				    "{metadata: {name: m}, spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: "
				    "[{port: 80}]}}"),
		"services \"m\" is forbidden: exceeded quota: objects, requested: services.loadbalancers=1, used: "
		"services.loadbalancers=1, limited: services.loadbalancers=1");
}

/* Only pods in the scope count, and what is used is told for all that is rationed. */
static void
test_used(void **state)
{
	struct fixture *fixture = *state;
	struct value *used;
	struct str text = STR_INIT;

	fixture_create(fixture, "ResourceQuota",
		"{metadata: {name: q}, spec: {hard: {pods: '1'}, scopes: [BestEffort]}}");
	assert_string_equal(create_pod(fixture, "a", "requests: {cpu: 100m}"), "");
	assert_string_equal(create_pod(fixture, "b", ""), "");
	assert_string_equal(create_pod(fixture, "d", ""),
		"pods \"d\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1");
	fixture_create(fixture, "ResourceQuota",
		"{metadata: {name: all}, spec: {hard: {count/configmaps: '9', requests.cpu: '2', services: '5'}}}");
	used = quota_used(&fixture->server, fixture_get(fixture, "ResourceQuota", "all"), &fixture->arena);
	json_write(used, 0, &text);
	assert_string_equal(text.buf, "{\"count/configmaps\":\"1\",\"requests.cpu\":\"100m\",\"services\":\"1\"}");
	str_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_checks, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_pods, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_services, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_used, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
