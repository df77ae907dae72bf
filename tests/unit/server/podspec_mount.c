/* Mounts and devices: TestValidateVolumeMounts, TestValidateMountPropagation and the devices' table of
 * pkg/apis/core/validation. */
#include "refusals.h"

#define AT "spec.containers[0].volumeMounts"
#define DEVICES "spec.containers[0].volumeDevices"

static const struct refusal refusals[] = {
	{ "volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b, subPath: c}]", "" },
	{ "volumeMounts: [{mountPath: /a}]", "[" AT "[0].name: Required value, " AT "[0].name: Not found: \"\"]" },
	{ "volumeMounts: [{name: x, mountPath: /a}]", AT "[0].name: Not found: \"x\"" },
	{ "volumeMounts: [{name: v}]", AT "[0].mountPath: Required value" },
	{ "volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /a}]",
		AT "[1].mountPath: Invalid value: \"/a\": must be unique" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPath: /x}]",
		AT ".subPath: Invalid value: \"/x\": must be a relative path" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPath: a/../b}]",
		AT ".subPath: Invalid value: \"a/../b\": must not contain '..'" },
	{ "volumeMounts: [{name: v, mountPath: /a, subPath: x, subPathExpr: $(A)}]",
		AT "[0].subPathExpr: Invalid value: \"$(A)\": subPathExpr and subPath are mutually exclusive" },
	{ "volumeMounts: [{name: v, mountPath: /a, mountPropagation: Bidirectional}]",
		AT ".mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged "
		   "containers" },
	{ "securityContext: {privileged: true}, volumeMounts: [{name: v, mountPath: /a, mountPropagation: Bidirectional}]",
		"" },
	{ "volumeMounts: [{name: v, mountPath: /a, mountPropagation: Both}]",
		AT ".mountPropagation: Unsupported value: \"Both\": supported values: \"Bidirectional\", "
		   "\"HostToContainer\", \"None\"" },
	{ "volumeMounts: [{name: v, mountPath: /a, recursiveReadOnly: Enabled}]",
		AT ".recursiveReadOnly: Forbidden: may only be specified when readOnly is true" },
	{ "volumeDevices: [{name: d, devicePath: /dev/x}]", "" },
	{ "volumeDevices: [{name: v, devicePath: /dev/x}]",
		DEVICES "[0].name: Invalid value: \"v\": can only use volume source type of PersistentVolumeClaim or "
			"Ephemeral for block mode" },
	{ "volumeDevices: [{name: d, devicePath: /dev/../x}]",
		DEVICES "[0].devicePath: Invalid value: \"/dev/../x\": can not contain backsteps ('..')" },
	{ "volumeMounts: [{name: d, mountPath: /a}], volumeDevices: [{name: d, devicePath: /a}]",
		"[" AT "[0].name: Invalid value: \"d\": must not already exist in volumeDevices, " AT
		"[0].mountPath: Invalid value: \"/a\": must not already exist as a path in volumeDevices, " DEVICES
		"[0].name: Invalid value: \"d\": must not already exist in volumeMounts, " DEVICES
		"[0].devicePath: Invalid value: \"/a\": must not already exist as a path in volumeMounts]" },
};

/* A volume with a fault is none that could be mounted. */
static const struct refusal faulty[] = {
	{ "volumes: [{name: bad, secret: {}}], containers: [{name: c, image: i, volumeMounts: [{name: bad, mountPath: /a}]}]",
		"[spec.volumes[0].secret.secretName: Required value, " AT "[0].name: Not found: \"bad\"]" },
};

static void
test_refusals(void **state)
{
	REFUSALS_CHECK(*state, refusals, IN_CONTAINER);
	REFUSALS_CHECK(*state, faulty, "{metadata: {name: p}, spec: {@}}");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refusals, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
