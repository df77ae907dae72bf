/* Environment: TestValidateEnv, TestValidateEnvFrom of pkg/apis/core/validation. */
#include "refusals.h"

#define SUBDOMAIN \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " \
	"end with an alphanumeric character (e.g. 'example.com', regex used for validation is " \
	"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
#define AT "spec.containers[0].env[0]"

static const struct refusal refusals[] = {
	{ "env: [{name: abc, value: v}, {name: a.b-c, value: ''}, {name: '5x y'}]", "" },
	{ "env: [{value: v}]", AT ".name: Required value" },
	{ "env: [{name: a=b}]",
		AT ".name: Invalid value: \"a=b\": a valid environment variable name must consist only of printable ASCII "
		   "characters other than '='" },
	{ "env: [{name: a, valueFrom: {}}]",
		AT ".valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` "
		   "or `secretKeyRef`" },
	{ "env: [{name: a, value: v, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]",
		AT ".valueFrom: Invalid value: \"\": may not be specified when `value` is not empty" },
	{ "env: [{name: a, valueFrom: {fieldRef: {fieldPath: metadata.name}, secretKeyRef: {name: s, key: k}}}]",
		AT ".valueFrom: Invalid value: \"\": may not have more than one field specified at a time" },
	{ "env: [{name: a, valueFrom: {fieldRef: {}}}]", AT ".valueFrom.fieldRef.fieldPath: Required value" },
	{ "env: [{name: a, valueFrom: {fieldRef: {apiVersion: v2, fieldPath: metadata.name}}}]",
		AT ".valueFrom.fieldRef.fieldPath: Invalid value: \"metadata.name\": error converting fieldPath: "
		   "unsupported pod version: v2" },
	{ "env: [{name: a, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}]",
		AT ".valueFrom.fieldRef.fieldPath: Unsupported value: \"metadata.labels\": supported values: "
		   "\"metadata.name\", \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\", "
		   "\"spec.serviceAccountName\", \"status.hostIP\", \"status.hostIPs\", \"status.podIP\", "
		   "\"status.podIPs\"" },
	{ "env: [{name: a, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['key']\"}}}, "
	  "{name: b, valueFrom: {fieldRef: {fieldPath: \"metadata.annotations['Some/Key']\"}}}]",
		"" },
	{ "env: [{name: a, valueFrom: {fieldRef: {fieldPath: \"metadata.name['key']\"}}}]",
		AT ".valueFrom.fieldRef.fieldPath: Invalid value: \"metadata.name['key']\": error converting fieldPath: "
		   "field label does not support subscript: metadata.name['key']" },
	{ "env: [{name: a, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}, "
	  "{name: b, valueFrom: {resourceFieldRef: {resource: requests.hugepages-2Mi}}}]",
		"" },
	{ "env: [{name: a, valueFrom: {resourceFieldRef: {resource: limits.gpu}}}]",
		AT ".valueFrom.resourceFieldRef.resource: Unsupported value: \"limits.gpu\": supported values: "
		   "\"limits.cpu\", \"limits.ephemeral-storage\", \"limits.memory\", \"requests.cpu\", "
		   "\"requests.ephemeral-storage\", \"requests.memory\"" },
	{ "env: [{name: a, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 5}}}]",
		AT ".valueFrom.resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only divisor's values 1m and 1 are "
		   "supported with the cpu resource" },
	{ "env: [{name: a, valueFrom: {secretKeyRef: {key: k}}}]",
		AT ".valueFrom.secretKeyRef.name: Invalid value: \"\": " SUBDOMAIN },
	{ "env: [{name: a, valueFrom: {configMapKeyRef: {name: m}}}]", AT ".valueFrom.configMapKeyRef.key: Required value" },
	{ "envFrom: [{configMapRef: {name: m}}, {prefix: p_, secretRef: {name: s}}]", "" },
	{ "envFrom: [{}]",
		"spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`" },
	{ "envFrom: [{configMapRef: {name: m}, secretRef: {name: s}}]",
		"spec.containers[0].envFrom: Invalid value: \"\": may not have more than one field specified at a time" },
	{ "envFrom: [{configMapRef: {}}]", "spec.containers[0].envFrom[0].configMapRef.name: Required value" },
	{ "envFrom: [{secretRef: {name: $}}]",
		"spec.containers[0].envFrom[0].secretRef.name: Invalid value: \"$\": " SUBDOMAIN },
};

static void
test_refusals(void **state)
{
	REFUSALS_CHECK(*state, refusals, IN_CONTAINER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refusals, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
