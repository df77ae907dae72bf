/* Containers, handlers, probes, init and ephemeral containers: TestValidateContainers, TestValidateInitContainers,
 * TestValidateHandler, TestValidateProbe and TestValidateEphemeralContainers of pkg/apis/core/validation. */
#include "refusals.h"

#define AT "spec.containers[0]"
#define PROBE AT ".livenessProbe"

static const struct refusal containers[] = {
	{ "terminationMessagePolicy: Unknown",
		AT ".terminationMessagePolicy: Unsupported value: \"Unknown\": supported values: \"File\", "
		   "\"FallbackToLogsOnError\"" },
	{ "imagePullPolicy: Sometimes",
		AT ".imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", "
		   "\"Never\"" },
	{ "livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: X-A, value: b}]}}", "" },
	{ "livenessProbe: {}", PROBE ": Required value: must specify a handler type" },
	{ "livenessProbe: {exec: {command: []}}", PROBE ".exec.command: Required value" },
	{ "livenessProbe: {httpGet: {port: 80}, tcpSocket: {port: 80}}",
		PROBE ".tcpSocket: Forbidden: may not specify more than 1 handler type" },
	{ "livenessProbe: {httpGet: {port: 0, scheme: FTP}}",
		"[" PROBE ".httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive, " PROBE
		".httpGet.scheme: Unsupported value: \"FTP\": supported values: \"HTTP\", \"HTTPS\"]" },
	{ "livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: X_A, value: b}]}}",
		PROBE ".httpGet.httpHeaders: Invalid value: \"X_A\": a valid HTTP header must consist of alphanumeric "
		      "characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')" },
	{ "livenessProbe: {grpc: {port: 70000}}",
		PROBE ".grpc.port: Invalid value: 70000: must be between 1 and 65535, inclusive" },
	{ "livenessProbe: {tcpSocket: {port: 80}, successThreshold: 2}",
		PROBE ".successThreshold: Invalid value: 2: must be 1" },
	{ "livenessProbe: {tcpSocket: {port: 80}, periodSeconds: -1, terminationGracePeriodSeconds: 0}",
		"[" PROBE ".periodSeconds: Invalid value: -1: must be greater than or equal to 0, " PROBE
		".terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0]" },
	{ "readinessProbe: {tcpSocket: {port: 80}, successThreshold: 2, terminationGracePeriodSeconds: 10}",
		AT ".readinessProbe.terminationGracePeriodSeconds: Invalid value: 10: must not be set for readinessProbes" },
	{ "lifecycle: {preStop: {}}", AT ".lifecycle.preStop: Required value: must specify a handler type" },
	{ "lifecycle: {preStop: {sleep: {seconds: 5}}}", "" },
	{ "lifecycle: {preStop: {sleep: {seconds: 31}}}",
		AT ".lifecycle.preStop.sleep: Invalid value: 31: must be greater than 0 and less than "
		   "terminationGracePeriodSeconds (30). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero "
		   "sleep." },
	{ "image: ' i '", AT ".image: Invalid value: \" i \": must not have leading or trailing whitespace" },
	{ "ports: [{containerPort: 80, hostPort: 80}, {containerPort: 81, hostPort: 80}]",
		AT ".ports[1].hostPort: Duplicate value: \"TCP//80\"" },
};

static const struct refusal lists[] = {
	{ "containers: [{name: a, image: i}, {name: a, image: i}]", "spec.containers[1].name: Duplicate value: \"a\"" },
	{ "containers: [{image: i}, {image: i}]",
		"[spec.containers[0].name: Required value, spec.containers[1].name: Required value, "
		"spec.containers[1].name: Duplicate value: \"\"]" },
	{ "containers: [{name: A_b, image: i}]",
		"spec.containers[0].name: Invalid value: \"A_b\": a lowercase RFC 1123 label must consist of lower case "
		"alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
		"'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')" },
	{ "containers: [{name: a, image: i}], initContainers: [{name: a, image: i}]",
		"spec.initContainers[0].name: Duplicate value: \"a\"" },
	{ "containers: [{name: a, image: i}], initContainers: [{name: b, image: i, restartPolicy: Always, readinessProbe: "
	  "{tcpSocket: {port: 80}}}]",
		"" },
	{ "containers: [{name: a, image: i}], initContainers: [{name: b, image: i, restartPolicy: OnFailure}]",
		"spec.initContainers[0].restartPolicy: Unsupported value: \"OnFailure\": supported values: \"Always\"" },
	{ "containers: [{name: a, image: i}], initContainers: [{name: b, image: i, lifecycle: {preStop: {exec: {command: "
	  "[x]}}}, livenessProbe: {tcpSocket: {port: 80}}}]",
		"[spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without "
		"restartPolicy=Always, spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers "
		"without restartPolicy=Always]" },
	{ "containers: [{name: a, image: i}], ephemeralContainers: [{name: e, image: i, ports: [{containerPort: 80}], "
	  "targetContainerName: x}]",
		"[spec.ephemeralContainers[0].targetContainerName: Not found: \"x\", spec.ephemeralContainers[0].ports: "
		"Forbidden: cannot be set for an Ephemeral Container, spec.ephemeralContainers: Forbidden: cannot be set on "
		"create]" },
	{ "hostNetwork: true, containers: [{name: a, image: i, ports: [{containerPort: 80, hostPort: 81}]}]",
		"spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is "
		"true" },
};

static void
test_containers(void **state)
{
	REFUSALS_CHECK(*state, containers, "{metadata: {name: p}, spec: {containers: [{name: c, image: i, @}]}}");
}

static void
test_lists(void **state)
{
	REFUSALS_CHECK(*state, lists, "{metadata: {name: p}, spec: {@}}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_containers, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_lists, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
