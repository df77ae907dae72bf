/*
 * What a PUT makes of a Service: what it keeps of the old one, what goes with the type, what it may not change.  The
 * cases are those of upstream's TestPatchAllocatedValues and TestUpdate.. (pkg/registry/core/service/storage),
 * TestDropTypeDependentFields (pkg/registry/core/service) and TestValidateServiceUpdate (pkg/apis/core/validation);
 * the texts are those of the functions that they test.
 */
#include "fixture.h"

#include <stdio.h>

#define LB "type: LoadBalancer"
#define NP "type: NodePort"
#define EN "type: ExternalName, externalName: example.com"
#define LOCAL "externalTrafficPolicy: Local"
#define PORT "ports: [{port: 80}]"
#define IP "clusterIP: 10.96.1.2"

#define NOTHING                                                                                                        \
	{                                                                                                              \
		{                                                                                                      \
			NULL, NULL                                                                                     \
		}                                                                                                      \
	}

/* "" is: absent; "*": anything; "=": what it was before. */
struct expectation {
	const char *path, *want;
};

static const struct put {
	const char *before, *after, *text;
	struct expectation fields[6];
} put_cases[] = {
	/* cluster IP and node ports are kept, by the ports' names */
	{ PORT, PORT, "", { { "clusterIP", "=" }, { "clusterIPs", "=" } } },
	{ PORT, NP ", " PORT, "",
		{ { "clusterIP", "=" }, { "ports[0].nodePort", "*" }, { "externalTrafficPolicy", "\"Cluster\"" } } },
	{ PORT, LB ", " PORT, "",
		{ { "clusterIP", "=" }, { "ports[0].nodePort", "*" }, { "allocateLoadBalancerNodePorts", "true" },
			{ "healthCheckNodePort", "" } } },
	{ NP ", " PORT, NP ", ports: [{port: 81}]", "",
		{ { "ports[0].nodePort", "=" }, { "ports[0].targetPort", "81" } } },
	{ NP ", " PORT, LB ", " PORT, "", { { "ports[0].nodePort", "=" }, { "clusterIP", "=" } } },
	{ LB ", " PORT, NP ", " PORT, "",
		{ { "ports[0].nodePort", "=" }, { "allocateLoadBalancerNodePorts", "" },
			{ "externalTrafficPolicy", "\"Cluster\"" } } },
	{ NP ", ports: [{name: a, port: 80, nodePort: 30093}, {name: b, port: 81, nodePort: 30076}]",
		NP ", ports: [{name: b, port: 81}, {name: a, port: 80}]", "",
		{ { "ports[0].nodePort", "30076" }, { "ports[1].nodePort", "30093" } } },
	{ NP ", ports: [{name: a, port: 80, nodePort: 30093}, {name: b, port: 81, nodePort: 30076}]",
		NP ", ports: [{name: a, port: 80, nodePort: 30076}, {name: b, port: 81, nodePort: 30093}]", "",
		{ { "ports[0].nodePort", "30076" }, { "ports[1].nodePort", "30093" } } },
	{ NP ", ports: [{name: a, port: 80, nodePort: 30093}, {name: b, port: 81, nodePort: 30076}]",
		NP ", ports: [{name: a, port: 80, nodePort: 30076}, {name: c, port: 82}]", "",
		{ { "ports[0].nodePort", "30076" }, { "ports[1].nodePort", "*" } } },
	{ NP ", ports: [{name: a, port: 80, nodePort: 30093}]", NP ", ports: [{name: b, port: 80, nodePort: 30093}]",
		"", { { "ports[0].nodePort", "30093" } } },
	{ NP ", ports: [{port: 53, nodePort: 30053}]",
		NP
		", ports: [{name: t, port: 53, nodePort: 30053}, {name: u, port: 53, protocol: UDP, nodePort: 30053}]",
		"", { { "ports[1].nodePort", "30053" } } },
	{ NP ", ports: [{port: 53, nodePort: 30053}]",
		NP ", ports: [{name: a, port: 53, nodePort: 30053}, {name: b, port: 54, nodePort: 30053}]",
		"duplicate nodePort: {TCP 30053}", NOTHING },
	{ NP ", ports: [{port: 80, nodePort: 30080}]", NP ", ports: [{port: 80}, {port: 81}]",
		"duplicate nodePort: {TCP 30080}", NOTHING },
	{ NP ", " PORT, NP ", ports: [{port: 80, nodePort: 5}]",
		"spec.ports[0].nodePort: Invalid value: 5: provided port is not in the valid range. The range of valid "
		"ports "
		"is 30000-32767",
		NOTHING },
	{ NP ", " PORT, NP ", ports: [{port: 80, nodePort: 31999}]",
		"spec.ports[0].nodePort: Invalid value: 31999: provided port is already allocated", NOTHING },
	/* what goes with the type, when the client did not touch it */
	{ NP ", " PORT, PORT, "",
		{ { "type", "\"ClusterIP\"" }, { "ports[0].nodePort", "" }, { "externalTrafficPolicy", "" } } },
	{ NP ", ports: [{port: 80, nodePort: 30080}]", "type: ClusterIP, ports: [{port: 80, nodePort: 30080}]", "",
		{ { "ports[0].nodePort", "" } } },
	{ NP ", ports: [{port: 80, nodePort: 30080}]", "type: ClusterIP, ports: [{port: 80, nodePort: 30081}]",
		"spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'", NOTHING },
	{ NP ", ports: [{port: 80, nodePort: 30080}]", EN ", ports: [{port: 80, nodePort: 30080}]", "",
		{ { "clusterIP", "" }, { "ipFamilies", "" }, { "ipFamilyPolicy", "" }, { "ports[0].nodePort", "" },
			{ "ports[0].port", "80" }, { "internalTrafficPolicy", "" } } },
	{ NP ", externalTrafficPolicy: Local, " PORT, "type: ClusterIP, externalTrafficPolicy: Local, " PORT, "",
		{ { "externalTrafficPolicy", "" } } },
	{ NP ", " PORT, "type: ClusterIP, externalTrafficPolicy: Local, " PORT,
		"spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible "
		"services",
		NOTHING },
	{ LB ", loadBalancerClass: foo, " PORT, NP ", loadBalancerClass: foo, " PORT, "",
		{ { "loadBalancerClass", "" } } },
	{ LB ", loadBalancerClass: foo, " PORT, NP ", loadBalancerClass: bar, " PORT,
		"spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'", NOTHING },
	{ LB ", allocateLoadBalancerNodePorts: false, " PORT,
		"type: ClusterIP, allocateLoadBalancerNodePorts: false, " PORT, "",
		{ { "allocateLoadBalancerNodePorts", "" } } },
	{ LB ", " PORT, "type: ClusterIP, allocateLoadBalancerNodePorts: false, " PORT,
		"spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
		NOTHING },
	{ "selector: {a: b}, sessionAffinity: ClientIP, " PORT, EN ", selector: {a: b}, sessionAffinity: ClientIP", "",
		{ { "selector", "{\"a\":\"b\"}" }, { "sessionAffinity", "\"ClientIP\"" } } },
	{ EN, PORT, "",
		{ { "clusterIP", "*" }, { "ipFamilies", "[\"IPv4\"]" }, { "internalTrafficPolicy", "\"Cluster\"" } } },
	{ EN, NP ", " PORT, "", { { "clusterIP", "*" }, { "ports[0].nodePort", "*" } } },
	{ "clusterIP: None, " PORT, EN, "", { { "clusterIP", "" }, { "clusterIPs", "" } } },
	{ "clusterIP: None, " PORT, NP ", clusterIP: None, " PORT,
		"spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
		NOTHING },
	{ "clusterIP: None, " PORT, "clusterIP: None", "", { { "ports", "" } } },
	/* node ports of a balancer that has none */
	{ LB ", allocateLoadBalancerNodePorts: false, " PORT,
		LB ", allocateLoadBalancerNodePorts: false, ports: [{port: 81}]", "", { { "ports[0].nodePort", "" } } },
	{ LB ", allocateLoadBalancerNodePorts: false, " PORT, LB ", " PORT, "", { { "ports[0].nodePort", "*" } } },
	{ LB ", " PORT, LB ", allocateLoadBalancerNodePorts: false, " PORT, "", { { "ports[0].nodePort", "=" } } },
	{ NP ", " PORT, LB ", allocateLoadBalancerNodePorts: false, ports: [{name: new, port: 81}]", "",
		{ { "ports[0].nodePort", "" } } },
	/* the health check's port */
	{ LB ", " PORT, LB ", " LOCAL ", " PORT, "", { { "healthCheckNodePort", "*" }, { "ports[0].nodePort", "=" } } },
	{ LB ", " LOCAL ", " PORT, LB ", " LOCAL ", ports: [{port: 81}]", "", { { "healthCheckNodePort", "=" } } },
	{ LB ", " LOCAL ", healthCheckNodePort: 30888, " PORT, LB ", " LOCAL ", healthCheckNodePort: 30889, " PORT,
		"spec.healthCheckNodePort: Forbidden: field is immutable", NOTHING },
	{ LB ", " LOCAL ", healthCheckNodePort: 30888, " PORT,
		LB ", externalTrafficPolicy: Cluster, healthCheckNodePort: 30888, " PORT, "",
		{ { "healthCheckNodePort", "" } } },
	{ LB ", " LOCAL ", healthCheckNodePort: 30888, " PORT,
		LB ", externalTrafficPolicy: Cluster, healthCheckNodePort: 30889, " PORT,
		"spec.healthCheckNodePort: Invalid value: 30889: may only be set when `type` is 'LoadBalancer' and "
		"`externalTrafficPolicy` is 'Local'",
		NOTHING },
	{ LB ", " LOCAL ", " PORT, NP ", " LOCAL ", " PORT, "",
		{ { "healthCheckNodePort", "" }, { "externalTrafficPolicy", "\"Local\"" } } },
	{ LB ", " PORT, LB ", " LOCAL ", healthCheckNodePort: 31999, " PORT,
		"Internal error occurred: failed to allocate requested HealthCheck NodePort 31999: provided port is "
		"already "
		"allocated",
		NOTHING },
	{ NP ", " LOCAL ", " PORT, LB ", " LOCAL ", healthCheckNodePort: 30890, " PORT, "",
		{ { "healthCheckNodePort", "30890" }, { "ports[0].nodePort", "=" } } },
	/* affinity and policies */
	{ "sessionAffinity: ClientIP, " PORT, PORT, "",
		{ { "sessionAffinity", "\"None\"" }, { "sessionAffinityConfig", "" } } },
	{ PORT, "sessionAffinity: ClientIP, " PORT, "",
		{ { "sessionAffinityConfig", "{\"clientIP\":{\"timeoutSeconds\":10800}}" } } },
	{ PORT, "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}}, " PORT,
		"spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less "
		"than "
		"86400",
		NOTHING },
	{ "trafficDistribution: PreferClose, " PORT, PORT, "", { { "trafficDistribution", "" } } },
	{ PORT, "trafficDistribution: '', " PORT,
		"spec.trafficDistribution: Unsupported value: \"\": supported values: \"PreferClose\"", NOTHING },
	{ PORT, "internalTrafficPolicy: '', " PORT,
		"spec.internalTrafficPolicy: Unsupported value: \"\": supported values: \"Cluster\", \"Local\"",
		NOTHING },
	{ PORT, "ipFamilyPolicy: '', " PORT,
		"spec.ipFamilyPolicy: Unsupported value: \"\": supported values: \"PreferDualStack\", "
		"\"RequireDualStack\", "
		"\"SingleStack\"",
		NOTHING },
	/* a class may come with the type, and not change */
	{ LB ", loadBalancerClass: foo, " PORT, LB ", loadBalancerClass: bar, " PORT,
		"spec.loadBalancerClass: Invalid value: \"bar\": may not change once set", NOTHING },
	{ LB ", loadBalancerClass: foo, " PORT, LB ", " PORT,
		"spec.loadBalancerClass: Invalid value: \"null\": may not change once set", NOTHING },
	{ PORT, LB ", loadBalancerClass: example.com/foo, " PORT, "",
		{ { "loadBalancerClass", "\"example.com/foo\"" } } },
	/* a class is looked at before the ports */
	{ LB ", " PORT, "type: ClusterIP, loadBalancerClass: foo, ports: [{port: 0}]",
		"[spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer', "
		"spec.ports[0].port: Invalid "
		"value: 0: must be between 1 and 65535, inclusive, spec.ports[0].targetPort: Invalid value: 0: must be "
		"between 1 "
		"and 65535, inclusive]",
		NOTHING },
	/* source ranges */
	{ LB ", loadBalancerSourceRanges: [10.0.0.0/8], " PORT, NP ", loadBalancerSourceRanges: [10.0.0.0/8], " PORT,
		"spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'", NOTHING },
	{ LB ", " PORT, LB ", loadBalancerSourceRanges: [' 10.0.0.0/8 ', bad], " PORT,
		"spec.LoadBalancerSourceRanges[1]: Invalid value: \"bad\": must be a valid CIDR value, (e.g. "
		"10.9.8.0/24 or "
		"2001:db8::/64)",
		NOTHING },
};

