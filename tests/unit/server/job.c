/* Jobs: TestValidateJob and TestValidateJobUpdate of pkg/apis/batch/validation, and what batch/v1 fills in. */
#include "fixture.h"

#define RULES "spec.podFailurePolicy.rules[0]"
#define POLICY(rule) "podFailurePolicy: {rules: [" rule "]}, "
#define INDEXED "completionMode: Indexed, completions: 3, "

static const struct {
	const char *spec, *text; /* spec: before the template of a pod that is never restarted */
} cases[] = {
	{ "", "" },
	{ "parallelism: -1, ", "spec.parallelism: Invalid value: -1: must be greater than or equal to 0" },
	{ "backoffLimit: -1, ttlSecondsAfterFinished: -2, ",
		"[spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0, spec.ttlSecondsAfterFinished: "
		"Invalid value: -2: must be greater than or equal to 0]" },
	{ "completionMode: Other, ",
		"spec.completionMode: Unsupported value: \"Other\": supported values: \"NonIndexed\", \"Indexed\"" },
	{ "completionMode: Indexed, parallelism: 2, ",
		"spec.completions: Required value: when completion mode is Indexed" },
	{ INDEXED "parallelism: 100001, ",
		"spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed" },
	{ "backoffLimitPerIndex: 1, ",
		"spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode" },
	{ INDEXED "maxFailedIndexes: 4, backoffLimitPerIndex: 1, ",
		"spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions" },
	{ INDEXED "maxFailedIndexes: 1, ", "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified" },
	{ "managedBy: foo, ",
		"spec.managedBy: Invalid value: \"foo\": must be a domain-prefixed path (such as \"acme.io/foo\")" },
	{ "podReplacementPolicy: Sometimes, ",
		"spec.podReplacementPolicy: Unsupported value: \"Sometimes\": supported values: \"Failed\", "
		"\"TerminatingOrFailed\"" },
	{ POLICY("{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}"), "" },
	{ POLICY("{action: FailJob, onExitCodes: {operator: In, values: [1, 2]}}") "podReplacementPolicy: "
										   "TerminatingOrFailed, ",
		"spec.podReplacementPolicy: Unsupported value: \"TerminatingOrFailed\": supported values: \"Failed\"" },
	{ POLICY("{onExitCodes: {operator: In, values: [1]}}"),
		RULES ".action: Required value: valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]" },
	{ POLICY("{action: FailIndex, onExitCodes: {operator: In, values: [1]}}"),
		RULES ".action: Invalid value: \"FailIndex\": requires the backoffLimitPerIndex to be set" },
	{ POLICY("{action: FailJob}"),
		RULES ": Invalid value: specifying one of OnExitCodes and OnPodConditions is required" },
	{ POLICY("{action: FailJob, onExitCodes: {operator: In, values: [1, 0, 1]}}"),
		"[" RULES ".onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator, " RULES
		".onExitCodes.values[2]: Duplicate value: 1, " RULES
		".onExitCodes.values: Invalid value: []int32{1, 0, 1}: must be ordered]" },
	{ POLICY("{action: FailJob, onExitCodes: {containerName: x, operator: NotIn, values: [1]}}"),
		RULES ".onExitCodes.containerName: Invalid value: \"x\": must be one of the container or initContainer names "
		      "in the pod template" },
	{ POLICY("{action: Ignore, onPodConditions: [{type: T, status: Maybe}]}"),
		RULES ".onPodConditions[0].status: Unsupported value: \"Maybe\": supported values: \"False\", \"True\", "
		      "\"Unknown\"" },
	{ INDEXED "successPolicy: {rules: [{succeededIndexes: '0,2', succeededCount: 1}]}, ", "" },
	{ INDEXED "successPolicy: {rules: []}, ",
		"spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is "
		"specified" },
	{ INDEXED "successPolicy: {rules: [{}]}, ",
		"spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be "
		"specified" },
	{ INDEXED "successPolicy: {rules: [{succeededIndexes: invalid}]}, ",
		"spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"invalid\": error parsing succeededIndexes: "
		"cannot convert string to integer for index: \"invalid\"" },
	{ INDEXED "successPolicy: {rules: [{succeededIndexes: 0-3}]}, ",
		"spec.successPolicy.rules[0].succeededIndexes: Invalid value: \"0-3\": error parsing succeededIndexes: too "
		"large index: \"3\"" },
	{ INDEXED "successPolicy: {rules: [{succeededCount: 4}]}, ",
		"spec.successPolicy.rules[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of "
		"specified completions)" },
	{ "selector: {matchLabels: {a: b}}, ",
		"[spec.selector: Invalid value: @: `selector` not auto-generated, spec.template.metadata.labels: Invalid "
		"value: @: `selector` does not match template `labels`]" },
};

