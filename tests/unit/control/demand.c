/*
 * What pods ask for.  The cases are those of upstream's own tables: TestPodRequestsAndLimits of
 * k8s.io/component-helpers/resource, and the example in the API's documentation of sidecar containers.
 */
#include "fixture.h"

#include "control/demand.h"

#define ASKS(cpu) "resources: {requests: {cpu: " cpu "}}"

static const struct {
	const char *spec;
	int64_t cpu, scored_cpu;
} rows[] = {
	{ "containers: [{name: a, " ASKS("'1'") "}, {name: b, " ASKS("500m") "}]", 1500, 1500 },
	{ "containers: [{name: a}]", 0, 100 },
	{ "containers: [{name: a, " ASKS("'1.5'") "}], overhead: {cpu: 250m}", 1750, 1750 },
	{ "initContainers: [{name: i, " ASKS("'2'") "}], containers: [{name: a, " ASKS("'1'") "}]", 2000, 2000 },
	{ "initContainers: [{name: i, " ASKS("'2'") "}], containers: [{name: a, " ASKS("'3'") "}]", 3000, 3000 },
	/* a sidecar runs beside the containers */
	{ "initContainers: [{name: s, restartPolicy: Always, " ASKS("'1'") "}], containers: [{name: a, "
		ASKS("'1'") "}]", 2000, 2000 },
	/* and beside the init containers that come after it, not before */
	{ "initContainers: [{name: s, restartPolicy: Always, " ASKS("'1'") "}, {name: i, " ASKS("'5'") "}], "
	  "containers: [{name: a, " ASKS("'1'") "}]", 6000, 6000 },
	{ "initContainers: [{name: i, " ASKS("'5'") "}, {name: s, restartPolicy: Always, " ASKS("'1'") "}], "
	  "containers: [{name: a, " ASKS("'1'") "}]", 5000, 5000 },
};

static void
requests_are_summed(void **state)
{
	const struct yaml_options options = { .unique_keys = false };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		value_vec documents = VEC_INIT;
		struct demand demand;
		struct str text = STR_INIT;

		str_addf(&text, "spec: {%s}", rows[i].spec);
		if (yaml_read("test", text.buf, text.len, &options, &arena, &documents, &err))
			fail_msg("%s", err.text);
		demand_of(value_get(documents.v[0], "spec"), &demand);
		assert_int_equal(demand_milli(&demand, "cpu"), rows[i].cpu);
		assert_int_equal(demand.scored_cpu, rows[i].scored_cpu);
		assert_int_equal(demand_milli(&demand, "memory"), 0);
		demand_release(&demand);
		str_release(&text);
		vec_release(&documents);
		arena_release(&arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(requests_are_summed) };

	return cmocka_run_group_tests_name("demand", tests, NULL, NULL);
}
