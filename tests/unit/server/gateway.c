/*
 * The Gateway API's kinds.  What the rules take and refuse are cases of the Gateway API's own tests, v1.2.1
 * (pkg/test/cel: gateway_test.go, gatewayclass_test.go, grpcroute_test.go, httproute_test.go,
 * httproute_standard_test.go), which ask for a part of the server's answer; the paths and whole answers follow the code
 * that custom.c names.
 */
#include "fixture.h"

static int
setup(void **state)
{
	fixture_setup(state);
	server_install_gateway_api(&((struct fixture *)*state)->server);
	return 0;
}

struct rule_case {
	const char *spec;
	const char *texts[2];	/* what is in the refusal; NULL: it is taken */
};

static void
check_cases(struct fixture *fixture, const char *kind, const char *frame, const struct rule_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *hole = strchr(frame, '@'), *message;
		char *body = xasprintf("{metadata: {name: x}, spec: {%.*s%s%s}}", (int)(hole - frame), frame,
			cases[i].spec, hole + 1);
		struct request request = REQUEST_INIT;

		request.kind = kind_by_kind(kind);
		request.namespace = request.kind->namespaced ? "default" : "";
		request.dry_run = true;
		message = fixture_send(fixture, &request, body, NULL);
		if (!cases[i].texts[0] && *message)
			fail_msg("%s: %s", cases[i].spec, message);
		for (size_t j = 0; j < 2 && cases[i].texts[j]; j++)
			if (!strstr(message, cases[i].texts[j]))
				fail_msg("%s: %s", cases[i].spec, message);
		free(body);
	}
}
#define CHECK(kind, frame, cases) check_cases(*state, kind, frame, cases, sizeof(cases) / sizeof *(cases))

static void
listeners_are_checked(void **state)
{
	static const struct rule_case cases[] = {
		{ "{name: http, protocol: HTTP, port: 8080, tls: {}}",
			{ "spec.listeners: Invalid value: \"array\": tls must not be specified for protocols "
				"['HTTP', 'TCP', 'UDP']" } },
		{ "{name: https, protocol: HTTPS, port: 8080, tls: {mode: Passthrough}}",
			{ "tls mode must be Terminate for protocol HTTPS" } },
		{ "{name: https, protocol: HTTPS, port: 8080, tls: {certificateRefs: [{name: foo}]}}", { NULL } },
		{ "{name: tcp, protocol: TCP, port: 8080, tls: {}}",
			{ "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']" } },
		{ "{name: https, protocol: HTTPS, port: 8443}", { NULL } },
		{ "{name: tls, protocol: TLS, port: 8443}", { NULL } },
		{ "{name: udp, protocol: UDP, port: 8080, hostname: foo.example.com}",
			{ "hostname must not be specified for protocols ['TCP', 'UDP']" } },
		{ "{name: https, protocol: HTTPS, port: 8443, tls: {mode: Terminate}}",
			{ "certificateRefs or options must be specified when mode is Terminate" } },
		{ "{name: tls, protocol: TLS, port: 8443, tls: {mode: Terminate}}",
			{ "certificateRefs or options must be specified when mode is Terminate" } },
		{ "{name: tls, protocol: TLS, port: 8443, tls: {mode: Terminate, options: "
			"{networking.example.com/tls-version: '1.2'}}}",
			{ NULL } },
		{ "{name: http, protocol: HTTP, port: 80}, {name: http, protocol: HTTP, port: 8000}, {name: http, "
			"protocol: HTTP, "
			"port: 8080}", { "Listener name must be unique within the Gateway",
			"spec.listeners[1]: Duplicate value: map[string]interface {}{\"name\":\"http\"}" } },
		{ "{name: http-1, protocol: HTTP, port: 80}, {name: http-2, protocol: HTTP, port: 8000}", { NULL } },
		{ "{name: foo, protocol: HTTP, port: 80, hostname: foo.com}, {name: bar, protocol: HTTP, port: 80, "
			"hostname: foo.com}",
			{ "Combination of port, protocol and hostname must be unique for each listener" } },
		{ "{name: foo, protocol: HTTP, port: 80}, {name: bar, protocol: HTTP, port: 80}",
			{ "Combination of port, protocol and hostname must be unique for each listener" } },
		{ "{name: foo, protocol: HTTP, port: 80, hostname: foo.com}, {name: bar, protocol: HTTP, port: 80, "
			"hostname: bar.com}",
			{ NULL } },
	};

	CHECK("Gateway", "gatewayClassName: foo, listeners: [@]", cases);
}

