/* Where a pod wants to run: the affinity cases of TestValidatePod and TestValidateTopologySpreadConstraints of
 * pkg/apis/core/validation. */
#include "refusals.h"

#define NODE "spec.affinity.nodeAffinity"
#define NEAR "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]"
#define SPREAD "spec.topologySpreadConstraints[0]"
#define REQUIRED(term) \
	"affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [" term "]}}}"
#define TERM NODE ".requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
#define POD(term) "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [" term "]}}"
#define QUALIFIED \
	"name part must be non-empty"
#define QUALIFIED_TOO \
	"name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " \
	"character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " \
	"'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

static const struct refusal affinity[] = {
	{ REQUIRED("{matchExpressions: [{key: a, operator: In, values: [b]}, {key: c, operator: Gt, values: ['1']}], "
		   "matchFields: [{key: metadata.name, operator: In, values: [node]}]}"),
		"" },
	{ REQUIRED(""), NODE ".requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have "
			     "at least one node selector term" },
	{ REQUIRED("{matchExpressions: [{key: a, operator: In}]}"),
		TERM ".matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'" },
	{ REQUIRED("{matchExpressions: [{key: a, operator: Exists, values: [b]}]}"),
		TERM ".matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or "
		     "'DoesNotExist'" },
	{ REQUIRED("{matchExpressions: [{key: a, operator: Lt, values: [b, c]}]}"),
		TERM ".matchExpressions[0].values: Required value: must be specified single value when `operator` is 'Lt' or "
		     "'Gt'" },
	{ REQUIRED("{matchExpressions: [{operator: Equals, values: [b]}]}"),
		"[" TERM ".matchExpressions[0].operator: Invalid value: \"Equals\": not a valid selector operator, " TERM
		".matchExpressions[0].key: Invalid value: \"\": " QUALIFIED ", " TERM
		".matchExpressions[0].key: Invalid value: \"\": " QUALIFIED_TOO "]" },
	{ REQUIRED("{matchFields: [{key: metadata.namespace, operator: In, values: [node]}]}"),
		TERM ".matchFields[0].key: Invalid value: \"metadata.namespace\": not a valid field selector key" },
	{ REQUIRED("{matchFields: [{key: metadata.name, operator: In, values: [node, other]}]}"),
		TERM ".matchFields[0].values: Required value: must be only one value when `operator` is 'In' or 'NotIn' for "
		     "node field selector" },
	{ "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 199, preference: "
	  "{matchExpressions: [{key: a, operator: Exists}]}}]}}",
		NODE ".preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 199: must be in the range "
		     "1-100" },
	{ POD("{labelSelector: {matchLabels: {a: b}}, topologyKey: zone}"), "" },
	{ POD("{labelSelector: {matchLabels: {a: b}}}"),
		"[" NEAR ".topologyKey: Required value: can not be empty, " NEAR ".topologyKey: Invalid value: \"\": " QUALIFIED
		", " NEAR ".topologyKey: Invalid value: \"\": " QUALIFIED_TOO "]" },
	{ POD("{labelSelector: {matchExpressions: [{key: a, operator: In}]}, topologyKey: zone}"),
		NEAR ".labelSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or "
		     "'NotIn'" },
	{ POD("{matchLabelKeys: [a], topologyKey: zone}"),
		NEAR ".matchLabelKeys: Forbidden: must not be specified when labelSelector is not set" },
	{ POD("{labelSelector: {}, matchLabelKeys: [a], mismatchLabelKeys: [a], topologyKey: zone}"),
		NEAR ".matchLabelKeys[0]: Invalid value: \"a\": exists in both matchLabelKeys and mismatchLabelKeys" },
	{ "affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{podAffinityTerm: {labelSelector: "
	  "{}, topologyKey: zone}}]}}",
		"spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: "
		"must be in the range 1-100" },
};

static const struct refusal spread[] = {
	{ "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {}, "
	  "minDomains: 3}, {maxSkew: 1, topologyKey: node, whenUnsatisfiable: ScheduleAnyway, labelSelector: {}}]",
		"" },
	{ "topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]",
		SPREAD ".maxSkew: Invalid value: 0: must be greater than zero" },
	{ "topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: N/A}]",
		"[" SPREAD ".topologyKey: Required value: can not be empty, " SPREAD
		".whenUnsatisfiable: Unsupported value: \"N/A\": supported values: \"DoNotSchedule\", "
		"\"ScheduleAnyway\"]" },
	{ "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone}]",
		SPREAD ".whenUnsatisfiable: Unsupported value: \"\": supported values: \"DoNotSchedule\", "
		       "\"ScheduleAnyway\"" },
	{ "topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}, {maxSkew: 2, "
	  "topologyKey: z, whenUnsatisfiable: DoNotSchedule}]",
		SPREAD ".{topologyKey, whenUnsatisfiable}: Duplicate value: \"{z, DoNotSchedule}\"" },
	{ "topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: ScheduleAnyway, minDomains: 0}]",
		"[" SPREAD ".minDomains: Invalid value: 0: must be greater than zero, " SPREAD
		".minDomains: Invalid value: 0: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not "
		"ScheduleAnyway]" },
	{ "topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: X}]",
		SPREAD ".nodeTaintsPolicy: Unsupported value: \"X\": supported values: \"Honor\", \"Ignore\"" },
	{ "topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [a], "
	  "labelSelector: {matchLabels: {a: b}}}]",
		SPREAD ".matchLabelKeys[0]: Invalid value: \"a\": exists in both matchLabelKeys and labelSelector" },
};

static void
test_affinity(void **state)
{
	REFUSALS_CHECK(*state, affinity, IN_SPEC);
}

static void
test_spread(void **state)
{
	REFUSALS_CHECK(*state, spread, IN_SPEC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_affinity, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_spread, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
