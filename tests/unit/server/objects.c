/* What the API server says to Ingresses, NetworkPolicies, Endpoints and EndpointSlices, good and bad. */
#include "fixture.h"

#include "object_cases.h"

static void
every_answer_is_the_real_one(void **state)
{
	struct fixture *fixture = *state;
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof object_cases / sizeof *object_cases; i++) {
		const struct object_case *c = &object_cases[i];
		const char *got = fixture_complaints(fixture_create(fixture, c->kind, c->body));

		if (strcmp(got, c->text)) {
			print_error("%s:\n  want %s\n  got  %s\n", c->name, c->text, got);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

/* pkg/apis/networking/v1/defaults.go: Egress only where there are egress rules */
static void
policy_types_follow_the_rules(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(
		fixture_create(fixture, "NetworkPolicy", "{metadata: {name: a}, spec: {podSelector: {}, egress: []}}"),
		"");
	assert_string_equal(fixture_field(fixture, "NetworkPolicy", "a", "spec.policyTypes"), "[\"Ingress\"]");
	assert_string_equal(fixture_create(fixture, "NetworkPolicy",
				    "{metadata: {name: b}, spec: {podSelector: {}, egress: [{}]}}"),
		"");
	assert_string_equal(
		fixture_field(fixture, "NetworkPolicy", "b", "spec.policyTypes"), "[\"Ingress\",\"Egress\"]");
	assert_string_equal(fixture_field(fixture, "NetworkPolicy", "b", "spec.egress"), "[{}]");
}

/* plugin/pkg/admission/network/defaultingressclass: the youngest of several */
static void
the_default_class_is_filled_in(void **state)
{
	struct fixture *fixture = *state;
	static const char *const names[] = { "old", "young" };

	for (size_t i = 0; i < 2; i++) {
		char *body = xasprintf(
			"{metadata: {name: %s, annotations: {ingressclass.kubernetes.io/is-default-class: 'true'}}, "
			"spec: {controller: example.com/x}}",
			names[i]);

		assert_string_equal(fixture_create(fixture, "IngressClass", body), "");
		free(body);
		fixture->server.clock.now += CLOCK_SECOND;
	}
	assert_string_equal(
		fixture_create(fixture, "Ingress",
			"{metadata: {name: i}, spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}}"),
		"");
	assert_string_equal(fixture_field(fixture, "Ingress", "i", "spec.ingressClassName"), "\"young\"");
	assert_string_equal(fixture_field(fixture, "Ingress", "i", "status"), "{\"loadBalancer\":{}}");
	assert_string_equal(fixture_field(fixture, "Ingress", "i", "metadata.generation"), "1");
}

static void
secret_texts_become_bytes(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(fixture_create(fixture, "Secret",
				    "{metadata: {name: s}, stringData: {a: hello, b: hell, c: hel, d: ''}}"),
		"");
	assert_string_equal(fixture_field(fixture, "Secret", "s", "data"),
		"{\"a\":\"aGVsbG8=\",\"b\":\"aGVsbA==\",\"c\":\"aGVs\",\"d\":\"\"}");
	assert_string_equal(fixture_field(fixture, "Secret", "s", "stringData"), "");
	assert_string_equal(fixture_field(fixture, "Secret", "s", "type"), "\"Opaque\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_answer_is_the_real_one),
		TEST(policy_types_follow_the_rules),
		TEST(the_default_class_is_filled_in),
		TEST(secret_texts_become_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
