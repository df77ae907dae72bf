/*
 * EndpointSlices and Endpoints: the cases of upstream's TestValidateEndpointSlice (pkg/apis/discovery/validation) and
 * TestValidateEndpoints (pkg/apis/core/validation) that a transcript of a real v1.32 API server doesn't show; the texts
 * are those of the functions that they test.
 */
#include "fixture.h"

#define NOT_A_SUBDOMAIN                                                                                                \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "     \
	"start "                                                                                                       \
	"and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "                    \
	"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

static const struct {
	const char *body, *text, *warning;
} slice_cases[] = {
	{ "endpoints: []", "addressType: Required value", "" },
	{ "addressType: ipv4",
		"addressType: Unsupported value: \"ipv4\": supported values: \"FQDN\", \"IPv4\", \"IPv6\"", "" },
	{ "addressType: IPv4, endpoints: [{addresses: []}]",
		"endpoints[0].addresses: Required value: must contain at least 1 address", "" },
	{ "addressType: IPv4, endpoints: [{addresses: [a, '2001:db8::1', 127.0.0.1]}]",
		"[endpoints[0].addresses[0]: Invalid value: \"a\": must be a valid IPv4 address, "
		"endpoints[0].addresses[0]: "
		"Invalid value: \"a\": must be a valid IP address, endpoints[0].addresses[1]: Invalid value: "
		"\"2001:db8::1\": "
		"must be a valid IPv4 address, endpoints[0].addresses[2]: Invalid value: \"127.0.0.1\": may not be in "
		"the "
		"loopback range (127.0.0.0/8, ::1/128)]",
		"" },
	{ "addressType: IPv6, endpoints: [{addresses: [10.0.0.1]}]",
		"endpoints[0].addresses[0]: Invalid value: \"10.0.0.1\": must be a valid IPv6 address", "" },
	{ "addressType: IPv4, endpoints: [{addresses: [10.0.0.1], nodeName: A, hostname: a.b}]",
		"[endpoints[0].nodeName: Invalid value: \"A\": " NOT_A_SUBDOMAIN
		", endpoints[0].hostname: Invalid value: \"a.b\": must not contain dots]",
		"" },
	{ "addressType: IPv4, endpoints: [{addresses: [10.0.0.1], hints: {forZones: [{name: a}, {name: a}]}}]",
		"endpoints[0].hints.forZones[1].name: Duplicate value: \"a\"", "" },
	{ "addressType: IPv4, endpoints: [{addresses: [10.0.0.1], hints: {forZones: [{name: a}, {name: b}, {name: c}, "
	  "{name: d}, {name: e}, {name: f}, {name: g}, {name: h}, {name: a}]}}]",
		"endpoints[0].hints.forZones: Too many: 9: must have at most 8 items", "" },
	{ "addressType: IPv4, endpoints: [], ports: [{name: a}, {name: a}, {protocol: ''}, {name: b, appProtocol: "
	  "a/b/c}]",
		"[ports[1].name: Duplicate value: \"a\", ports[2].protocol: Unsupported value: \"\": supported values: "
		"\"SCTP\", \"TCP\", \"UDP\", ports[3].appProtocol: Invalid value: \"a/b/c\": a qualified name must "
		"consist of "
		"alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
		"'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
		"'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. "
		"'example.com/MyName')]",
		"" },
	{ "addressType: FQDN, endpoints: [{addresses: [a]}, {addresses: [A.b]}, {addresses: ['']}]",
		"[endpoints[0].addresses[0]: Invalid value: \"a\": should be a domain with at least two segments "
		"separated by "
		"dots, endpoints[1].addresses[0]: Invalid value: \"A.b\": " NOT_A_SUBDOMAIN
		", endpoints[2].addresses[0]: Required value]",
		"" },
	{ "addressType: FQDN, endpoints: [{addresses: [a.b.]}]", "",
		"spec.addressType: FQDN endpoints are deprecated" },
};

static void
slices_are_checked(void **state)
{
	struct fixture *fixture = *state;
	const struct status *status = &fixture->status;

	for (size_t i = 0; i < sizeof slice_cases / sizeof *slice_cases; i++) {
		char *body = xasprintf("{metadata: {name: s%zu}, %s}", i, slice_cases[i].body);

		assert_string_equal(
			fixture_complaints(fixture_create(fixture, "EndpointSlice", body)), slice_cases[i].text);
		assert_string_equal(status->warnings.n ? status->warnings.v[0] : "", slice_cases[i].warning);
		free(body);
	}
}

