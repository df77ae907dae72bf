/* Deployments, ReplicaSets and ReplicationControllers: the tables of pkg/apis/apps/validation and, for the last,
 * TestValidateReplicationController of pkg/apis/core/validation. */
#include "fixture.h"

#define POD "spec: {containers: [{name: c, image: i}]}"
#define LABELLED "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, " POD "}"
#define ROLLING "spec.strategy.rollingUpdate"
#define PERCENT \
	"a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for " \
	"validation is '[0-9]+%')"

static const struct {
	const char *kind, *spec, *text; /* the whole of the refusal after `"x" is invalid: ` */
} cases[] = {
	{ "Deployment", LABELLED, "" },
	{ "Deployment", "strategy: {type: Recreate, rollingUpdate: {}}, " LABELLED,
		ROLLING ": Forbidden: may not be specified when strategy `type` is 'Recreate'" },
	{ "Deployment", "strategy: {type: Blue}, " LABELLED,
		"spec.strategy: Unsupported value: apps.DeploymentStrategy{Type:\"Blue\", "
		"RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}: supported values: \"Recreate\", \"RollingUpdate\"" },
	{ "Deployment", "strategy: {rollingUpdate: {maxSurge: 20Percent}}, " LABELLED,
		ROLLING ".maxSurge: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:\"20Percent\"}: " PERCENT },
	{ "Deployment", "strategy: {rollingUpdate: {maxUnavailable: 110%}}, " LABELLED,
		ROLLING ".maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:\"110%\"}: must not be "
			"greater than 100%" },
	{ "Deployment", "strategy: {rollingUpdate: {maxUnavailable: -1}}, " LABELLED,
		ROLLING ".maxUnavailable: Invalid value: -1: must be greater than or equal to 0" },
	{ "Deployment", "minReadySeconds: 5, progressDeadlineSeconds: 5, " LABELLED,
		"spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds" },
	{ "Deployment", "revisionHistoryLimit: -1, " LABELLED,
		"spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0" },
	{ "Deployment", "selector: {}, template: {" POD "}",
		"spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), "
		"MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment" },
	{ "Deployment", "selector: {matchExpressions: [{key: a, operator: Is, values: [b]}]}, template: {" POD "}",
		"[spec.selector.matchExpressions[0].operator: Invalid value: \"Is\": not a valid selector operator, "
		"spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), "
		"MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:\"a\", Operator:\"Is\", "
		"Values:[]string{\"b\"}}}}: invalid label selector]" },
	{ "Deployment",
		"selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {activeDeadlineSeconds: 5, "
		"containers: [{name: c, image: i}]}}",
		"spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported" },
	{ "Deployment",
		"selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}], "
		"ephemeralContainers: [{name: e, image: i}]}}",
		"spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template" },
	{ "ReplicaSet", "selector: {}, template: {" POD "}",
		"spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), "
		"MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment" },
	{ "ReplicationController", "template: {" POD "}", "spec.selector: Required value" },
	{ "ReplicationController", "selector: {a: b}, template: {metadata: {labels: {a: c}}, " POD "}",
		"spec.template.metadata.labels: Invalid value: map[string]string{\"a\":\"c\"}: `selector` does not match "
		"template `labels`" },
	{ "ReplicationController", "replicas: -1, selector: {a: b}, template: {metadata: {labels: {a: b}}, spec: "
				   "{restartPolicy: Never, containers: [{name: c, image: i}]}}",
		"[spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.template.spec.restartPolicy: "
		"Unsupported value: \"Never\": supported values: \"Always\"]" },
};

static void
test_creation(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *group = kind_by_kind(cases[i].kind)->group;
		char *body = xasprintf("{metadata: {name: x}, spec: {%s}}", cases[i].spec);
		char *want = *cases[i].text ? xasprintf("%s%s%s \"x\" is invalid: %s", cases[i].kind, *group ? "." : "", group,
						      cases[i].text)
					    : xstrdup("");

		assert_string_equal(fixture_create(fixture, cases[i].kind, body), want);
		free(want);
		free(body);
	}
}

static void
test_warnings(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "Deployment", "{metadata: {name: a.b}, spec: {" LABELLED "}}");
	assert_int_equal(fixture->status.warnings.n, 1);
	assert_string_equal(fixture->status.warnings.v[0],
		"metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label "
		"is recommended: [must not contain dots]");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_creation, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_warnings, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
