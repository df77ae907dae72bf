/*
 * Addresses and ports of Services over their life.  What is expected follows transcripts of a real v1.32 API
 * server where a comment says so, KEP-3070 and KEP-3668 for the bands, KEP-563 for dual stack.
 */
#include "fixture.h"

#include <stdio.h>

#define SERVICE(name, spec) "{apiVersion: v1, kind: Service, metadata: {name: " name "}, spec: {" spec "}}"

/* The pools hold exactly what a count over all Services finds. */
static void
assert_balanced(struct fixture *fixture)
{
	struct server *server = &fixture->server;
	uint64_t first = server->ips[0].held_count, second = server->ips[1].held_count;
	uint32_t ports = server->ports.held_count;

	server_recount(server);
	assert_int_equal(server->ips[0].held_count, first);
	assert_int_equal(server->ips[1].held_count, second);
	assert_int_equal(server->ports.held_count, ports);
}

static void
create(struct fixture *fixture, const char *body)
{
	assert_string_equal(fixture_create(fixture, "Service", body), "");
	assert_balanced(fixture);
}

static void
update(struct fixture *fixture, const char *name, const char *body)
{
	assert_string_equal(fixture_change(fixture, REQUEST_UPDATE, PATCH_MERGE, "Service", name, body), "");
	assert_balanced(fixture);
}

static int64_t
number(struct fixture *fixture, const char *name, const char *path)
{
	return strtoll(fixture_field(fixture, "Service", name, path), NULL, 10);
}

#define assert_field(name, path, text) assert_string_equal(fixture_field(fixture, "Service", name, path), text)

static void
kubernetes_has_the_first_address(void **state)
{
	struct fixture *fixture = *state;

	assert_field("kubernetes", "spec.clusterIP", "\"10.96.0.1\"");
	assert_field("kubernetes", "spec.ports[0].targetPort", "6443");
	assert_field("kubernetes", "metadata.labels.component", "\"apiserver\"");
	assert_int_equal(fixture->server.ips[0].held_count, 1);
}

static void
what_is_chosen_lies_in_the_upper_bands(void **state)
{
	struct fixture *fixture = *state;
	struct ip ip, first = { IP_V4, { 10, 96, 1, 1 } };
	char name[16];

	for (int i = 0; i < 40; i++) {
		char *body = xasprintf(SERVICE("s%d", "type: NodePort, ports: [{port: 80}]"), i);
		const struct object *service;

		create(fixture, body);
		free(body);
		snprintf(name, sizeof name, "s%d", i);
		service = fixture_get(fixture, "Service", name);
		assert_true(ip_parse(value_get_text(value_get(service->root, "spec"), "clusterIP"), &ip));
		assert_true(ip_compare(&ip, &first) >= 0);
		assert_true(number(fixture, name, "spec.ports[0].nodePort") >= 30086);
	}
}

/* One number for TCP and UDP in one Service gets one node port: transcripts. */
static void
protocols_of_one_number_share_a_node_port(void **state)
{
	struct fixture *fixture = *state;

	create(fixture,
		SERVICE("dns",
			"type: NodePort, ports: [{name: a, port: 53, protocol: UDP}, {name: b, port: 53}, {name: c, "
			"port: 80}]"));
	assert_int_equal(
		number(fixture, "dns", "spec.ports[0].nodePort"), number(fixture, "dns", "spec.ports[1].nodePort"));
	assert_int_not_equal(
		number(fixture, "dns", "spec.ports[0].nodePort"), number(fixture, "dns", "spec.ports[2].nodePort"));
	assert_int_equal(fixture->server.ports.held_count, 2);
}

/* transcripts: "provided port is already allocated" comes before "already exists", and the failed request frees nothing */
static void
what_is_taken_is_reported_before_the_name(void **state)
{
	static const char body[] =
		SERVICE("web", "type: NodePort, clusterIP: 10.96.7.7, ports: [{port: 80, nodePort: 30080}]");
	struct fixture *fixture = *state;

	create(fixture, body);
	assert_string_equal(fixture_create(fixture, "Service", body),
		"Service \"web\" is invalid: spec.clusterIPs: Invalid value: "
		"[]string{\"10.96.7.7\"}: failed to allocate IP 10.96.7.7: provided IP is already allocated");
	assert_string_equal(fixture_create(fixture, "Service",
				    SERVICE("web", "type: NodePort, ports: [{port: 80, nodePort: 30080}]")),
		"Service \"web\" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already "
		"allocated");
	assert_string_equal(fixture_create(fixture, "Service", SERVICE("web", "ports: [{port: 80}]")),
		"services \"web\" already exists");
	assert_balanced(fixture);
}

