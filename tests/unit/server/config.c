/* ConfigMaps and Secrets: TestValidateConfigMap, TestValidateSecret and their updates of pkg/apis/core/validation. */
#include "fixture.h"

#define KEY \
	"a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or " \
	"'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

static const struct {
	const char *kind, *body, *text; /* text: what follows `Kind "x" is invalid: ` */
} cases[] = {
	{ "ConfigMap", "data: {a.b-C_d: ''}, binaryData: {e: dmFs}", "" },
	{ "ConfigMap", "data: {'a b': v}", "data[a b]: Invalid value: \"a b\": " KEY },
	{ "ConfigMap", "data: {..: v}", "data[..]: Invalid value: \"..\": must not be '..'" },
	{ "ConfigMap", "data: {a: v}, binaryData: {a: dmFs}",
		"data[a]: Invalid value: \"a\": duplicate of key present in binaryData" },
	{ "Secret", "type: kubernetes.io/tls",
		"[data[tls.crt]: Required value, data[tls.key]: Required value]" },
	{ "Secret", "type: kubernetes.io/dockerconfigjson", "data[.dockerconfigjson]: Required value" },
	{ "Secret", "type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: '{\"auths\": '}",
		"data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": unexpected end of JSON input" },
	{ "Secret", "type: kubernetes.io/dockercfg, stringData: {.dockercfg: 'bad'}",
		"data[.dockercfg]: Invalid value: \"<secret contents redacted>\": invalid character 'b' looking for beginning "
		"of value" },
	{ "Secret", "type: kubernetes.io/dockercfg, stringData: {.dockercfg: '[]'}",
		"data[.dockercfg]: Invalid value: \"<secret contents redacted>\": json: cannot unmarshal array into Go value of "
		"type map[string]interface {}" },
	{ "Secret", "type: kubernetes.io/basic-auth", "[data[username]: Required value, data[password]: Required value]" },
	{ "Secret", "type: kubernetes.io/ssh-auth, data: {ssh-privatekey: ''}", "data[ssh-privatekey]: Required value" },
	{ "Secret", "type: kubernetes.io/service-account-token",
		"metadata.annotations[kubernetes.io/service-account.name]: Required value" },
	{ "Secret", "type: kubernetes.io/basic-auth, stringData: {username: u}", "" },
};

static void
test_creation(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: x}, %s}", cases[i].body);
		char *want = *cases[i].text ? xasprintf("%s \"x\" is invalid: %s", cases[i].kind, cases[i].text) : xstrdup("");

		assert_string_equal(fixture_create(fixture, cases[i].kind, body), want);
		free(want);
		free(body);
	}
}

static void
test_size(void **state)
{
	struct fixture *fixture = *state;
	struct str body = STR_INIT;

	str_add(&body, "{metadata: {name: x}, data: {k: ");
	str_addrep(&body, 'a', 1048577);
	str_add(&body, "}}");
	assert_string_equal(fixture_create(fixture, "ConfigMap", body.buf),
		"ConfigMap \"x\" is invalid: []: Too long: may not be more than 1048576 bytes");
	str_release(&body);
}

static void
test_immutable(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "ConfigMap", "{metadata: {name: x}, data: {a: b}, immutable: true}");
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "ConfigMap", "x", "{immutable: false, data: {a: c}}"),
		"ConfigMap \"x\" is invalid: [immutable: Forbidden: field is immutable when `immutable` is set, data: Forbidden: "
		"field is immutable when `immutable` is set]");
	fixture_create(fixture, "Secret", "{metadata: {name: x}, stringData: {a: b}}");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Secret", "x", "{type: other}"),
		"Secret \"x\" is invalid: type: Invalid value: \"other\": field is immutable");
}

/* A manifest of the documentation, whose key is none: a real v1.32 API server warned so. */
static void
test_pair(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(
		fixture_create(fixture, "Secret",
			"{metadata: {name: x}, type: kubernetes.io/tls, stringData: {tls.crt: \"-----BEGIN CERTIFICATE-----\\nMIIC\\n"
			"-----END CERTIFICATE-----\\n\", tls.key: Example data}}"),
		"");
	assert_int_equal(fixture->status.warnings.n, 1);
	assert_string_equal(fixture->status.warnings.v[0], "tls: failed to find any PEM data in key input");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_creation, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_size, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_immutable, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_pair, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
