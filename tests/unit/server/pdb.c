/* PodDisruptionBudgets: TestValidatePodDisruptionBudgetSpec and TestValidateUnhealthyPodEvictionPolicyDisruptionBudgetSpec
 * of pkg/apis/policy/validation. */
#include "fixture.h"

#define INVALID "PodDisruptionBudget.policy \"x\" is invalid: "

static void
test_creation(void **state)
{
	static const struct {
		const char *spec, *text;
	} cases[] = {
		{ "minAvailable: 20%, unhealthyPodEvictionPolicy: AlwaysAllow", "" },
		{ "minAvailable: 101%",
			INVALID "spec.minAvailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:\"101%\"}: must "
				"not be greater than 100%" },
		{ "maxUnavailable: -1", INVALID "spec.maxUnavailable: Invalid value: -1: must be greater than or equal to 0" },
		{ "maxUnavailable: 1.1%",
			INVALID "spec.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:\"1.1%\"}: a "
				"valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
				"regex used for validation is '[0-9]+%')" },
		{ "unhealthyPodEvictionPolicy: Invalid",
			INVALID "spec.unhealthyPodEvictionPolicy: Unsupported value: \"Invalid\": supported values: "
				"\"AlwaysAllow\", \"IfHealthyBudget\"" },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: x}, spec: {%s}}", cases[i].spec);

		assert_string_equal(fixture_create(fixture, "PodDisruptionBudget", body), cases[i].text);
		free(body);
	}
}

static void
test_both(void **state)
{
	const char *text = fixture_create(
		*state, "PodDisruptionBudget", "{metadata: {name: x}, spec: {minAvailable: 1, maxUnavailable: 1}}");

	assert_true(str_starts(text, INVALID "spec: Invalid value: policy.PodDisruptionBudgetSpec{MinAvailable:(*intstr.IntOrString)(0x"));
	assert_true(str_ends(text, ": minAvailable and maxUnavailable cannot be both set"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_creation, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_both, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