static const char *
field(struct fixture *fixture, const char *name)
{
	char *path = xasprintf("spec.%s", name);
	const char *text = fixture_field(fixture, "Service", "foo", path);

	free(path);
	return text;
}

static void
check_pools(struct fixture *fixture)
{
	struct server *server = &fixture->server;
	uint64_t ips = server->ips[0].held_count;
	uint32_t ports = server->ports.held_count;

	server_recount(server);
	assert_int_equal(server->ips[0].held_count, ips);
	assert_int_equal(server->ports.held_count, ports);
}

static void
put_one(struct fixture *fixture, const struct put *put)
{
	static const char form[] = "{metadata: {name: foo}, spec: {%s}}";
	char *before = xasprintf(form, put->before), *after = xasprintf(form, put->after);
	const char *was[6] = { NULL }, *got;

	got = fixture_create(fixture, "Service", before);
	if (*got)
		fail_msg("%s: %s", before, got);
	for (size_t i = 0; i < 6 && put->fields[i].path; i++)
		was[i] = field(fixture, put->fields[i].path);
	got = fixture_complaints(fixture_change(fixture, REQUEST_UPDATE, PATCH_MERGE, "Service", "foo", after));
	if (strcmp(got, put->text))
		fail_msg("%s -> %s:\n want %s\n got  %s", put->before, put->after, put->text, got);
	for (size_t i = 0; i < 6 && put->fields[i].path; i++) {
		const char *want = put->fields[i].want, *now = field(fixture, put->fields[i].path);
		bool good = !strcmp(want, "*") ? *now != '\0' : !strcmp(now, strcmp(want, "=") ? want : was[i]);

		if (!good)
			fail_msg("%s -> %s: %s: want %s, was %s, got %s", put->before, put->after, put->fields[i].path,
				want, was[i], now);
	}
	check_pools(fixture);
	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Service", "foo", NULL), "");
	check_pools(fixture);
	free(after);
	free(before);
}

