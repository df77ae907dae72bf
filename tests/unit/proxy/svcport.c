/*
 * What kube-proxy makes of Services and EndpointSlices, where the cases in tests/proxy/ don't reach. Expectations
 * follow pkg/proxy/serviceport.go, endpointslicecache.go and topology.go.
 */
#include "fixture.h"

struct ports {
	struct fixture fixture;
	struct proxy_port *v;
	size_t n;
};

#define NODE "---\n{apiVersion: v1, kind: Node, metadata: {name: n1, labels: {topology.kubernetes.io/zone: zone-a}}, " \
	"status: {addresses: [{type: InternalIP, address: 192.168.0.2}, " \
	"{type: InternalIP, address: 'fd00::2'}]}}\n---\n"

static void
make_ports(struct ports *ports, enum ip_family family, const char *text)
{
	char *whole = xasprintf("%s%s", NODE, text);

	fixture_init(&ports->fixture);
	fixture_load(&ports->fixture, "text", whole);
	free(whole);
	proxy_ports(&(struct proxy_input){ ports->fixture.store, &ports->fixture.settings, "n1", family, NULL },
		&ports->fixture.arena, &ports->v, &ports->n);
}

static void
check_names(const struct ports *ports, const char *want)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < ports->n; i++)
		str_addf(&names, "%s %s|", ports->v[i].name, protocol_name(ports->v[i].protocol));
	assert_string_equal(names.buf, want);
	str_release(&names);
}

static void
check_endpoints(struct proxy_endpoint *const *list, size_t n, const char *want)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < n; i++)
		str_addf(&names, "%s%s", i ? " " : "", list[i]->text);
	assert_string_equal(names.buf, want);
	str_release(&names);
}

static void
test_which_services(void **state)
{
	struct ports ports;

	(void)state;
	make_ports(&ports, IP_V4,
		"{apiVersion: v1, kind: Service, metadata: {namespace: b, name: two}, spec: {clusterIP: 10.96.0.2, "
		"ports: ["
		"{name: z, port: 80}, {name: a, port: 53, protocol: UDP}]}}\n---\n"
		"{apiVersion: v1, kind: Service, metadata: {namespace: a, name: plain}, spec: {clusterIP: 10.96.0.1, "
		"ports: ["
		"{port: 80}]}}\n---\n"
		"{apiVersion: v1, kind: Service, metadata: {namespace: a, name: headless}, spec: {clusterIP: None, "
		"ports: ["
		"{port: 80}]}}\n---\n"
		"{apiVersion: v1, kind: Service, metadata: {namespace: a, name: six}, spec: {clusterIP: 'fd00::1', "
		"clusterIPs: ['fd00::1'], ipFamilies: [IPv6], ports: [{port: 80}]}}\n---\n"
		"{apiVersion: v1, kind: Service, metadata: {namespace: a, name: away}, spec: {type: ExternalName, "
		"externalName: example.org, ports: [{port: 80}]}}\n");
	check_names(&ports, "a/plain TCP|b/two:z TCP|b/two:a UDP|");
	fixture_release(&ports.fixture);
}

#define SERVICE "{apiVersion: v1, kind: Service, metadata: {namespace: a, name: s}, spec: {clusterIP: 10.96.0.1, " \
	"ports: [{name: p, port: 80}]}}\n---\n"
#define SLICE(name, rest) "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, " \
	"metadata: {namespace: a, name: " name ", labels: {kubernetes.io/service-name: s}}, " rest "}\n---\n"

