/* DaemonSets and StatefulSets: TestValidateDaemonSet, TestValidateStatefulSet and the updates of the latter of
 * pkg/apis/apps/validation. */
#include "fixture.h"

#define LABELLED \
	"selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}"

static const struct {
	const char *kind, *spec, *text;
} cases[] = {
	{ "DaemonSet", LABELLED, "" },
	{ "DaemonSet", "updateStrategy: {type: Random}, " LABELLED,
		"spec.updateStrategy: Unsupported value: apps.DaemonSetUpdateStrategy{Type:\"Random\", "
		"RollingUpdate:(*apps.RollingUpdateDaemonSet)(nil)}: supported values: \"RollingUpdate\", \"OnDelete\"" },
	{ "DaemonSet", "updateStrategy: {rollingUpdate: {maxUnavailable: 0}}, " LABELLED,
		"spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0" },
	{ "DaemonSet", "updateStrategy: {rollingUpdate: {maxUnavailable: 1, maxSurge: 1}}, " LABELLED,
		"spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: intstr.IntOrString{Type:0, IntVal:1, StrVal:\"\"}: "
		"may not be set when maxUnavailable is non-zero" },
	{ "DaemonSet", "updateStrategy: {rollingUpdate: {maxUnavailable: 101%}}, " LABELLED,
		"spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, "
		"StrVal:\"101%\"}: must not be greater than 100%" },
	{ "StatefulSet", LABELLED, "" },
	{ "StatefulSet", "podManagementPolicy: foo, " LABELLED,
		"spec.podManagementPolicy: Invalid value: \"foo\": must be 'OrderedReady' or 'Parallel'" },
	{ "StatefulSet", "updateStrategy: {type: foo}, " LABELLED,
		"spec.updateStrategy: Invalid value: apps.StatefulSetUpdateStrategy{Type:\"foo\", "
		"RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(nil)}: must be 'RollingUpdate' or 'OnDelete'" },
	{ "StatefulSet", "updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}, " LABELLED,
		"spec.updateStrategy.rollingUpdate: Invalid value: apps.RollingUpdateStatefulSetStrategy{Partition:1, "
		"MaxUnavailable:(*intstr.IntOrString)(nil)}: only allowed for updateStrategy 'RollingUpdate'" },
	{ "StatefulSet", "updateStrategy: {rollingUpdate: {partition: -1}}, " LABELLED,
		"spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0" },
	{ "StatefulSet", "persistentVolumeClaimRetentionPolicy: {whenDeleted: Sometimes}, " LABELLED,
		"spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: \"Sometimes\": supported values: "
		"\"Retain\", \"Delete\"" },
	{ "StatefulSet", "ordinals: {start: -2}, " LABELLED,
		"spec.ordinals.start: Invalid value: -2: must be greater than or equal to 0" },
};

static void
test_creation(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: x}, spec: {%s}}", cases[i].spec);
		char *want = *cases[i].text ? xasprintf("%s.apps \"x\" is invalid: %s", cases[i].kind, cases[i].text)
					    : xstrdup("");

		assert_string_equal(fixture_create(fixture, cases[i].kind, body), want);
		free(want);
		free(body);
	}
}

static void
test_updates(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "StatefulSet", "{metadata: {name: x}, spec: {serviceName: s, " LABELLED "}}");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "StatefulSet", "x",
				    "{spec: {replicas: 3, minReadySeconds: 5, ordinals: {start: 2}}}"),
		"");
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "StatefulSet", "x", "{spec: {serviceName: other}}"),
		"StatefulSet.apps \"x\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than "
		"'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and "
		"'minReadySeconds' are forbidden");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_creation, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_updates, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