static void
puts_keep_wipe_and_refuse(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(
		fixture_create(fixture, "Service",
			"{metadata: {name: holder}, spec: {type: NodePort, ports: [{port: 80, nodePort: 31999}]}}"),
		"");
	for (size_t i = 0; i < sizeof put_cases / sizeof *put_cases; i++)
		put_one(fixture, &put_cases[i]);
	assert_int_equal(fixture->server.ips[0].held_count, 2);
	assert_int_equal(fixture->server.ports.held_count, 1);
}

/* A dry run of an update shows what would be, and holds nothing of it. */
static void
a_dry_update_holds_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;
	const struct object *shown;

	assert_string_equal(
		fixture_create(fixture, "Service", "{metadata: {name: foo}, spec: {ports: [{port: 80}]}}"), "");
	request.verb = REQUEST_UPDATE;
	request.kind = kind_by_kind("Service");
	request.namespace = "default";
	request.name = "foo";
	request.dry_run = true;
	assert_string_equal(fixture_send(fixture, &request,
				    "{metadata: {name: foo}, spec: {type: LoadBalancer, externalTrafficPolicy: Local, "
				    "ports: [{name: a, "
				    "port: 80}, {name: b, port: 81}]}}",
				    &shown),
		"");
	/* portallocator's dry run: from 32768 on, by the order of asking */
	assert_int_equal(value_get_int(value_path(shown->root, "spec.ports[0]"), "nodePort", 0), 32768);
	assert_int_equal(value_get_int(value_path(shown->root, "spec.ports[1]"), "nodePort", 0), 32769);
	assert_int_equal(value_get_int(value_path(shown->root, "spec"), "healthCheckNodePort", 0), 32770);
	object_unref((struct object *)shown);
	assert_int_equal(fixture->server.ports.held_count, 0);
	assert_string_equal(field(fixture, "type"), "\"ClusterIP\"");
	check_pools(fixture);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(puts_keep_wipe_and_refuse),
		TEST(a_dry_update_holds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
