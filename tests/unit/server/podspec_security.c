/* Security contexts and the pod's system: TestValidateSecurityContext, TestValidatePod, TestValidateSysctls and the
 * Windows tables of pkg/apis/core/validation. */
#include "refusals.h"

#define POD "spec.securityContext"
#define CONTAINER "spec.containers[0].securityContext"

static const struct refusal pods[] = {
	{ "securityContext: {runAsUser: 1000, fsGroup: 0, supplementalGroups: [1], sysctls: [{name: kernel.shm_rmid_forced, "
	  "value: '0'}], seccompProfile: {type: RuntimeDefault}}",
		"" },
	{ "securityContext: {runAsUser: -1}",
		POD ".runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive" },
	{ "securityContext: {fsGroup: 2147483648}",
		POD ".fsGroup: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive" },
	{ "securityContext: {supplementalGroups: [0, -5]}",
		POD ".supplementalGroups[1]: Invalid value: -5: must be between 0 and 2147483647, inclusive" },
	{ "shareProcessNamespace: true, hostPID: true",
		POD ".shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled" },
	{ "securityContext: {fsGroupChangePolicy: Never}",
		POD ".fsGroupChangePolicy: Unsupported value: \"Never\": supported values: \"Always\", \"OnRootMismatch\"" },
	{ "securityContext: {sysctls: [{value: '1'}, {name: A, value: '1'}]}",
		"[" POD ".sysctls[0].name: Required value, " POD ".sysctls[1].name: Invalid value: \"A\": must have at most "
		"253 characters and match regex "
		"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$]" },
	{ "securityContext: {sysctls: [{name: net.a, value: '1'}, {name: net.a, value: '1'}]}",
		POD ".sysctls[1].name: Duplicate value: \"net.a\"" },
	{ "hostNetwork: true, securityContext: {sysctls: [{name: net.a, value: '1'}]}",
		POD ".sysctls[0].name: Invalid value: \"net.a\": may not be specified when 'hostNetwork' is true" },
	{ "securityContext: {seccompProfile: {}}",
		POD ".seccompProfile.type: Required value: type is required when seccompProfile is set" },
	{ "securityContext: {seccompProfile: {type: abc}}",
		POD ".seccompProfile.type: Unsupported value: \"abc\": supported values: \"Localhost\", "
		    "\"RuntimeDefault\", \"Unconfined\"" },
	{ "securityContext: {seccompProfile: {type: Localhost}}",
		POD ".seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost" },
	{ "securityContext: {seccompProfile: {type: Localhost, localhostProfile: ../x}}",
		POD ".seccompProfile.localhostProfile: Invalid value: \"../x\": must not contain '..'" },
	{ "securityContext: {appArmorProfile: {type: Localhost}}",
		POD ".appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost" },
	{ "securityContext: {appArmorProfile: {type: RuntimeDefault, localhostProfile: x}}",
		POD ".appArmorProfile.localhostProfile: Invalid value: \"x\": can only be set when AppArmor type is "
		    "Localhost" },
	{ "os: {name: dummy}", "spec.os: Unsupported value: \"dummy\": supported values: \"linux\", \"windows\"" },
	{ "os: {}", "spec.os.name: Required value: cannot be empty" },
	{ "os: {name: linux}, securityContext: {windowsOptions: {}}",
		POD ".windowsOptions: Forbidden: windows options cannot be set for a linux pod" },
	{ "os: {name: windows}, securityContext: {runAsUser: 1, seLinuxOptions: {level: x}}",
		"[" POD ".seLinuxOptions: Forbidden: cannot be set for a windows pod, " POD
		".runAsUser: Forbidden: cannot be set for a windows pod]" },
};

static const struct refusal containers[] = {
	{ "securityContext: {privileged: true, runAsUser: 0, capabilities: {add: [NET_ADMIN]}}", "" },
	{ "securityContext: {runAsUser: -1, runAsGroup: -2}",
		"[" CONTAINER ".runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive, " CONTAINER
		".runAsGroup: Invalid value: -2: must be between 0 and 2147483647, inclusive]" },
	{ "securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN]}}", "" },
	{ "securityContext: {windowsOptions: {runAsUserName: ''}}",
		CONTAINER ".windowsOptions.runAsUserName: Invalid value: \"\": runAsUserName cannot be an empty string" },
	{ "securityContext: {windowsOptions: {runAsUserName: 'a\\b\\c'}}",
		CONTAINER ".windowsOptions.runAsUserName: Invalid value: \"a\\\\b\\\\c\": runAsUserName cannot contain more "
			  "than one backslash" },
	{ "securityContext: {windowsOptions: {hostProcess: true}}",
		"spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess "
		"containers" },
};

static void
test_pods(void **state)
{
	REFUSALS_CHECK(*state, pods, IN_SPEC);
}

static void
test_containers(void **state)
{
	REFUSALS_CHECK(*state, containers, IN_CONTAINER);
}

/* The struct that is shown has addresses in it, which are nobody's to foresee. */
static void
test_escalation(void **state)
{
	struct fixture *fixture = *state;
	const char *text = fixture_create(fixture, "Pod",
		"{metadata: {name: p}, spec: {containers: [{name: c, image: i, securityContext: {privileged: true, "
		"allowPrivilegeEscalation: false}}]}}");

	assert_true(str_starts(text, "Pod \"p\" is invalid: " CONTAINER ": Invalid value: core.SecurityContext{Capabilities:"
				     "(*core.Capabilities)(nil), Privileged:(*bool)(0x"));
	assert_true(str_ends(text, "AppArmorProfile:(*core.AppArmorProfile)(nil)}: cannot set `allowPrivilegeEscalation` to "
				   "false and `privileged` to true"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pods, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_containers, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_escalation, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