/* The type of addresses is told last; what v1 can't write is dropped. */
static void
a_slice_keeps_its_type(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(fixture_create(fixture, "EndpointSlice",
				    "{metadata: {name: a}, addressType: IPv4, endpoints: [{addresses: [10.0.0.1], "
				    "deprecatedTopology: {zone: a}}], ports: [{port: 80}]}"),
		"");
	assert_string_equal(fixture_field(fixture, "EndpointSlice", "a", "endpoints"),
		"[{\"addresses\":[\"10.0.0.1\"],\"conditions\":{}}]");
	assert_string_equal(fixture_field(fixture, "EndpointSlice", "a", "ports"),
		"[{\"name\":\"\",\"port\":80,\"protocol\":\"TCP\"}]");
	assert_string_equal(fixture_complaints(fixture_change(
				    fixture, REQUEST_PATCH, PATCH_MERGE, "EndpointSlice", "a", "{addressType: IPv6}")),
		"[endpoints[0].addresses[0]: Invalid value: \"10.0.0.1\": must be a valid IPv6 address, addressType: "
		"Invalid "
		"value: \"IPv6\": field is immutable]");
}

/* PrepareForUpdate of pkg/registry/discovery/endpointslice: labels count, annotations don't */
static void
a_changed_label_is_a_new_generation(void **state)
{
	struct fixture *fixture = *state;
	static const char *const patches[][2] = {
		{ "{metadata: {annotations: {a: b}}}", "1" },
		{ "{metadata: {labels: {a: b}}}", "2" },
		{ "{metadata: {labels: {a: b}}}", "2" },
		{ "{ports: [{port: 80}]}", "3" },
		{ "{metadata: {labels: null}}", "4" },
	};

	assert_string_equal(fixture_create(fixture, "EndpointSlice",
				    "{metadata: {name: a}, addressType: IPv4, endpoints: [{addresses: [10.0.0.1]}]}"),
		"");
	for (size_t i = 0; i < sizeof patches / sizeof *patches; i++) {
		assert_string_equal(
			fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "EndpointSlice", "a", patches[i][0]), "");
		assert_string_equal(fixture_field(fixture, "EndpointSlice", "a", "metadata.generation"), patches[i][1]);
	}
}

static const struct {
	const char *subsets, *text;
} endpoints_cases[] = {
	{ "[{addresses: [{ip: ''}]}]",
		"[subsets[0].addresses[0].ip: Invalid value: \"\": must be a valid IP address, (e.g. 10.9.8.7 or "
		"2001:db8::ffff), subsets[0].addresses[0].ip: Invalid value: \"\": must be a valid IP address]" },
	{ "[{notReadyAddresses: [{ip: 10.0.0.1, hostname: a.b, nodeName: A}]}]",
		"[subsets[0].notReadyAddresses[0].hostname: Invalid value: \"a.b\": must not contain dots, "
		"subsets[0].notReadyAddresses[0].nodeName: Invalid value: \"A\": " NOT_A_SUBDOMAIN "]" },
	{ "[{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}, {port: 0, name: a, protocol: x}]}]",
		"[subsets[0].ports[0].name: Required value, subsets[0].ports[1].port: Invalid value: 0: must be "
		"between 1 and "
		"65535, inclusive, subsets[0].ports[1].protocol: Unsupported value: \"x\": supported values: \"SCTP\", "
		"\"TCP\", \"UDP\"]" },
	{ "[{addresses: []}, {addresses: [{ip: 10.0.0.1}]}]",
		"subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`" },
};

static void
endpoints_are_checked(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof endpoints_cases / sizeof *endpoints_cases; i++) {
		char *body = xasprintf("{metadata: {name: e%zu}, subsets: %s}", i, endpoints_cases[i].subsets);

		assert_string_equal(
			fixture_complaints(fixture_create(fixture, "Endpoints", body)), endpoints_cases[i].text);
		free(body);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(slices_are_checked),
		TEST(a_slice_keeps_its_type),
		TEST(a_changed_label_is_a_new_generation),
		TEST(endpoints_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