static void
addresses_are_checked(void **state)
{
	static const struct rule_case cases[] = {
		{ "{type: IPAddress, value: 1.2.3.4}, {type: Hostname, value: foo.bar}", { NULL } },
		{ "{type: IPAddress, value: '1.2.3.4:8080'}",
			{ "Invalid value: \"1.2.3.4:8080\": spec.addresses[0].value in body must "
			"be of type ipv4", "\"spec.addresses[0]\" must validate one and only one schema (oneOf). "
			"Found none valid" } },
		{ "{value: '2001:db8::1'}", { NULL } },
		{ "{type: Hostname, value: '*.'}", { "Hostname value must only contain valid characters (matching "
			"^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$)" } },
		{ "{type: IPAddress, value: 1.2.3.4}, {type: IPAddress, value: 1.2.3.4}, {type: Hostname, value: "
			"foo.bar}, "
			"{type: Hostname, value: foo.bar}", { "IPAddress values must be unique",
			"Hostname values must be unique" } },
	};

	CHECK("Gateway", "gatewayClassName: foo, listeners: [{name: http, protocol: HTTP, port: 80}], addresses: "
		"[@]", cases);
}

static void
path_matches_are_checked(void **state)
{
	static const char clean[] = "must only contain valid characters (matching ^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|"
		"[%][0-9a-fA-F]{2})+$) for types ['Exact', 'PathPrefix']";
	const struct rule_case cases[] = {
		{ "type: PathPrefix, value: foo", { "spec.rules[0].matches[0].path: Invalid value: \"object\": "
			"value must be an "
			"absolute path and start with '/' when type one of ['Exact', 'PathPrefix']" } },
		{ "type: PathPrefix, value: /.", { "must not end with '/.' when type one of ['Exact', "
			"'PathPrefix']" } },
		{ "type: Exact, value: /foo/./bar", { "must not contain '/./' when type one of ['Exact', "
			"'PathPrefix']" } },
		{ "type: FooBar, value: /path",
			{ "supported values: \"Exact\", \"PathPrefix\", \"RegularExpression\"",
			"<nil>: Invalid value: \"null\": some validation rules were not checked because the object "
			"was invalid; "
			"correct the existing errors to complete validation" } },
		{ "type: RegularExpression, value: /foo/./bar", { NULL } },
		{ "type: PathPrefix, value: /path", { NULL } },
		{ "type: Exact, value: '/abc/123''/a-b-c/d@gmail/%0A'", { NULL } },
		{ "type: PathPrefix, value: '/[]'", { clean } },
		{ "type: Exact, value: /^", { clean } },
	};

	CHECK("HTTPRoute", "rules: [{matches: [{path: {@}}], backendRefs: [{name: test, port: 8080}]}]", cases);
}

static void
backends_are_checked(void **state)
{
	static const struct rule_case cases[] = {
		{ "name: backend, port: 99", { NULL } },
		{ "name: backend", { "spec.rules[0].backendRefs[0]: Invalid value: \"object\": Must have port for "
			"Service reference" } },
		{ "group: '', kind: Service, name: backend, port: 99", { NULL } },
		{ "group: '', kind: Service, name: backend", { "Must have port for Service reference" } },
		{ "group: foo.example.com, kind: Foo, name: backend", { NULL } },
	};

	CHECK("HTTPRoute", "rules: [{backendRefs: [{@}]}]", cases);
}

#define PREFIX(value) "{path: {type: PathPrefix, value: " value "}}"
#define REWRITE "{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: foo}}}"
#define REDIRECT "{type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: foo}}}"
#define FULL "{type: RequestRedirect, requestRedirect: {path: {type: ReplaceFullPath, replaceFullPath: foo}}}"
#define BACKEND "backendRefs: [{name: s, port: 80"