/* transcripts: kubectl replace of a Service with and without its node port and type */
static void
replacing_keeps_what_was_allocated(void **state)
{
	struct fixture *fixture = *state;
	const char *ip;

	create(fixture, SERVICE("np", "type: NodePort, ports: [{port: 80, nodePort: 30333}]"));
	ip = fixture_field(fixture, "Service", "np", "spec.clusterIP");
	update(fixture, "np", SERVICE("np", "type: NodePort, ports: [{port: 81}]"));
	assert_field("np", "spec.ports[0].nodePort", "30333");
	assert_field("np", "spec.clusterIP", ip);
	update(fixture, "np", SERVICE("np", "ports: [{port: 81}]"));
	assert_field("np", "spec.type", "\"ClusterIP\"");
	assert_field("np", "spec.ports[0].nodePort", "");
	assert_field("np", "spec.clusterIP", ip);
	assert_field("np", "spec.externalTrafficPolicy", "");
	assert_int_equal(fixture->server.ports.held_count, 0);
}

static void
a_type_change_wipes_what_it_has_no_use_for(void **state)
{
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;

	create(fixture, SERVICE("lb", "type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]"));
	assert_true(number(fixture, "lb", "spec.healthCheckNodePort") >= 30086);
	assert_int_equal(fixture->server.ports.held_count, 2);
	request.verb = REQUEST_UPDATE;
	request.kind = kind_by_kind("Service");
	request.namespace = "default";
	request.name = "lb";
	request.subresource = "status";
	assert_string_equal(fixture_send(fixture, &request,
				    "{apiVersion: v1, kind: Service, metadata: {name: lb}, status: {loadBalancer: "
				    "{ingress: [{ip: 203.0.113.9}]}}}",
				    NULL),
		"");
	assert_field("lb", "status.loadBalancer.ingress", "[{\"ip\":\"203.0.113.9\",\"ipMode\":\"VIP\"}]");
	assert_field("lb", "spec.type", "\"LoadBalancer\"");
	update(fixture, "lb", SERVICE("lb", "type: LoadBalancer, externalTrafficPolicy: Cluster, ports: [{port: 80}]"));
	assert_field("lb", "spec.healthCheckNodePort", "");
	assert_field("lb", "status.loadBalancer.ingress[0].ip", "\"203.0.113.9\"");
	assert_int_equal(fixture->server.ports.held_count, 1);
	update(fixture, "lb", SERVICE("lb", "type: NodePort, ports: [{port: 80}]"));
	assert_field("lb", "status.loadBalancer", "{}");
	assert_field("lb", "spec.allocateLoadBalancerNodePorts", "");
	update(fixture, "lb", SERVICE("lb", "type: ExternalName, externalName: example.com"));
	assert_field("lb", "spec.clusterIP", "");
	assert_field("lb", "spec.ipFamilies", "");
	assert_int_equal(fixture->server.ips[0].held_count, 1);
	update(fixture, "lb", SERVICE("lb", "type: ClusterIP, ports: [{port: 80}]"));
	assert_int_equal(fixture->server.ips[0].held_count, 2);
}

/* transcripts: kubectl edit of clusterIP */
static void
a_cluster_ip_does_not_change(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, SERVICE("web", "clusterIP: 10.96.1.2, ports: [{port: 80}]"));
	assert_string_equal(
		fixture_change(fixture, REQUEST_UPDATE, PATCH_MERGE, "Service", "web",
			SERVICE("web", "clusterIP: 10.96.1.1, clusterIPs: [10.96.1.2], ports: [{port: 80}]")),
		"Service \"web\" is invalid: spec.clusterIPs[0]: Invalid value: []string{\"10.96.1.1\"}: may not "
		"change once set");
	assert_field("web", "spec.clusterIP", "\"10.96.1.2\"");
	assert_balanced(fixture);
}

static void
deleting_frees_everything(void **state)
{
	struct fixture *fixture = *state;

	create(fixture,
		SERVICE("a",
			"type: LoadBalancer, externalTrafficPolicy: Local, ports: [{name: x, port: 80}, {name: m, "
			"port: 81}]"));
	create(fixture, SERVICE("b", "type: NodePort, clusterIP: 10.96.9.9, ports: [{port: 80, nodePort: 30001}]"));
	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Service", "a", NULL), "");
	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Service", "b", NULL), "");
	assert_balanced(fixture);
	assert_int_equal(fixture->server.ports.held_count, 0);
	assert_int_equal(fixture->server.ips[0].held_count, 1);
	/* transcripts: freed values are usable at once */
	create(fixture, SERVICE("c", "type: NodePort, clusterIP: 10.96.9.9, ports: [{port: 80, nodePort: 30001}]"));
}

