/*
 * Warnings of Services: upstream's TestGetWarningsForService.. (pkg/api/service/warnings_test.go), with the complaints
 * of Go's net/netip (its own netip_test.go) for addresses that the older parser takes.
 */
#include "fixture.h"

#define FUTURE " was accepted, but will be invalid in a future Kubernetes release: "
#define CANONICAL ", which may cause controller apply-loops"
#define LB "type: LoadBalancer, ports: [{port: 80}], "

static const struct {
	const char *metadata, *spec, *warnings; /* joined by a bar */
} cases[] = {
	{ "", "ports: [{port: 80}], clusterIP: None", "" },
	{ "annotations: {service.kubernetes.io/topology-aware-hints: auto}", "ports: [{port: 80}]",
		"annotation service.kubernetes.io/topology-aware-hints is deprecated, please use "
		"service.kubernetes.io/topology-mode instead" },
	{ "", "ports: [{port: 80}], clusterIP: 010.096.001.001",
		"spec.clusterIPs[0]: IP address" FUTURE
		"ParseAddr(\"010.096.001.001\"): IPv4 field has octet with leading zero" },
	{ "", "ports: [{port: 80}], externalIPs: [1.2.3.4, 01.2.3.4, '2001:db8::1', '2001:DB8::1', '2001:db8:0::1']",
		"spec.externalIPs[1]: IP address" FUTURE
		"ParseAddr(\"01.2.3.4\"): IPv4 field has octet with leading zero|spec.externalIPs[3]: IPv6 address "
		"\"2001:DB8::1\" is not in RFC 5952 canonical format (\"2001:db8::1\")" CANONICAL
		"|spec.externalIPs[4]: IPv6 address \"2001:db8:0::1\" is not in RFC 5952 canonical format "
		"(\"2001:db8::1\")" CANONICAL },
	{ "", LB "loadBalancerIP: foo",
		"spec.loadBalancerIP: IP address" FUTURE "ParseAddr(\"foo\"): unable to parse IP" },
	{ "", LB "loadBalancerIP: 1.2.3",
		"spec.loadBalancerIP: IP address" FUTURE "ParseAddr(\"1.2.3\"): IPv4 address too short" },
	{ "", LB "loadBalancerIP: 1.2.3.4.5",
		"spec.loadBalancerIP: IP address" FUTURE "ParseAddr(\"1.2.3.4.5\"): IPv4 address too long" },
	{ "", LB "loadBalancerIP: 1.2.3.256",
		"spec.loadBalancerIP: IP address" FUTURE "ParseAddr(\"1.2.3.256\"): IPv4 field has value >255" },
	{ "", LB "loadBalancerIP: 1..2.3",
		"spec.loadBalancerIP: IP address" FUTURE
		"ParseAddr(\"1..2.3\"): IPv4 field must have at least one digit (at \".2.3\")" },
	{ "", LB "loadBalancerIP: 1.2.3.x",
		"spec.loadBalancerIP: IP address" FUTURE "ParseAddr(\"1.2.3.x\"): unexpected character (at \"x\")" },
	{ "", LB "loadBalancerSourceRanges: [10.0.0.0/8, ' 10.0.0.0/8', 10.0.0.0/08, '2001:DB8::/32', 010.0.0.0/8]",
		"spec.loadBalancerSourceRanges[1]: IP prefix" FUTURE
		"netip.ParsePrefix(\" 10.0.0.0/8\"): ParseAddr(\" 10.0.0.0\"): unexpected character (at \" 10.0.0.0\")"
		"|spec.loadBalancerSourceRanges[2]: IP prefix" FUTURE
		"netip.ParsePrefix(\"10.0.0.0/08\"): bad bits after slash: \"08\""
		"|spec.loadBalancerSourceRanges[3]: IPv6 prefix \"2001:DB8::/32\" is not in RFC 5952 canonical format "
		"(\"2001:db8::/32\")" CANONICAL "|spec.loadBalancerSourceRanges[4]: IP prefix" FUTURE
		"netip.ParsePrefix(\"010.0.0.0/8\"): ParseAddr(\"010.0.0.0\"): IPv4 field has octet with leading "
		"zero" },
	{ "", "type: ExternalName, externalName: a.example, externalIPs: [1.2.3.4]",
		"spec.externalIPs is ignored when spec.type is \"ExternalName\"" },
	{ "", "ports: [{port: 80}], externalName: a.example",
		"spec.externalName is ignored when spec.type is not \"ExternalName\"" },
};