static void
filters_are_checked(void **state)
{
	static const struct rule_case cases[] = {
		{ "filters: [" REWRITE "], matches: [" PREFIX("/foo") "]", { NULL } },
		{ "filters: [" REWRITE "], matches: [" PREFIX("/foo") ", " PREFIX("/bar") "]",
			{ "When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix match "
				"must be specified" } },
		{ "filters: [" REDIRECT "], matches: [{path: {type: RegularExpression, value: /foo}}]",
			{ "When using RequestRedirect filter with path.replacePrefixMatch, exactly one PathPrefix "
				"match must be specified" } },
		{ BACKEND ", filters: [" REWRITE "]}], matches: [{path: {type: RegularExpression, value: /foo}}]",
		{ "Within "
			"backendRefs, When using URLRewrite filter with path.replacePrefixMatch, exactly one "
			"PathPrefix match must be specified" } },
		{ BACKEND ", filters: [" REDIRECT "]}], matches: [" PREFIX("/foo") ", " PREFIX("/bar") "]",
		{ "Within backendRefs, when "
			"using RequestRedirect filter with path.replacePrefixMatch, exactly one PathPrefix match "
			"must be specified" } },
		{ "filters: [" REDIRECT "], " BACKEND "}]", { "RequestRedirect filter must not be used together "
			"with backendRefs" } },
		{ "filters: [" REWRITE ", " REDIRECT "]",
			{ "May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but "
				"not both" } },
		{ "filters: [" REWRITE ", " REWRITE "]", { "URLRewrite filter cannot be repeated" } },
		{ "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: special-header, "
			"value: foo}]}}, "
			"{type: RequestMirror, requestMirror: {backendRef: {name: test, port: 8080}}}, "
			"{type: RequestHeaderModifier, requestHeaderModifier: {add: [{name: my-header, value: bar}]}}]",
			{ "RequestHeaderModifier filter cannot be repeated" } },
		{ "filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: special-header, "
			"value: foo}]}}, "
			"{type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: my-header, value: "
			"bar}]}}, "
			FULL ", " FULL "]",
			{ "ResponseHeaderModifier filter cannot be repeated",
				"RequestRedirect filter cannot be repeated" } },
		{ BACKEND ", filters: [" REWRITE ", " REWRITE "]}]", { "URLRewrite filter cannot be repeated" } },
		{ "filters: [{type: RequestMirror, requestHeaderModifier: {}}]",
			{ "filter.requestHeaderModifier must be nil if the filter.type is not RequestHeaderModifier",
			"filter.requestMirror must be specified for RequestMirror filter.type" } },
		{ "filters: [{type: RequestHeaderModifier}]",
			{ "filter.requestHeaderModifier must be specified for RequestHeaderModifier filter.type" } },
		{ "filters: [{type: RequestRedirect, requestMirror: {backendRef: {name: s, port: 80}}}]",
			{ "filter.requestMirror must be nil if the filter.type is not RequestMirror",
			"filter.requestRedirect must be specified for RequestRedirect filter.type" } },
		{ "filters: [{type: ExtensionRef}]", { "filter.extensionRef must be specified for ExtensionRef "
			"filter.type" } },
		{ "filters: [{type: URLRewrite}]", { "filter.urlRewrite must be specified for URLRewrite "
			"filter.type" } },
	};

	CHECK("HTTPRoute", "rules: [{@}]", cases);
}

static void
path_modifiers_are_checked(void **state)
{
	static const struct rule_case cases[] = {
		{ "type: ReplaceFullPath, replaceFullPath: foo", { NULL } },
		{ "type: ReplaceFullPath", { "replaceFullPath must be specified when type is set to "
			"'ReplaceFullPath'" } },
		{ "type: ReplacePrefixMatch, replaceFullPath: foo",
			{ "type must be 'ReplaceFullPath' when replaceFullPath is set" } },
		{ "type: ReplacePrefixMatch, replacePrefixMatch: /foo", { NULL } },
		{ "type: ReplacePrefixMatch", { "replacePrefixMatch must be specified when type is set to "
			"'ReplacePrefixMatch'" } },
		{ "type: ReplaceFullPath, replacePrefixMatch: /foo", { "type must be 'ReplacePrefixMatch' when "
			"replacePrefixMatch is set" } },
	};

	CHECK("HTTPRoute", "rules: [{filters: [{type: RequestRedirect, requestRedirect: {path: {@}}}]}]", cases);
}

