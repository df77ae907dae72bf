/* The loop: it comes to rest, rest is rest, and time goes no further than it may. */
#include "fixture.h"

static const char web[] =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n"
	"spec: {replicas: 3, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, "
	"spec: {containers: [{name: c, image: nginx, readinessProbe: {httpGet: {port: 80}, initialDelaySeconds: "
	"30}}]}}}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: w}\nspec: {selector: {app: w}, ports: [{port: 80}]}\n";

/* Level-triggered: each controller, asked again for no reason, finds nothing to do. */
static void
running_again_changes_nothing(void **state)
{
	struct cluster cluster;
	uint64_t version;

	(void)state;
	make(&cluster, web);
	version = store_version(cluster.server.store);
	for (size_t i = 0; controllers[i]; i++) {
		controllers[i]->reconcile(&cluster.server);
		if (store_version(cluster.server.store) != version)
			fail_msg("%s finds no rest", controllers[i]->name);
	}
	/* but for the Events, which are forgotten in an hour */
	assert_true(control_next(&cluster.control) > cluster.server.clock.now + 3000 * CLOCK_SECOND);
	cluster_release(&cluster);
}

static void
time_goes_to_the_last_wake_and_no_further(void **state)
{
	struct cluster cluster;
	int64_t before;

	(void)state;
	make(&cluster, web);
	before = cluster.server.clock.now;
	assert_true(before >= START + 30 * CLOCK_SECOND && before < START + 60 * CLOCK_SECOND);
	control_settle(&cluster.control, 3600 * CLOCK_SECOND);
	assert_true(cluster.server.clock.now == before);	/* nothing to wait for */
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"replicas\":4}}");
	control_settle(&cluster.control, 10 * CLOCK_SECOND);
	assert_true(cluster.server.clock.now <= before + 10 * CLOCK_SECOND);
	assert_int_equal(int_at(object_in(&cluster, "Deployment", "w"), "status.readyReplicas"), 3);
	assert_true(control_next(&cluster.control) > before + 10 * CLOCK_SECOND);
	control_settle(&cluster.control, 60 * CLOCK_SECOND);
	assert_int_equal(int_at(object_in(&cluster, "Deployment", "w"), "status.readyReplicas"), 4);
	cluster_release(&cluster);
}

/* The same end, whether time jumps or goes second by second. */
static void
small_steps_lead_to_the_same_place(void **state)
{
	struct cluster jump, steps;
	struct str a = STR_INIT, b = STR_INIT;

	(void)state;
	make(&jump, web);
	make(&steps, web);
	patch(&jump, "Deployment", "w", "{\"spec\":{\"replicas\":6}}");
	patch(&steps, "Deployment", "w", "{\"spec\":{\"replicas\":6}}");
	control_settle(&jump.control, 90 * CLOCK_SECOND);
	for (int i = 0; i < 90; i++)
		cluster_tick(&steps, steps.server.clock.now + CLOCK_SECOND);
	yaml_write(slice_at(&jump, "w", 0)->root, &a);
	yaml_write(slice_at(&steps, "w", 0)->root, &b);
	assert_string_equal(a.buf, b.buf);
	str_release(&a);
	str_release(&b);
	cluster_release(&jump);
	cluster_release(&steps);
}

static void
every_row_has_a_name_and_something_to_watch(void **state)
{
	(void)state;
	for (size_t i = 0; controllers[i]; i++) {
		assert_true(controllers[i]->name[0] != 0);
		assert_non_null(controllers[i]->watches[0]);
		for (const char *const *kind = controllers[i]->watches; *kind; kind++)
			if (!kind_by_kind(*kind))
				fail_msg("%s watches %s, which is no kind", controllers[i]->name, *kind);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(running_again_changes_nothing),
		cmocka_unit_test(time_goes_to_the_last_wake_and_no_further),
		cmocka_unit_test(small_steps_lead_to_the_same_place),
		cmocka_unit_test(every_row_has_a_name_and_something_to_watch),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
