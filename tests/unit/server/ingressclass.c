/*
 * IngressClasses.  The cases are those of upstream's TestValidateIngressClass and TestValidateIngressClassUpdate
 * (pkg/apis/networking/validation/validation_test.go); the texts are those that its functions give.
 */
#include "fixture.h"

#define NOT_A_SUBDOMAIN                                                                                                \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "     \
	"start "                                                                                                       \
	"and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "                    \
	"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

static void
classes_are_checked(void **state)
{
	static const struct {
		const char *spec, *text;
	} cases[] = {
		{ "controller: foo.co/bar", "" },
		{ "controller: foo.co/bar/baz", "" },
		{ "", "spec.controller: Required value" },
		{ "controller: foo/co/%bar#",
			"spec.controller: Invalid value: \"co/%bar#\": Invalid path (regex used for "
			"validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')" },
		{ "controller: nodomain",
			"spec.controller: Invalid value: \"nodomain\": must be a domain-prefixed path "
			"(such as \"acme.io/foo\")" },
		{ "controller: invalid_domain/foo",
			"spec.controller: Invalid value: \"invalid_domain\": " NOT_A_SUBDOMAIN },
		{ "controller: foo.co/bar, parameters: {apiGroup: example.com, kind: Baz, name: foo}", "" },
		{ "controller: foo.co/bar, parameters: {apiGroup: '', kind: Baz, name: foo}",
			"spec.parameters.apiGroup: Invalid value: \"\": " NOT_A_SUBDOMAIN },
		{ "controller: foo.co/bar, parameters: {}",
			"[spec.parameters.kind: Required value: kind is required, "
			"spec.parameters.name: Required value: name is required]" },
		{ "controller: foo.co/bar, parameters: {kind: a/b, name: ..}",
			"[spec.parameters.kind: Invalid value: \"a/b\": may not contain '/', spec.parameters.name: "
			"Invalid value: \"..\": may not be '..']" },
		{ "controller: foo.co/bar, parameters: {kind: Baz, name: foo, scope: bad}",
			"spec.parameters.scope: Unsupported value: \"bad\": supported values: \"Cluster\", "
			"\"Namespace\"" },
		{ "controller: foo.co/bar, parameters: {kind: Baz, name: foo, scope: Namespace}",
			"spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'" },
		{ "controller: foo.co/bar, parameters: {kind: Baz, name: foo, scope: Cluster, namespace: bar}",
			"spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'" },
		{ "controller: foo.co/bar, parameters: {kind: Baz, name: foo, scope: Namespace, namespace: bar}", "" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: c%zu}, spec: {%s}}", i, cases[i].spec);

		assert_string_equal(fixture_complaints(fixture_create(fixture, "IngressClass", body)), cases[i].text);
		free(body);
	}
	assert_string_equal(fixture_field(fixture, "IngressClass", "c6", "spec.parameters.scope"), "\"Cluster\"");
}

static void
a_controller_stays(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(
		fixture_create(fixture, "IngressClass", "{metadata: {name: a}, spec: {controller: foo.co/different}}"),
		"");
	assert_string_equal(fixture_complaints(fixture_change(fixture, REQUEST_UPDATE, PATCH_MERGE, "IngressClass", "a",
				    "{metadata: {name: a}, spec: {controller: foo.co/bar}}")),
		"spec.controller: Invalid value: \"foo.co/bar\": field is immutable");
	assert_string_equal(
		fixture_change(fixture, REQUEST_UPDATE, PATCH_MERGE, "IngressClass", "a",
			"{metadata: {name: a}, spec: {controller: foo.co/different, parameters: {kind: Baz, name: "
			"foo}}}"),
		"");
	assert_string_equal(fixture_field(fixture, "IngressClass", "a", "metadata.generation"), "2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(classes_are_checked),
		TEST(a_controller_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