static void
timeouts_are_checked(void **state)
{
	static const struct rule_case cases[] = {
		{ "request: 30s, backendRequest: 30s", { NULL } },
		{ "request: 30s, backendRequest: 30001ms", { "backendRequest timeout cannot be longer than request "
			"timeout" } },
		{ "request: 0s, backendRequest: 1h", { NULL } },
		{ "request: 30", { "spec.rules[0].timeouts.request: Invalid value: \"integer\": "
			"spec.rules[0].timeouts.request in body must "
			"be of type string: \"integer\"" } },
		{ "request: 1d", { "spec.rules[0].timeouts.request in body should match "
			"'^([0-9]{1,5}(h|m|s|ms)){1,4}$'" } },
	};

	CHECK("HTTPRoute", "rules: [{timeouts: {@}}]", cases);
}

#define EXAMPLE "{kind: Gateway, group: gateway.networking.k8s.io, name: example"

static void
parents_are_checked(void **state)
{
	static const struct rule_case cases[] = {
		{ EXAMPLE "}, " EXAMPLE "}",
			{ "sectionName must be unique when parentRefs includes 2 or more references to the same "
				"parent" } },
		{ EXAMPLE "}, " EXAMPLE ", sectionName: foo}",
			{ "sectionName must be specified when parentRefs includes 2 or more references to the same "
				"parent" } },
		{ EXAMPLE ", sectionName: foo}, " EXAMPLE ", sectionName: foo}",
			{ "sectionName must be unique when parentRefs includes 2 or more references to the same "
				"parent" } },
		{ EXAMPLE ", sectionName: foo}", { NULL } },
		{ EXAMPLE ", sectionName: foo}, " EXAMPLE ", sectionName: bar}", { NULL } },
		{ EXAMPLE ", namespace: one}, " EXAMPLE ", namespace: two}", { NULL } },
	};

	CHECK("HTTPRoute", "parentRefs: [@]", cases);
}

static void
grpc_methods_are_checked(void **state)
{
	static const char service[] = "spec.rules[0].matches[0].method: Invalid value: \"object\": service must "
		"only contain valid "
		"characters (matching ^(?i)\\.?[a-z_][a-z_0-9]*(\\.[a-z_][a-z_0-9]*)*$)",
		method[] = "method must only contain valid characters (matching ^[A-Za-z_][A-Za-z_0-9]*$)";
	const struct rule_case cases[] = {
		{ "service: foo.Test.Example", { NULL } },
		{ "method: Login", { NULL } },
		{ "", { "One or both of 'service' or 'method' must be specified" } },
		{ "service: .*, method: .*", { service, method } },
		{ "type: Exact, service: .*, method: .*", { service, method } },
		{ "method: .*", { method } },
		{ "type: Exact, service: .*", { service } },
		{ "type: RegularExpression, service: .*, method: .*", { NULL } },
		{ "type: Exact, service: .foo.Test.Example", { NULL } },
	};

	CHECK("GRPCRoute", "rules: [{matches: [{method: {@}}]}]", cases);
}

static void
matches_are_counted(void **state)
{
	struct str body = STR_INIT;

	for (size_t rules = 2; rules <= 3; rules++) {
		str_clear(&body);
		str_add(&body, "{metadata: {name: x}, spec: {rules: [");
		for (size_t i = 0; i < rules; i++) {
			str_add(&body, "{matches: [");
			for (size_t j = 0; j < 64; j++)
				str_addf(&body, "{path: {value: /%zu}}, ", j);
			str_add(&body, "]}, ");
		}
		str_add(&body, "]}}");
		assert_string_equal(fixture_complaints(fixture_create(*state, "HTTPRoute", body.buf)), rules == 2 ? "" :
			"spec.rules: Invalid value: \"array\": While 16 rules and 64 matches per rule are allowed, "
			"the total number of "
			"matches across all rules in a route must be less than 128");
	}
	str_release(&body);
}

