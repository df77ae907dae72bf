/* Requests and limits: TestValidatePod's resource cases and TestValidateResourceNames of pkg/apis/core/validation. */
#include "refusals.h"

#define AT "spec.containers[0].resources"

static const struct refusal refusals[] = {
	{ "resources: {requests: {cpu: 1, example.com/dongle: 2}, limits: {cpu: 2, example.com/dongle: 2}}", "" },
	{ "resources: {requests: {cpu: 500m}, limits: {cpu: 0.2}}",
		AT ".requests: Invalid value: \"500m\": must be less than or equal to cpu limit of 200m" },
	{ "resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {cpu: 200m, memory: 1Gi}}",
		"[" AT ".requests: Invalid value: \"500m\": must be less than or equal to cpu limit of 200m, " AT
		".requests: Invalid value: \"2Gi\": must be less than or equal to memory limit of 1Gi]" },
	{ "resources: {limits: {cpu: -1}}",
		"[" AT ".limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0, " AT
		".requests[cpu]: Invalid value: \"-1\": must be greater than or equal to 0]" },
	{ "resources: {limits: {cpus: 1}}",
		"[" AT ".limits[cpus]: Invalid value: \"cpus\": must be a standard resource type or fully qualified, " AT
		".limits[cpus]: Invalid value: \"cpus\": must be a standard resource for containers, " AT
		".requests[cpus]: Invalid value: \"cpus\": must be a standard resource type or fully qualified, " AT
		".requests[cpus]: Invalid value: \"cpus\": must be a standard resource for containers]" },
	{ "resources: {requests: {pods: 1}}",
		AT ".requests[pods]: Invalid value: \"pods\": must be a standard resource for containers" },
	{ "resources: {requests: {example.com/a: 1}}",
		AT ".limits: Required value: Limit must be set for non overcommitable resources" },
	{ "resources: {requests: {example.com/a: 1}, limits: {example.com/a: 2}}",
		AT ".requests: Invalid value: \"1\": must be equal to example.com/a limit of 2" },
	{ "resources: {limits: {memory: 1Gi, hugepages-2Mi: 3Mi}}",
		"[" AT ".limits[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer multiple of "
		"hugepages-2Mi, " AT ".requests[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer "
		"multiple of hugepages-2Mi]" },
	{ "resources: {limits: {hugepages-2Mi: 2Mi}}", AT ": Forbidden: HugePages require cpu or memory" },
	{ "resources: {requests: {a/b/c: 1}}",
		"[" AT ".requests[a/b/c]: Invalid value: \"a/b/c\": a qualified name must consist of alphanumeric "
		"characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
		"'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with "
		"an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName'), " AT
		".requests[a/b/c]: Invalid value: \"a/b/c\": doesn't follow extended resource name standard, " AT
		".limits: Required value: Limit must be set for non overcommitable resources]" },
};

static void
test_refusals(void **state)
{
	REFUSALS_CHECK(*state, refusals, IN_CONTAINER);
}

static const struct refusal whole[] = {
	{ "resources: {limits: {example.com/gpu: 500m}}",
		"[" AT ".limits[example.com/gpu]: Invalid value: resource.Quantity{i:resource.int64Amount{value:500, "
		"scale:-3}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:\"500m\", Format:\"DecimalSI\"}: must be an "
		"integer, " AT ".requests[example.com/gpu]: Invalid value: resource.Quantity{i:resource.int64Amount{value:"
		"500, scale:-3}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:\"500m\", Format:\"DecimalSI\"}: must be "
		"an integer]" },
};

static void
test_whole(void **state)
{
	REFUSALS_CHECK(*state, whole, IN_CONTAINER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refusals, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_whole, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
