/* What goes along with its owner, and what does not. */
#include "fixture.h"

static const char web[] =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n"
	"spec: {replicas: 2, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, "
	"spec: {containers: [{name: c, image: nginx}]}}}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: w}\nspec: {selector: {app: w}, ports: [{port: 80}]}\n"
	"---\napiVersion: v1\nkind: Pod\nmetadata: {name: alone}\nspec: {containers: [{name: c, image: nginx}]}\n";

static void
a_deployment_takes_its_sets_and_pods_along(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	delete(&cluster, "Deployment", "w");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "ReplicaSet"), 0);
	assert_int_equal(count_of(&cluster, "Pod"), 1);
	object_in(&cluster, "Pod", "alone");
	assert_int_equal(slice_view(slice_at(&cluster, "w", 0))->nendpoints, 0);
	cluster_release(&cluster);
}

static void
a_service_takes_its_slices_along(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	delete(&cluster, "Service", "w");
	settle(&cluster);
	assert_null(slice_at(&cluster, "w", 0));
	assert_int_equal(count_of(&cluster, "Pod"), 3);
	cluster_release(&cluster);
}

/* An owner of the same name is another one: the uid counts. */
static void
owners_are_known_by_their_uid(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	create(&cluster, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, ownerReferences: "
		"[{apiVersion: v1, kind: Service, name: w, uid: 11111111-2222-3333-4444-555555555555}]}\n");
	/* the collector is woken by the kinds that own; a change of one is enough */
	patch(&cluster, "Service", "w", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
	settle(&cluster);
	assert_null(find(&cluster, "ConfigMap", "kept"));
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deployment_takes_its_sets_and_pods_along),
		cmocka_unit_test(a_service_takes_its_slices_along),
		cmocka_unit_test(owners_are_known_by_their_uid),
	};

	return cmocka_run_group_tests_name("garbage", tests, NULL, NULL);
}