static void
types_and_limits_are_checked(void **state)
{
	static const struct {
		const char *kind, *spec, *text;
	} cases[] = {
		{ "Gateway", "gatewayClassName: a, listeners: []",
			"spec.listeners: Invalid value: 0: spec.listeners in body should have at "
			"least 1 items" },
		{ "Gateway", "gatewayClassName: a", "[spec.listeners: Required value, <nil>: Invalid value: "
			"\"null\": some validation rules "
			"were not checked because the object was invalid; correct the existing errors to complete "
			"validation]" },
		{ "Gateway", "gatewayClassName: '', listeners: [{name: A, port: 65536, protocol: HTTP}]",
			"[spec.gatewayClassName: Invalid "
			"value: \"\": spec.gatewayClassName in body should be at least 1 chars long, "
			"spec.listeners[0].name: Invalid value: "
			"\"A\": spec.listeners[0].name in body should match "
			"'^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$', "
			"spec.listeners[0].port: Invalid value: 65536: "
			"spec.listeners[0].port in body should be less than or equal to 65535]" },
		{ "GatewayClass", "controllerName: example.com/x, description: "
			"0123456789012345678901234567890123456789012345678901234567890123x",
			"[spec.description: Too long: may not be more "
			"than 64 bytes, <nil>: Invalid value: \"null\": some validation rules were not checked "
			"because the object was invalid; "
			"correct the existing errors to complete validation]" },
		{ "HTTPRoute", "hostnames: 3", "[spec.hostnames: Invalid value: \"integer\": spec.hostnames in body "
			"must be of type array: "
			"\"integer\", <nil>: Invalid value: \"null\": some validation rules were not checked "
			"because the object was invalid; "
			"correct the existing errors to complete validation]" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: x}, spec: {%s}}", cases[i].spec);

		assert_string_equal(fixture_complaints(fixture_create(*state, cases[i].kind, body)), cases[i].text);
		free(body);
	}
	assert_string_equal(fixture_create(*state, "HTTPRoute", "{metadata: {name: x}, spec: {rule: [], rules: "
		"[{match: 1}]}}"),
		"HTTPRoute in version \"v1\" cannot be handled as a HTTPRoute: strict decoding error: unknown field "
		"\"spec.rule\", unknown "
		"field \"spec.rules[0].match\"");
}

static void
a_controller_name_stays(void **state)
{
	assert_string_equal(fixture_create(*state, "GatewayClass",
		"{metadata: {name: foo}, spec: {controllerName: example.net/gateway-controller-1}}"), "");
	assert_string_equal(fixture_complaints(fixture_change(*state, REQUEST_PATCH, PATCH_MERGE, "GatewayClass", "foo",
		"{spec: {controllerName: example.net/gateway-controller-2}}")),
		"spec.controllerName: Invalid value: \"string\": Value is immutable");
	assert_string_equal(fixture_change(*state, REQUEST_PATCH, PATCH_MERGE, "GatewayClass", "foo",
		"{spec: {description: d}}"), "");
	assert_string_equal(fixture_field(*state, "GatewayClass", "foo", "metadata.generation"), "2");
}

/* CRDValidationRatcheting: a status that this release doesn't know may stay, not come. */
static void
what_is_wrong_may_stay(void **state)
{
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;

	request.kind = kind_by_kind("HTTPRoute");
	request.namespace = "default";
	request.newer = true;
	assert_string_equal(fixture_send(fixture, &request, "{metadata: {name: r}, spec: {rules: [{filters: "
		"[{type: RequestRedirect, requestRedirect: {statusCode: 308}}]}]}}", NULL), "");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "HTTPRoute", "r",
		"{spec: {hostnames: [a.b]}}"), "");
	assert_string_equal(fixture_complaints(fixture_change(fixture, REQUEST_PATCH, PATCH_JSON, "HTTPRoute", "r",
		"[{op: replace, path: /spec/rules/0/filters/0/requestRedirect/statusCode, value: 307}]")),
		"[spec.rules[0].filters[0].requestRedirect.statusCode: Unsupported value: 307: supported values: "
		"\"301\", \"302\", <nil>: Invalid value: \"null\": some validation rules were not checked because the "
		"object was invalid; correct the existing errors to complete validation]");
}