/* The text with the structs in it, which hold the Job's uid, made @. */
static const char *
without_structs(struct fixture *fixture, const char *text)
{
	struct str out = STR_INIT;
	const char *kept;

	while (*text) {
		if (str_starts(text, "v1.LabelSelector{") || str_starts(text, "map[string]string{")) {
			text = strstr(text, ": `selector`");
			str_addch(&out, '@');
		} else {
			str_addch(&out, *text++);
		}
	}
	kept = arena_strdup(&fixture->arena, out.buf);
	str_release(&out);
	return kept;
}

static void
test_creation(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: j}, spec: {%stemplate: {spec: {restartPolicy: Never, containers: "
				       "[{name: c, image: i}]}}}}",
			cases[i].spec);
		char *want = *cases[i].text ? xasprintf("Job.batch \"j\" is invalid: %s", cases[i].text) : xstrdup("");
		const char *text = fixture_create(fixture, "Job", body);

		assert_string_equal(without_structs(fixture, text), want);
		if (!*want)
			server_remove(&fixture->server, fixture_get(fixture, "Job", "j"));
		free(want);
		free(body);
	}
}

static void
test_restart(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(fixture_create(fixture, "Job",
				    "{metadata: {name: j}, spec: {template: {spec: {restartPolicy: Always, containers: [{name: "
				    "c, image: i}]}}}}"),
		"Job.batch \"j\" is invalid: spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", "
		"\"Never\"");
	assert_string_equal(fixture_create(fixture, "Job",
				    "{metadata: {name: j}, spec: {podFailurePolicy: {rules: [{action: Count, onExitCodes: "
				    "{operator: In, values: [1]}}]}, template: {spec: {restartPolicy: OnFailure, containers: "
				    "[{name: c, image: i}]}}}}"),
		"Job.batch \"j\" is invalid: spec.template.spec.restartPolicy: Invalid value: \"OnFailure\": only \"Never\" is "
		"supported when podFailurePolicy is specified");
}

static void
test_defaults(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "Job",
		"{metadata: {name: j}, spec: {completions: 2, completionMode: Indexed, backoffLimitPerIndex: 1, "
		"podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: T}]}]}, template: {spec: "
		"{restartPolicy: Never, containers: [{name: c, image: i}]}}}}");
	assert_string_equal(fixture_field(fixture, "Job", "j", "spec.backoffLimit"), "2147483647");
	assert_string_equal(fixture_field(fixture, "Job", "j", "spec.podReplacementPolicy"), "\"Failed\"");
	assert_string_equal(fixture_field(fixture, "Job", "j", "spec.manualSelector"), "false");
	assert_string_equal(
		fixture_field(fixture, "Job", "j", "spec.podFailurePolicy.rules[0].onPodConditions[0].status"), "\"True\"");
}

static void
test_updates(void **state)
{
	struct fixture *fixture = *state;
	const char *text;

	fixture_create(fixture, "Job",
		"{metadata: {name: j}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}");
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Job", "j", "{spec: {parallelism: 2, suspend: true}}"), "");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Job", "j", "{spec: {completions: 2}}"),
		"Job.batch \"j\" is invalid: spec.completions: Invalid value: 2: field is immutable");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Job", "j", "{spec: {completionMode: Indexed}}"),
		"Job.batch \"j\" is invalid: spec.completionMode: Invalid value: \"Indexed\": field is immutable");
	text = fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Job", "j",
		"{spec: {template: {spec: {containers: [{name: c, image: other}]}}}}");
	assert_true(str_starts(text,
		"Job.batch \"j\" is invalid: spec.template: Invalid value: core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{Name:\"\", "
		"GenerateName:\"\", Namespace:\"\", SelfLink:\"\", UID:\"\", ResourceVersion:\"\", Generation:0, "
		"CreationTimestamp:time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC), DeletionTimestamp:<nil>, "
		"DeletionGracePeriodSeconds:(*int64)(nil), Labels:map[string]string{\"batch.kubernetes.io/controller-uid\":"));
	assert_non_null(strstr(text, "Containers:[]core.Container{core.Container{Name:\"c\", Image:\"other\", Command:[]string(nil), "
				     "Args:[]string(nil), WorkingDir:\"\", Ports:[]core.ContainerPort(nil), "));
	assert_true(str_ends(text, "Resources:(*core.ResourceRequirements)(nil)}}: field is immutable"));
	/* it is suspended and never ran: where it will run may still change */
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Job", "j",
				    "{spec: {template: {spec: {nodeSelector: {disk: ssd}}}}}"),
		"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_creation, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_restart, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_defaults, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_updates, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
