/* Pods outlive their node by 40 seconds (pkg/controller/podgc, quarantineTime). */
#include "fixture.h"

static void
orphans_go_after_forty_seconds(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {nodeName: node02, containers: [{name: c, image: nginx}]}\n");
	delete(&cluster, "Node", "node02");
	settle(&cluster);
	cluster_tick(&cluster, cluster.server.clock.now + 39 * CLOCK_SECOND);
	assert_non_null(find(&cluster, "Pod", "p"));
	cluster_tick(&cluster, cluster.server.clock.now + 2 * CLOCK_SECOND);
	assert_null(find(&cluster, "Pod", "p"));
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orphans_go_after_forty_seconds),
	};

	return cmocka_run_group_tests_name("control/podgc", tests, NULL, NULL);
}
