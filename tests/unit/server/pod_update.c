/* What may change of a pod: TestValidatePodUpdate of pkg/apis/core/validation. */
#include "fixture.h"

static const char updated[] =
	"Pod \"p\" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
	"`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
	"tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
	"  core.PodSpec{\n";

static const struct {
	const char *before, *patch, *text; /* text: what follows `is invalid: `; NULL: the long refusal */
} cases[] = {
	{ "", "{metadata: {labels: {a: b}}}", "" },
	{ "", "{spec: {activeDeadlineSeconds: 20}}", "" },
	{ "activeDeadlineSeconds: 10", "{spec: {activeDeadlineSeconds: 5}}", "" },
	{ "activeDeadlineSeconds: 10", "{spec: {activeDeadlineSeconds: 20}}",
		"spec.activeDeadlineSeconds: Invalid value: 20: must be less than or equal to previous value" },
	{ "activeDeadlineSeconds: 10", "{spec: {activeDeadlineSeconds: null}}",
		"spec.activeDeadlineSeconds: Invalid value: \"null\": must not update from a positive integer to nil value" },
	{ "tolerations: [{key: a, operator: Exists}]", "{spec: {tolerations: [{key: b, operator: Exists}]}}",
		"spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds" },
	{ "schedulingGates: [{name: a}, {name: b}]", "{spec: {schedulingGates: [{name: b}]}}", "" },
	{ "schedulingGates: [{name: a}]", "{spec: {schedulingGates: [{name: c}]}}",
		"spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'c'" },
	{ "schedulingGates: [{name: a}]", "{spec: {nodeSelector: {disk: ssd}}}", "" },
	{ "", "{spec: {nodeSelector: {disk: ssd}}}", NULL },
	{ "", "{spec: {terminationGracePeriodSeconds: 5}}", NULL },
	{ "", "{spec: {containers: [{name: c, image: ''}]}}", "spec.containers[0].image: Required value" },
	{ "", "{spec: {containers: [{name: c, image: i}, {name: d, image: i}]}}",
		"spec.containers: Forbidden: pod updates may not add or remove containers" },
};

static void
test_updates(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: p}, spec: {automountServiceAccountToken: false, containers: "
				       "[{name: c, image: i}]%s%s}}",
			*cases[i].before ? ", " : "", cases[i].before);
		char *want = cases[i].text && *cases[i].text ? xasprintf("Pod \"p\" is invalid: %s", cases[i].text)
							     : xstrdup("");
		const char *text;

		assert_string_equal(fixture_create(fixture, "Pod", body), "");
		text = fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Pod", "p", cases[i].patch);
		if (cases[i].text)
			assert_string_equal(text, want);
		else
			assert_true(str_starts(text, updated));
		server_remove(&fixture->server, fixture_get(fixture, "Pod", "p"));
		free(want);
		free(body);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_updates, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