/* transcripts: delete svc kubernetes works, and it comes back with the same address */
static void
kubernetes_comes_back(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Service", "kubernetes", NULL), "");
	assert_field("kubernetes", "spec.clusterIP", "\"10.96.0.1\"");
	assert_balanced(fixture);
}

static void
full_pools_are_internal_errors(void **state)
{
	struct fixture *fixture = *state;
	struct server *server = &fixture->server;
	struct cidr small;

	server->settings.node_port_last = 30001;
	assert_true(cidr_parse("10.96.0.0/30", &small));
	server->settings.service_subnets[0] = small;
	server_recount(server);
	create(fixture, SERVICE("a", "type: NodePort, ports: [{name: x, port: 80}]"));
	assert_string_equal(fixture_create(fixture, "Service", SERVICE("b", "ports: [{port: 80}]")),
		"Internal error occurred: failed to allocate a serviceIP: range is full");
	assert_int_equal(fixture->status.reason, STATUS_INTERNAL_ERROR);
	update(fixture, "a", SERVICE("a", "type: NodePort, ports: [{name: x, port: 80}, {name: m, port: 81}]"));
	assert_string_equal(fixture_change(fixture, REQUEST_UPDATE, PATCH_MERGE, "Service", "a",
				    SERVICE("a",
					    "type: NodePort, ports: [{name: x, port: 80}, {name: m, port: 81}, {name: "
					    "z, port: 82}]")),
		"Internal error occurred: failed to allocate a nodePort: range is full");
	assert_balanced(fixture);
}

/* Creates count Services with that spec, until one is refused; how many were made. */
static int
create_many(struct fixture *fixture, const char *prefix, int count, const char *spec)
{
	int made = 0;

	for (int i = 0; i < count; i++) {
		char *body = xasprintf("{metadata: {name: %s%03d}, spec: {%s}}", prefix, i, spec);
		const char *message = fixture_create(fixture, "Service", body);

		if (!*message)
			made++;
		else
			assert_string_equal(
				message, "Internal error occurred: failed to allocate a nodePort: range is full");
		free(body);
	}
	return made;
}

static int
count_low_ports(const struct fixture *fixture)
{
	int held = 0;

	for (uint16_t port = 30000; port < 30086; port++)
		held += portpool_has(&fixture->server.ports, port);
	return held;
}

/*
 * A transcript of a real v1.32 API server: 330 Services, then 150 more with 20 node ports each, of which 126 find
 * them; the four ports that stay free are all of the lower band, which is used last.
 */
static void
node_ports_run_out_the_lower_band_last(void **state)
{
	static const char twenty[] =
		"type: NodePort, ports: [{name: p0, port: 1000}, {name: p1, port: 1001}, {name: p2, "
		"port: 1002}, {name: p3, port: 1003}, {name: p4, port: 1004}, {name: p5, port: 1005}, "
		"{name: p6, port: 1006}, {name: p7, port: 1007}, {name: p8, port: 1008}, {name: p9, "
		"port: 1009}, {name: q0, port: 1010}, {name: q1, port: 1011}, {name: q2, port: 1012}, "
		"{name: q3, port: 1013}, {name: q4, port: 1014}, {name: q5, port: 1015}, {name: q6, "
		"port: 1016}, {name: q7, port: 1017}, {name: q8, port: 1018}, {name: q9, port: 1019}]";
	struct fixture *fixture = *state;
	const struct portpool *ports = &fixture->server.ports;

	assert_int_equal(create_many(fixture, "a", 150, "ports: [{port: 80}]"), 150);
	assert_int_equal(create_many(fixture, "b", 150, "type: NodePort, ports: [{port: 80}]"), 150);
	assert_int_equal(
		create_many(fixture, "c", 30,
			"type: LoadBalancer, externalTrafficPolicy: Local, ports: [{name: a, port: 80}, {name: b, "
			"port: 81}, {name: u, port: 80, protocol: UDP}]"),
		30);
	assert_int_equal(ports->held_count, 150 + 30 * 3);
	assert_int_equal(count_low_ports(fixture), 0);
	create(fixture, SERVICE("re4", "type: NodePort, ports: [{port: 80, nodePort: 30001}]"));
	create(fixture, SERVICE("edge1", "type: NodePort, ports: [{port: 80, nodePort: 30000}]"));
	create(fixture, SERVICE("edge2", "type: NodePort, ports: [{port: 80, nodePort: 32767}]"));
	create(fixture, SERVICE("edge3", "clusterIP: 10.96.0.2, ports: [{port: 80}]"));
	create(fixture, SERVICE("edge4", "clusterIP: 10.111.255.254, ports: [{port: 80}]"));
	create(fixture, SERVICE("re2", "type: NodePort, ports: [{port: 80}]"));
	assert_int_equal(create_many(fixture, "d", 150, twenty), 126);
	assert_int_equal(ports->held_count, 2764);
	assert_int_equal(count_low_ports(fixture), 82);
	assert_int_equal(create_many(fixture, "last", 5, "type: NodePort, ports: [{port: 80}]"), 4);
	assert_balanced(fixture);
}