/* Endpoints sort by their text; the port's name and protocol join, not its number; null is no name. */
static void
test_which_endpoints(void **state)
{
	struct ports ports;

	(void)state;
	make_ports(&ports, IP_V4, SERVICE
		SLICE("s1", "addressType: IPv4, ports: [{name: p, port: 8080}, {name: q, port: 1}, {name: p, port: "
		"53, protocol: UDP}], "
			"endpoints: [{addresses: [10.0.0.2, 10.0.0.99]}, {addresses: [10.0.0.10]}]")
		SLICE("s2", "addressType: IPv4, ports: [{name: p, port: 9}], endpoints: [{addresses: [10.0.0.2]}]")
		SLICE("s3", "addressType: IPv4, ports: [{name: null, port: 7}, {name: p}], endpoints: [{addresses: "
		"[10.0.0.3]}]")
		SLICE("s4", "addressType: IPv6, ports: [{name: p, port: 80}], endpoints: [{addresses: ['fd00::5']}]")
		SLICE("s5", "addressType: FQDN, ports: [{name: p, port: 80}], endpoints: [{addresses: "
		"[example.org]}]"));
	assert_int_equal(ports.n, 1);
	check_endpoints(ports.v[0].cluster, ports.v[0].ncluster, "10.0.0.10:8080 10.0.0.2:8080 10.0.0.2:9");
	fixture_release(&ports.fixture);
}

/* The later of two counts, unless it is terminating. */
static void
test_twice(void **state)
{
	struct ports ports;

	(void)state;
	make_ports(&ports, IP_V4, SERVICE
		SLICE("s1", "addressType: IPv4, ports: [{name: p, port: 80}], endpoints: ["
			"{addresses: [10.0.0.1], conditions: {ready: false}}, {addresses: [10.0.0.2], conditions: "
			"{ready: true}}]")
		SLICE("s2", "addressType: IPv4, ports: [{name: p, port: 80}], endpoints: ["
			"{addresses: [10.0.0.1], conditions: {ready: true}, nodeName: n1}, "
			"{addresses: [10.0.0.2], conditions: {ready: false, terminating: true}}]"));
	assert_int_equal(ports.v[0].nall, 2);
	check_endpoints(ports.v[0].cluster, ports.v[0].ncluster, "10.0.0.1:80 10.0.0.2:80");
	assert_true(ports.v[0].all[0].local);
	fixture_release(&ports.fixture);
}

/* Unset conditions: ready, serving, and not terminating. */
static void
test_conditions(void **state)
{
	struct ports ports;

	(void)state;
	make_ports(&ports, IP_V4, SERVICE
		SLICE("s1", "addressType: IPv4, ports: [{name: p, port: 80}], endpoints: ["
			"{addresses: [10.0.0.1]}, {addresses: [10.0.0.2], conditions: {ready: false, serving: true, "
			"terminating: true}}, "
			"{addresses: [10.0.0.3], conditions: {ready: false, serving: false, terminating: true}}]"));
	assert_true(ports.v[0].all[0].ready && ports.v[0].all[0].serving && !ports.v[0].all[0].terminating);
	check_endpoints(ports.v[0].cluster, ports.v[0].ncluster, "10.0.0.1:80");
	fixture_release(&ports.fixture);
	make_ports(&ports, IP_V4, SERVICE
		SLICE("s1", "addressType: IPv4, ports: [{name: p, port: 80}], endpoints: ["
			"{addresses: [10.0.0.2], conditions: {ready: false, serving: true, terminating: true}}, "
			"{addresses: [10.0.0.3], conditions: {ready: false, serving: false, terminating: true}}]"));
	check_endpoints(ports.v[0].cluster, ports.v[0].ncluster, "10.0.0.2:80");
	assert_true(ports.v[0].has_internal);
	fixture_release(&ports.fixture);
}

static void
test_balancer_fields(void **state)
{
	struct ports ports;
	char text[IP_TEXT];

	(void)state;
	make_ports(&ports, IP_V4, "{apiVersion: v1, kind: Service, metadata: {namespace: a, name: s}, spec: {type: "
		"LoadBalancer, "
		"clusterIP: 10.96.0.1, externalTrafficPolicy: Local, healthCheckNodePort: 31000, "
		"externalIPs: [010.0.0.9, 'fd00::9', nonsense], loadBalancerSourceRanges: [' 10.1.2.3/16 ', "
		"'fd00::/8'], "
		"ports: [{name: p, port: 80, nodePort: 30080}]}, status: {loadBalancer: {ingress: [{ip: 1.2.3.4}, "
		"{ip: 1.2.3.5, "
		"ipMode: Proxy}, {ip: 1.2.3.6, ipMode: VIP}, {hostname: lb.example}, {ip: 'fd00::7'}]}}}\n");
	assert_int_equal(ports.v[0].health_check_port, 31000);
	assert_true(ports.v[0].external_local);
	assert_int_equal(ports.v[0].nexternal_ips, 1);
	assert_string_equal(ip_format(&ports.v[0].external_ips[0], text), "10.0.0.9");
	assert_int_equal(ports.v[0].nvips, 2);
	assert_string_equal(ip_format(&ports.v[0].vips[1], text), "1.2.3.6");
	assert_int_equal(ports.v[0].nsource_ranges, 1);
	assert_string_equal(cidr_format(&ports.v[0].source_ranges[0], text), "10.1.0.0/16");
	fixture_release(&ports.fixture);
}

