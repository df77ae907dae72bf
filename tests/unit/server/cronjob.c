/* CronJobs: TestValidateCronJob of pkg/apis/batch/validation. */
#include "fixture.h"

#define TEMPLATE(pod) "jobTemplate: {spec: {template: {spec: {" pod "containers: [{name: c, image: i}]}}}}"
#define NEVER TEMPLATE("restartPolicy: Never, ")

static const struct {
	const char *spec, *text;
} cases[] = {
	{ "schedule: '*/5 * * * *', timeZone: America/New_York, " NEVER, "" },
	{ "schedule: '@daily', " NEVER, "" },
	{ NEVER, "spec.schedule: Required value" },
	{ "schedule: error, " NEVER,
		"spec.schedule: Invalid value: \"error\": expected exactly 5 fields, found 1: [error]" },
	{ "schedule: '* * * * 8', " NEVER,
		"spec.schedule: Invalid value: \"* * * * 8\": end of range (8) above maximum (6): 8" },
	{ "schedule: 'TZ=UTC 0 * * * *', " NEVER,
		"spec.schedule: Invalid value: \"TZ=UTC 0 * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field "
		"instead" },
	{ "schedule: '0 * * * *', timeZone: '', " NEVER,
		"spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string" },
	{ "schedule: '0 * * * *', timeZone: ' Continent/Zone', " NEVER,
		"spec.timeZone: Invalid value: \" Continent/Zone\": unknown time zone  Continent/Zone" },
	{ "schedule: '0 * * * *', timeZone: Continent/Zone, " NEVER,
		"spec.timeZone: Invalid value: \"Continent/Zone\": unknown time zone Continent/Zone" },
	{ "schedule: '0 * * * *', timeZone: america/new_york, " NEVER,
		"spec.timeZone: Invalid value: \"america/new_york\": unknown time zone america/new_york" },
	{ "schedule: '0 * * * *', timeZone: local, " NEVER,
		"[spec.timeZone: Invalid value: \"local\": timeZone must be an explicit time zone as defined in "
		"https://www.iana.org/time-zones, spec.timeZone: Invalid value: \"local\": unknown time zone local]" },
	{ "schedule: '0 * * * *', timeZone: Local, " NEVER,
		"spec.timeZone: Invalid value: \"Local\": timeZone must be an explicit time zone as defined in "
		"https://www.iana.org/time-zones" },
	{ "schedule: '0 * * * *', concurrencyPolicy: Sometimes, startingDeadlineSeconds: -1, " NEVER,
		"[spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0, "
		"spec.concurrencyPolicy: Unsupported value: \"Sometimes\": supported values: \"Allow\", \"Forbid\", "
		"\"Replace\"]" },
	{ "schedule: '0 * * * *', successfulJobsHistoryLimit: -1, " NEVER,
		"spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0" },
	{ "schedule: '0 * * * *', " TEMPLATE(""),
		"spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"" },
	{ "schedule: '0 * * * *', jobTemplate: {spec: {manualSelector: true, selector: {matchLabels: {a: b}}, template: {spec: "
	  "{restartPolicy: Never, containers: [{name: c, image: i}]}}}}",
		"[spec.jobTemplate.spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"a\":\"b\"}, "
		"MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: `selector` will be auto-generated, "
		"spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: \"nil\", \"false\"]" },
};

static void
test_creation(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *body = xasprintf("{metadata: {name: c}, spec: {%s}}", cases[i].spec);
		char *want = *cases[i].text ? xasprintf("CronJob.batch \"c\" is invalid: %s", cases[i].text) : xstrdup("");

		assert_string_equal(fixture_create(fixture, "CronJob", body), want);
		if (!*want)
			server_remove(&fixture->server, fixture_get(fixture, "CronJob", "c"));
		free(want);
		free(body);
	}
}

static void
test_name(void **state)
{
	assert_string_equal(fixture_create(*state, "CronJob",
				    "{metadata: {name: a123456789b123456789c123456789d123456789e123456789f1}, spec: {schedule: "
				    "'0 * * * *', " NEVER "}}"),
		"");
	assert_string_equal(fixture_create(*state, "CronJob",
				    "{metadata: {name: a123456789b123456789c123456789d123456789e123456789f12}, spec: {schedule: "
				    "'0 * * * *', " NEVER "}}"),
		"CronJob.batch \"a123456789b123456789c123456789d123456789e123456789f12\" is invalid: metadata.name: Invalid "
		"value: \"a123456789b123456789c123456789d123456789e123456789f12\": must be no more than 52 characters");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_creation, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_name, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