/* the same transcript: there and back gives another node port */
static void
a_type_change_and_back_takes_a_new_port(void **state)
{
	struct fixture *fixture = *state;
	int64_t first;

	create(fixture, SERVICE("re2", "type: NodePort, ports: [{port: 80}]"));
	first = number(fixture, "re2", "spec.ports[0].nodePort");
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_STRATEGIC, "Service", "re2",
					    i ? "{spec: {type: NodePort}}" : "{spec: {type: ClusterIP}}"),
			"");
	assert_int_not_equal(number(fixture, "re2", "spec.ports[0].nodePort"), first);
	assert_balanced(fixture);
}

/* transcripts: create --dry-run=server shows the network's address */
static void
a_dry_run_takes_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;
	const struct object *shown;
	uint64_t dice = fixture->server.rng.state, version = store_version(fixture->server.store);

	request.verb = REQUEST_CREATE;
	request.kind = kind_by_kind("Service");
	request.namespace = "default";
	request.dry_run = true;
	assert_string_equal(
		fixture_send(fixture, &request, SERVICE("web", "type: NodePort, ports: [{port: 80}]"), &shown), "");
	assert_string_equal(value_get_text(value_get(shown->root, "spec"), "clusterIP"), "10.96.0.0");
	object_unref((struct object *)shown);
	assert_null(fixture_get(fixture, "Service", "web"));
	assert_int_equal(fixture->server.rng.state, dice);
	assert_int_equal(store_version(fixture->server.store), version);
	assert_balanced(fixture);
}

static int
dual_setup(void **state)
{
	struct fixture *fixture;
	struct cidr v6;

	fixture_setup(state);
	fixture = *state;
	assert_true(cidr_parse("fd00:10:96::/108", &v6));
	fixture->server.settings.service_subnets[1] = v6;
	server_recount(&fixture->server);
	return 0;
}

static void
dual_stack_comes_and_goes_with_the_policy(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, SERVICE("d", "ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]"));
	assert_field("d", "spec.ipFamilies", "[\"IPv4\",\"IPv6\"]");
	assert_int_equal(fixture->server.ips[1].held_count, 1);
	update(fixture, "d", SERVICE("d", "ipFamilyPolicy: SingleStack, ports: [{port: 80}]"));
	assert_field("d", "spec.ipFamilies", "[\"IPv4\"]");
	assert_int_equal(fixture->server.ips[1].held_count, 0);
	update(fixture, "d", SERVICE("d", "ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]"));
	assert_field("d", "spec.ipFamilies", "[\"IPv4\",\"IPv6\"]");
	assert_int_equal(fixture->server.ips[1].held_count, 1);
	create(fixture, SERVICE("six", "ipFamilies: [IPv6], ports: [{port: 80}]"));
	assert_field("six", "spec.ipFamilyPolicy", "\"SingleStack\"");
	assert_int_equal(fixture->server.ips[1].held_count, 2);
}

/* headless without a selector names both families whatever the cluster has */
static void
headless_services_hold_no_address(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, SERVICE("h", "clusterIP: None, selector: {a: b}, ports: [{port: 80}]"));
	assert_field("h", "spec.clusterIPs", "[\"None\"]");
	assert_field("h", "spec.ipFamilyPolicy", "\"SingleStack\"");
	create(fixture, SERVICE("hs", "clusterIP: None"));
	assert_field("hs", "spec.ipFamilyPolicy", "\"RequireDualStack\"");
	assert_field("hs", "spec.ipFamilies", "[\"IPv4\",\"IPv6\"]");
	assert_int_equal(fixture->server.ips[0].held_count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kubernetes_has_the_first_address),
		TEST(what_is_chosen_lies_in_the_upper_bands),
		TEST(protocols_of_one_number_share_a_node_port),
		TEST(what_is_taken_is_reported_before_the_name),
		TEST(replacing_keeps_what_was_allocated),
		TEST(a_type_change_wipes_what_it_has_no_use_for),
		TEST(a_cluster_ip_does_not_change),
		TEST(deleting_frees_everything),
		TEST(kubernetes_comes_back),
		TEST(full_pools_are_internal_errors),
		TEST(node_ports_run_out_the_lower_band_last),
		TEST(a_type_change_and_back_takes_a_new_port),
		TEST(a_dry_run_takes_nothing),
		cmocka_unit_test_setup_teardown(
			dual_stack_comes_and_goes_with_the_policy, dual_setup, fixture_teardown),
		TEST(headless_services_hold_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
