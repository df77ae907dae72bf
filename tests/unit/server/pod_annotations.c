/* Annotations: the cases about them of TestValidatePod, TestValidatePodUpdate and TestValidateAppArmorAnnotations in
 * pkg/apis/core/validation. */
#include "refusals.h"

#define APPARMOR "container.apparmor.security.beta.kubernetes.io/"

static const struct refusal refusals[] = {
	{ "controller.kubernetes.io/pod-deletion-cost: '-100'", "" },
	{ "controller.kubernetes.io/pod-deletion-cost: '+10'",
		"metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: \"+10\": must be a 32bit "
		"integer" },
	{ "kubernetes.io/config.mirror: x",
		"metadata.annotations[kubernetes.io/config.mirror]: Invalid value: \"x\": must set spec.nodeName if mirror pod "
		"annotation is set" },
	{ "seccomp.security.alpha.kubernetes.io/pod: foo",
		"metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: \"foo\": must be a valid "
		"seccomp profile" },
	{ APPARMOR "c: localhost/p", "" },
	{ APPARMOR "x: bad",
		"[metadata.annotations[" APPARMOR "x]: Invalid value: \"x\": container not found, metadata.annotations["
		APPARMOR "x]: Invalid value: \"bad\": invalid AppArmor profile name: \"bad\"]" },
};

static void
test_refusals(void **state)
{
	REFUSALS_CHECK(*state, refusals, "{metadata: {name: p, annotations: {@}}, spec: {containers: [{name: c, image: i}]}}");
}

static void
test_fields_beside(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(fixture_create(fixture, "Pod",
				    "{metadata: {name: p, annotations: {" APPARMOR "c: runtime/default}}, spec: {containers: "
				    "[{name: c, image: i, securityContext: {appArmorProfile: {type: Unconfined}}}]}}"),
		"Pod \"p\" is invalid: spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in "
		"annotation and field must match");
}

static void
test_updates(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "Pod", "{metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Pod", "p",
				    "{metadata: {annotations: {" APPARMOR "c: unconfined}}}"),
		"Pod \"p\" is invalid: metadata.annotations[" APPARMOR "c]: Forbidden: may not add AppArmor annotations");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refusals, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_fields_beside, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_updates, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