/* 0.0.0.0/0 among the ranges: no ranges at all.  Policy Local on a Service that nobody outside can reach: no effect. */
static void
test_no_effect(void **state)
{
	struct ports ports;

	(void)state;
	make_ports(&ports, IP_V4, "{apiVersion: v1, kind: Service, metadata: {namespace: a, name: s}, spec: {type: "
		"ClusterIP, "
		"clusterIP: 10.96.0.1, externalTrafficPolicy: Local, healthCheckNodePort: 31000, "
		"loadBalancerSourceRanges: [10.0.0.0/8, 0.0.0.0/0], ports: [{port: 80}]}}\n");
	assert_int_equal(ports.v[0].nsource_ranges, 0);
	assert_int_equal(ports.v[0].health_check_port, 0);
	assert_false(ports.v[0].external_local);
	assert_false(ports.v[0].uses_local);
	fixture_release(&ports.fixture);
}

/* internalTrafficPolicy Local and all endpoints elsewhere: there are endpoints, but not for this node. */
static void
test_none_local(void **state)
{
	struct ports ports;

	(void)state;
	make_ports(&ports, IP_V4, "{apiVersion: v1, kind: Service, metadata: {namespace: a, name: s}, spec: "
		"{clusterIP: 10.96.0.1, "
		"internalTrafficPolicy: Local, ports: [{name: p, port: 80}]}}\n---\n"
		SLICE("s1", "addressType: IPv4, ports: [{name: p, port: 80}], endpoints: [{addresses: [10.0.0.1], "
		"nodeName: n2}]"));
	assert_true(ports.v[0].has_endpoints);
	assert_false(ports.v[0].has_internal);
	assert_int_equal(ports.v[0].nreachable, 0);
	fixture_release(&ports.fixture);
}

/* A dual-stack Service has one address and one set of endpoints in each family. */
static void
test_families(void **state)
{
	static const char text[] = "{apiVersion: v1, kind: Service, metadata: {namespace: a, name: s}, spec: "
		"{clusterIP: 10.96.0.1, "
		"clusterIPs: [10.96.0.1, 'fd00::1'], ipFamilies: [IPv4, IPv6], ports: [{name: p, port: 80}]}}\n---\n"
		SLICE("s1", "addressType: IPv4, ports: [{name: p, port: 80}], endpoints: [{addresses: [10.0.0.1]}]")
		SLICE("s2", "addressType: IPv6, ports: [{name: p, port: 80}], endpoints: [{addresses: ['fd00::a']}]");
	struct ports ports;
	char buf[IP_TEXT];

	(void)state;
	make_ports(&ports, IP_V4, text);
	assert_string_equal(ip_format(&ports.v[0].cluster_ip, buf), "10.96.0.1");
	check_endpoints(ports.v[0].cluster, ports.v[0].ncluster, "10.0.0.1:80");
	fixture_release(&ports.fixture);
	make_ports(&ports, IP_V6, text);
	assert_string_equal(ip_format(&ports.v[0].cluster_ip, buf), "fd00::1");
	check_endpoints(ports.v[0].cluster, ports.v[0].ncluster, "[fd00::a]:80");
	fixture_release(&ports.fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_which_services), cmocka_unit_test(test_which_endpoints),
			cmocka_unit_test(test_twice),
		cmocka_unit_test(test_conditions), cmocka_unit_test(test_balancer_fields),
		cmocka_unit_test(test_no_effect),
		cmocka_unit_test(test_none_local), cmocka_unit_test(test_families),
	};

	return cmocka_run_group_tests_name("svcport", tests, NULL, NULL);
}
