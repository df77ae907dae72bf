/*
 * Ingresses: what a transcript of a real v1.32 API server doesn't show of the checks of
 * pkg/apis/networking/validation/validation.go and of the strategy's warnings.
 */
#include "fixture.h"

#define BACKEND "backend: {service: {name: web, port: {number: 80}}}"
#define NOT_A_SUBDOMAIN                                                                                                \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "     \
	"start "                                                                                                       \
	"and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "                    \
	"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
#define NOT_A_WILDCARD                                                                                                 \
	"a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist "   \
	"of "                                                                                                          \
	"lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. "                 \
	"'*.example.com', "                                                                                            \
	"regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

static const struct {
	const char *metadata, *spec, *text, *warning;
} cases[] = {
	{ "", "rules: []",
		"spec: Invalid value: []networking.IngressRule{}: either `defaultBackend` or `rules` must be specified",
		"" },
	{ "", "rules: [{host: a.example}, {host: '*', http: {paths: [{path: /, pathType: '', " BACKEND "}]}}]",
		"[spec.rules[1].host: Invalid value: \"*\": " NOT_A_WILDCARD ", spec.rules[1].http.paths[0].pathType: "
		"Unsupported value: \"\": supported values: \"Exact\", \"ImplementationSpecific\", \"Prefix\"]",
		"" },
	{ "", "rules: [{http: {paths: [{path: '/a//b/../c/.', pathType: Exact, " BACKEND "}]}}]",
		"[spec.rules[0].http.paths[0].path: Invalid value: \"/a//b/../c/.\": must not contain '//', "
		"spec.rules[0].http.paths[0].path: Invalid value: \"/a//b/../c/.\": must not contain '/../', "
		"spec.rules[0].http.paths[0].path: Invalid value: \"/a//b/../c/.\": cannot end with '/.']",
		"" },
	{ "",
		"rules: [{host: a.example}], tls: [{hosts: [a.example]}, {hosts: [b.example, '*.*.c', D], secretName: "
		"e_}]",
		"[spec.tls[1].hosts[1]: Invalid value: \"*.*.c\": " NOT_A_WILDCARD
		", spec.tls[1].hosts[2]: Invalid value: "
		"\"D\": " NOT_A_SUBDOMAIN ", spec.tls[1].secretName: Invalid value: \"e_\": " NOT_A_SUBDOMAIN "]",
		"" },
	{ "", "defaultBackend: {resource: {apiGroup: A, kind: '', name: a%b}}",
		"[spec.defaultBackend.resource.apiGroup: Invalid value: \"A\": " NOT_A_SUBDOMAIN
		", spec.defaultBackend.resource.kind: Required value: kind is required, "
		"spec.defaultBackend.resource.name: "
		"Invalid value: \"a%b\": may not contain '%']",
		"" },
	{ "", "defaultBackend: {service: {name: web, port: {number: 80}}, resource: {kind: a, name: b}}",
		"spec.defaultBackend: Invalid value: \"\": cannot set both resource and service backends", "" },
	{ "", "ingressClassName: '', rules: [{host: a.example}]",
		"spec.ingressClassName: Invalid value: \"\": " NOT_A_SUBDOMAIN, "" },
	{ "annotations: {kubernetes.io/ingress.class: nginx}", "ingressClassName: other, rules: [{host: a.example}]",
		"annotations.kubernetes.io/ingress.class: Invalid value: \"nginx\": must match `ingressClassName` when "
		"both "
		"are specified",
		"" },
	{ "annotations: {kubernetes.io/ingress.class: nginx}", "ingressClassName: nginx, rules: [{host: a.example}]",
		"", "" },
	{ "annotations: {kubernetes.io/ingress.class: nginx}", "rules: [{host: a.example}]", "",
		"annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' "
		"instead" },
};

static void
rules_are_checked(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: i%zu, %s}, spec: {%s}}", i, cases[i].metadata, cases[i].spec);
		const struct status *status = &fixture->status;

		assert_string_equal(fixture_complaints(fixture_create(fixture, "Ingress", body)), cases[i].text);
		assert_string_equal(status->warnings.n ? status->warnings.v[0] : "", cases[i].warning);
		free(body);
	}
}

/* ValidateIngressUpdate and the status strategy: the annotation is no matter, the generation counts specs */
static void
updates_and_statuses(void **state)
{
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;

	assert_string_equal(
		fixture_create(fixture, "Ingress",
			"{metadata: {name: a}, spec: {ingressClassName: nginx, rules: [{host: a.example}]}}"),
		"");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Ingress", "a",
				    "{metadata: {annotations: {kubernetes.io/ingress.class: other}}}"),
		"");
	assert_int_equal(fixture->status.warnings.n, 0);
	assert_string_equal(fixture_field(fixture, "Ingress", "a", "metadata.generation"), "1");
	request.verb = REQUEST_PATCH;
	request.patch_type = PATCH_MERGE;
	request.kind = kind_by_kind("Ingress");
	request.namespace = "default";
	request.name = "a";
	request.subresource = "status";
	assert_string_equal(
		fixture_complaints(fixture_send(fixture, &request,
			"{spec: {rules: []}, status: {loadBalancer: {ingress: [{ip: x}, {hostname: 10.0.0.1}]}}}",
			NULL)),
		"[status.loadBalancer.ingress[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 "
		"or "
		"2001:db8::ffff), status.loadBalancer.ingress[1].hostname: Invalid value: \"10.0.0.1\": must be a DNS "
		"name, "
		"not an IP address]");
	assert_string_equal(
		fixture_send(fixture, &request,
			"{spec: {rules: []}, status: {loadBalancer: {ingress: [{hostname: lb.example}]}}}", NULL),
		"");
	assert_string_equal(fixture_field(fixture, "Ingress", "a", "spec.rules[0].host"), "\"a.example\"");
	assert_string_equal(fixture_field(fixture, "Ingress", "a", "metadata.generation"), "1");
	/* ingressStatusStrategy.PrepareForUpdate puts back the spec, and nothing else */
	assert_string_equal(
		fixture_send(fixture, &request, "{metadata: {labels: {a: b}}, spec: {ingressClassName: x}}", NULL), "");
	assert_string_equal(fixture_field(fixture, "Ingress", "a", "metadata.labels"), "{\"a\":\"b\"}");
	assert_string_equal(fixture_field(fixture, "Ingress", "a", "spec.ingressClassName"), "\"nginx\"");
	assert_string_equal(
		fixture_field(fixture, "Ingress", "a", "status.loadBalancer.ingress[0].hostname"), "\"lb.example\"");
	assert_string_equal(fixture_complaints(fixture_send(fixture, &request, "{metadata: {labels: {a: -}}}", NULL)),
		"metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist of "
		"alphanumeric "
		"characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  "
		"or "
		"'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rules_are_checked),
		TEST(updates_and_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
