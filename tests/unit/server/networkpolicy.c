/*
 * NetworkPolicies: cases of upstream's TestValidateNetworkPolicy (pkg/apis/networking/validation) that a transcript of
 * a real v1.32 API server doesn't show; the texts are those of the functions that it tests.
 */
#include "fixture.h"

static const struct {
	const char *spec, *text;
} cases[] = {
	{ "podSelector: {}", "" },
	{ "podSelector: {}, policyTypes: [ingress, '']",
		"[spec.policyTypes[0]: Unsupported value: \"ingress\": supported values: \"Ingress\", \"Egress\", "
		"spec.policyTypes[1]: Unsupported value: \"\": supported values: \"Ingress\", \"Egress\"]" },
	{ "podSelector: {}, policyTypes: [Ingress, Egress, Ingress]",
		"spec.policyTypes: Invalid value: []networking.PolicyType{\"Ingress\", \"Egress\", \"Ingress\"}: may "
		"not "
		"specify more than two policyTypes" },
	{ "podSelector: {}, egress: [{ports: [{protocol: ''}]}]",
		"spec.egress[0].ports[0].protocol: Unsupported value: \"\": supported values: \"TCP\", \"UDP\", "
		"\"SCTP\"" },
	{ "podSelector: {}, egress: [{ports: [{port: 32000, endPort: 31000}, {port: 80, endPort: 65536}]}]",
		"[spec.egress[0].ports[0].endPort: Invalid value: 32000: must be greater than or equal to `port`, "
		"spec.egress[0].ports[1].endPort: Invalid value: 65536: must be between 1 and 65535, inclusive]" },
	{ "podSelector: {}, egress: [{ports: [{endPort: 31000}, {port: dns, endPort: 32000}]}]",
		"[spec.egress[0].ports[0].endPort: Invalid value: 31000: may not be specified when `port` is not "
		"specified, "
		"spec.egress[0].ports[1].endPort: Invalid value: 32000: may not be specified when `port` is "
		"non-numeric]" },
	{ "podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8, 11.0.0.0/16, bad, "
	  "10.1.0.0/16]}}, {ipBlock: {}}]}]",
		"[spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"10.0.0.0/8\": must be a strict subset of "
		"`cidr`, "
		"spec.egress[0].to[0].ipBlock.except[1]: Invalid value: \"11.0.0.0/16\": must be a strict subset of "
		"`cidr`, "
		"spec.egress[0].to[0].ipBlock.except[2]: Invalid value: \"bad\": must be a valid CIDR value, (e.g. "
		"10.9.8.0/24 or 2001:db8::/64), spec.egress[0].to[1].ipBlock.cidr: Required value]" },
	{ "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: a, operator: Exists, "
	  "values: "
	  "[b]}, {key: a, operator: NotIn}]}}]}]",
		"[spec.ingress[0].from[0].namespaceSelector.matchExpressions[0].values: Forbidden: may not be "
		"specified when "
		"`operator` is 'Exists' or 'DoesNotExist', "
		"spec.ingress[0].from[0].namespaceSelector.matchExpressions[1].values: Required value: must be "
		"specified when "
		"`operator` is 'In' or 'NotIn']" },
};

static void
policies_are_checked(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: p%zu}, spec: {%s}}", i, cases[i].spec);

		assert_string_equal(fixture_complaints(fixture_create(fixture, "NetworkPolicy", body)), cases[i].text);
		free(body);
	}
}

/* The rules are checked again on an update, and the types stay as they were defaulted. */
static void
an_update_keeps_the_types(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(
		fixture_create(fixture, "NetworkPolicy", "{metadata: {name: a}, spec: {podSelector: {}}}"), "");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "NetworkPolicy", "a",
				    "{spec: {egress: [{ports: [{port: 53}]}]}}"),
		"");
	assert_string_equal(fixture_field(fixture, "NetworkPolicy", "a", "spec.policyTypes"), "[\"Ingress\"]");
	assert_string_equal(
		fixture_field(fixture, "NetworkPolicy", "a", "spec.egress[0].ports[0].protocol"), "\"TCP\"");
	assert_string_equal(fixture_field(fixture, "NetworkPolicy", "a", "metadata.generation"), "2");
	assert_string_equal(fixture_complaints(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "NetworkPolicy", "a",
				    "{spec: {egress: [{to: [{}]}]}}")),
		"spec.egress[0].to[0]: Required value: must specify a peer");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(policies_are_checked),
		TEST(an_update_keeps_the_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