/* The defaults of the definitions, and the version that is stored. */
static void
defaults_are_filled_in(void **state)
{
	static const char waiting[] = "{\"lastTransitionTime\":\"1970-01-01T00:00:00Z\",\"message\":\"Waiting for "
		"controller\",\"reason\":"
		"\"Pending\",\"status\":\"Unknown\",\"type\":\"";
	char *conditions = xasprintf("[%sAccepted\"},%sProgrammed\"}]", waiting, waiting);

	assert_string_equal(fixture_create(*state, "HTTPRoute", "{apiVersion: gateway.networking.k8s.io/v1beta1, "
		"metadata: {name: r}, "
		"spec: {parentRefs: [{name: g}], rules: [{backendRefs: [{name: s, port: 80}]}, {filters: [{type: "
		"RequestRedirect, "
		"requestRedirect: {}}]}]}}"), "");
	assert_string_equal(fixture_field(*state, "HTTPRoute", "r", "apiVersion"), "\"gateway.networking.k8s.io/v1\"");
	assert_string_equal(fixture_field(*state, "HTTPRoute", "r", "spec"),
		"{\"parentRefs\":[{\"group\":\"gateway.networking.k8s.io\","
		"\"kind\":\"Gateway\",\"name\":\"g\"}],\"rules\":[{\"backendRefs\":[{\"group\":\"\",\"kind\":"
		"\"Service\",\"name\":\"s\","
		"\"port\":80,\"weight\":1}],\"matches\":[{\"path\":{\"type\":\"PathPrefix\",\"value\":\"/"
		"\"}}]},{\"filters\":["
		"{\"requestRedirect\":{\"statusCode\":302},\"type\":\"RequestRedirect\"}],\"matches\":[{\"path\":{"
		"\"type\":\"PathPrefix\","
		"\"value\":\"/\"}}]}]}");
	assert_string_equal(fixture_create(*state, "Gateway", "{metadata: {name: g}, spec: {gatewayClassName: c, "
		"listeners: [{name: http, "
		"protocol: HTTP, port: 80}]}, status: {conditions: []}}"), "");
	assert_string_equal(fixture_field(*state, "Gateway", "g", "spec.listeners[0].allowedRoutes"),
		"{\"namespaces\":{\"from\":\"Same\"}}");
	assert_string_equal(fixture_field(*state, "Gateway", "g", "status.conditions"), conditions);
	free(conditions);
}

static void
custom_resources_have_no_strategic_patch(void **state)
{
	assert_string_equal(fixture_create(*state, "GatewayClass", "{metadata: {name: c}, spec: {controllerName: "
		"a.b/c}}"), "");
	assert_string_equal(fixture_change(*state, REQUEST_PATCH, PATCH_STRATEGIC, "GatewayClass", "c",
		"{spec: {description: d}}"),
		"the body of the request was in an unknown format - accepted media types include: "
		"application/json-patch+json, "
		"application/merge-patch+json, application/apply-patch+yaml");
}

static void
kinds_come_and_go_with_their_definitions(void **state)
{
	static const char class[] = "{metadata: {name: c}, spec: {controllerName: a.b/c}}",
		name[] = "gatewayclasses.gateway.networking.k8s.io";
	struct fixture *fixture = *state;

	assert_string_equal(fixture_create(fixture, "GatewayClass", class),
		"the server could not find the requested resource");
	server_install_gateway_api(&fixture->server);
	assert_string_equal(fixture_field(fixture, "CustomResourceDefinition", name, "status.storedVersions"),
		"[\"v1\"]");
	assert_string_equal(fixture_create(fixture, "GatewayClass", class), "");
	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "CustomResourceDefinition", name,
		NULL), "");
	assert_null(fixture_get(fixture, "GatewayClass", "c"));
	assert_string_equal(fixture_create(fixture, "GatewayClass", class),
		"the server could not find the requested resource");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(listeners_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(addresses_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(path_matches_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(backends_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(filters_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(path_modifiers_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(timeouts_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(parents_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(grpc_methods_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(matches_are_counted, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(types_and_limits_are_checked, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(a_controller_name_stays, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(what_is_wrong_may_stay, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(defaults_are_filled_in, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(custom_resources_have_no_strategic_patch, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			kinds_come_and_go_with_their_definitions, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
