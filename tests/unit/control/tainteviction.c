/* Who has to leave a node, and when: the cases of pkg/controller/tainteviction's tests at v1.32, restated. */
#include "fixture.h"

#include "control/events.h"

#define POD(name, tolerations) "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " name "}\n" \
	"spec: {nodeName: node01, terminationGracePeriodSeconds: 0, tolerations: [" tolerations "], " \
	"containers: [{name: c, image: nginx}]}\n"

static const struct {
	const char *tolerations;
	int64_t seconds;	/* after which it is gone; -1: it stays */
} rows[] = {
	{ "", 0 },
	{ "{key: other, operator: Exists, effect: NoExecute}", 0 },
	{ "{key: team, operator: Equal, value: b, effect: NoExecute}", 0 },
	{ "{key: team, operator: Exists, effect: NoSchedule}", 0 },
	{ "{key: team, operator: Equal, value: a, effect: NoExecute}", -1 },
	{ "{operator: Exists}", -1 },
	{ "{key: team, operator: Exists, effect: NoExecute, tolerationSeconds: 60}", 60 },
	{ "{key: team, operator: Exists, effect: NoExecute, tolerationSeconds: 0}", 0 },
};

static void
pods_leave_when_they_must(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *manifest = xasprintf(POD("p", "%s"), rows[i].tolerations);
		struct cluster cluster;
		const struct object *pod;

		make(&cluster, manifest);
		cluster_tick(&cluster, START + 60 * CLOCK_SECOND);
		pod = object_ref(object_in(&cluster, "Pod", "p"));
		patch(&cluster, "Node", "node01", "{\"spec\": {\"taints\": [{\"key\": \"team\", \"value\": \"a\", \"effect\": \"NoExecute\"}]}}");
		settle(&cluster);
		assert_int_equal(find(&cluster, "Pod", "p") == NULL, rows[i].seconds == 0);
		if (rows[i].seconds > 0) {
			cluster_tick(&cluster, cluster.server.clock.now + (rows[i].seconds - 5) * CLOCK_SECOND);
			assert_non_null(find(&cluster, "Pod", "p"));
		}
		cluster_tick(&cluster, cluster.server.clock.now + 600 * CLOCK_SECOND);
		assert_int_equal(find(&cluster, "Pod", "p") == NULL, rows[i].seconds >= 0);
		assert_int_equal(
			event_last(&cluster.server, EVENT_TAINT_EVICTION, pod, NULL) > 0, rows[i].seconds >= 0);
		object_unref((struct object *)(uintptr_t)pod);
		cluster_release(&cluster);
		free(manifest);
	}
}

/* A taint that goes in time lets the pod stay. */
static void
who_is_forgiven_stays(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, POD("p", "{key: team, operator: Exists, effect: NoExecute, tolerationSeconds: 60}"));
	patch(&cluster, "Node", "node01", "{\"spec\": {\"taints\": [{\"key\": \"team\", \"effect\": \"NoExecute\"}]}}");
	settle(&cluster);
	cluster_tick(&cluster, cluster.server.clock.now + 30 * CLOCK_SECOND);
	patch(&cluster, "Node", "node01", "{\"spec\": {\"taints\": null}}");
	settle(&cluster);
	cluster_tick(&cluster, cluster.server.clock.now + 600 * CLOCK_SECOND);
	assert_non_null(find(&cluster, "Pod", "p"));
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pods_leave_when_they_must),
		cmocka_unit_test(who_is_forgiven_stays),
	};

	return cmocka_run_group_tests_name("control/tainteviction", tests, NULL, NULL);
}
