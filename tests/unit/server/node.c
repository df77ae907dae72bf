/* Nodes: what they can give, taints, and the range that stays (pkg/apis/core/validation: ValidateNode,
 * ValidateNodeUpdate). */
#include "fixture.h"

static void
test_allocatable(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(
		fixture_create(fixture, "Node", "{metadata: {name: a}, status: {capacity: {cpu: 2, memory: 1024Mi}}}"),
		"");
	assert_string_equal(
		fixture_field(fixture, "Node", "a", "status.allocatable"), "{\"cpu\":\"2\",\"memory\":\"1Gi\"}");
}

static void
test_taints(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(fixture_create(fixture, "Node",
				    "{metadata: {name: a}, spec: {taints: [{key: k, effect: NoSchedule}, "
				    "{key: k, effect: NoExecute}]}}"),
		"");
	assert_string_equal(fixture_create(fixture, "Node",
				    "{metadata: {name: b}, spec: {taints: [{key: k, value: v, effect: NoSchedule}, "
				    "{key: k, effect: NoSchedule}]}}"),
		"Node \"b\" is invalid: metadata.taints[1]: Duplicate value: core.Taint{Key:\"k\", "
		"Value:\"\", Effect:\"NoSchedule\", TimeAdded:<nil>}: taints must be unique by key and effect pair");
	assert_string_equal(
		fixture_create(fixture, "Node", "{metadata: {name: c}, spec: {taints: [{key: k, effect: Never}]}}"),
		"Node \"c\" is invalid: metadata.taints[0].effect: Unsupported value: \"Never\": supported values: "
		"\"NoSchedule\", "
		"\"PreferNoSchedule\", \"NoExecute\"");
}

static void
test_range(void **state)
{
	struct fixture *fixture = *state;

	fixture_create(fixture, "Node", "{metadata: {name: a}}");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Node", "a",
				    "{spec: {podCIDR: 192.168.0.0/24, podCIDRs: [192.168.0.0/24]}}"),
		"");
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Node", "a", "{spec: {unschedulable: true}}"), "");
	assert_string_equal(fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "Node", "a",
				    "{spec: {podCIDR: 192.168.1.0/24, podCIDRs: [192.168.1.0/24]}}"),
		"Node \"a\" is invalid: spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" "
		"to valid");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_allocatable, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_taints, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_range, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