static const char *
joined(struct fixture *fixture)
{
	const struct status *status = &fixture->status;
	struct str text = STR_INIT;
	const char *copy;

	for (size_t i = 0; i < status->warnings.n; i++)
		str_addf(&text, "%s%s", i ? "|" : "", status->warnings.v[i]);
	copy = arena_strdup(&fixture->arena, text.buf);
	str_release(&text);
	return copy;
}

static void
what_is_taken_is_warned_of(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: a%zu, %s}, spec: {%s}}", i, cases[i].metadata, cases[i].spec);

		assert_string_equal(fixture_create(fixture, "Service", body), "");
		assert_string_equal(joined(fixture), cases[i].warnings);
		free(body);
	}
}

/* serviceStatusStrategy, ValidateLoadBalancerStatus */
static void
a_status_is_checked_and_warned_of(void **state)
{
	static const struct {
		const char *ingress, *text, *warnings;
	} statuses[] = {
		{ "[{ip: 1.2.3.4}]", "", "" },
		{ "[{ip: 1.2.3.4, ipMode: Proxy}, {hostname: lb.example}]", "", "" },
		{ "[{ip: 1.2.3.04}]", "",
			"status.loadBalancer.ingress[0]: IP address" FUTURE
			"ParseAddr(\"1.2.3.04\"): IPv4 field has octet with leading zero" },
		{ "[{hostname: lb.example, ipMode: VIP}]",
			"status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set",
			"" },
		{ "[{ip: 1.2.3.4, ipMode: vip}, {ip: 1.2.3.4, ipMode: ''}, {ip: x}, {hostname: 1.2.3.4}]",
			"[status.loadBalancer.ingress[0].ipMode: Unsupported value: \"vip\": supported values: "
			"\"Proxy\", "
			"\"VIP\", status.loadBalancer.ingress[1].ipMode: Unsupported value: \"\": supported values: "
			"\"Proxy\", \"VIP\", status.loadBalancer.ingress[2].ip: Invalid value: \"x\": must be a valid "
			"IP "
			"address, (e.g. 10.9.8.7 or 2001:db8::ffff), status.loadBalancer.ingress[3].hostname: Invalid "
			"value: \"1.2.3.4\": must be a DNS name, not an IP address]",
			"" },
	};
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;

	assert_string_equal(fixture_create(fixture, "Service", "{metadata: {name: a}, spec: {" LB "}}"), "");
	request.verb = REQUEST_PATCH;
	request.patch_type = PATCH_MERGE;
	request.kind = kind_by_kind("Service");
	request.namespace = "default";
	request.name = "a";
	request.subresource = "status";
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		char *body = xasprintf("{status: {loadBalancer: {ingress: %s}}}", statuses[i].ingress);

		assert_string_equal(fixture_complaints(fixture_send(fixture, &request, body, NULL)), statuses[i].text);
		assert_string_equal(joined(fixture), statuses[i].warnings);
		free(body);
	}
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Service", "a", "{spec: {type: NodePort}}"), "");
	assert_string_equal(fixture_complaints(fixture_send(
				    fixture, &request, "{status: {loadBalancer: {ingress: [{ip: 1.2.3.4}]}}}", NULL)),
		"status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is \"LoadBalancer\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_taken_is_warned_of),
		TEST(a_status_is_checked_and_warned_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
