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

/* Of an owner whose kind the server does not serve nothing can be known, so its dependents stay. */
static void
owners_of_unknown_kinds_delete_nothing(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	create(&cluster, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept, ownerReferences: "
		"[{apiVersion: extensions/v1beta1, kind: DaemonSet, name: w, uid: 11111111-2222-3333-4444-555555555555}]}\n");
	patch(&cluster, "Service", "w", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
	settle(&cluster);
	object_in(&cluster, "ConfigMap", "kept");
	cluster_release(&cluster);
}

static void
delete_as(struct cluster *cluster, const char *kind, const char *name, enum propagation propagation)
{
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;

	request.verb = REQUEST_DELETE;
	request.kind = kind_by_kind(kind);
	request.namespace = "default";
	request.name = name;
	request.propagation = propagation;
	assert_int_equal(server_do(&cluster->server, &request, NULL, &status), 0);
	status_release(&status);
}

static void
in_the_foreground_the_owner_goes_last(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	delete_as(&cluster, "Deployment", "w", PROPAGATE_FOREGROUND);
	control_run(&cluster.control);
	assert_string_equal(text_at(object_in(&cluster, "Deployment", "w"), "metadata.finalizers[0]"), "foregroundDeletion");
	assert_int_equal(count_of(&cluster, "ReplicaSet"), 1);
	assert_int_equal(count_of(&cluster, "Pod"), 3);
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "Deployment"), 0);
	assert_int_equal(count_of(&cluster, "ReplicaSet"), 0);
	assert_int_equal(count_of(&cluster, "Pod"), 1);
	cluster_release(&cluster);
}

static void
orphans_stay_and_know_no_owner(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	delete_as(&cluster, "Deployment", "w", PROPAGATE_ORPHAN);
	assert_string_equal(text_at(object_in(&cluster, "Deployment", "w"), "metadata.finalizers[0]"), "orphan");
	settle(&cluster);
	assert_int_equal(count_of(&cluster, "Deployment"), 0);
	assert_int_equal(count_of(&cluster, "ReplicaSet"), 1);
	assert_int_equal(count_of(&cluster, "Pod"), 3);
	assert_null(value_path(pod_at(&cluster, "", 0)->root, "metadata.finalizers"));
	cluster_release(&cluster);
}

/* A person's finalizer keeps the object until the person takes it away; a pod, too, though it has stopped. */
static void
finalizers_keep_what_is_deleted(void **state)
{
	static const char *const kinds_held[] = { "Pod", "ConfigMap" };
	struct cluster cluster;

	(void)state;
	make(&cluster, "apiVersion: v1\nkind: Pod\nmetadata: {name: held, finalizers: [example.com/hold]}\n"
		"spec: {containers: [{name: c, image: nginx}]}\n"
		"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.com/hold]}\n");
	for (size_t i = 0; i < 2; i++) {
		delete(&cluster, kinds_held[i], "held");
		settle(&cluster);
		cluster_tick(&cluster, cluster.server.clock.now + 120 * CLOCK_SECOND);
		assert_true(object_is_deleting(object_in(&cluster, kinds_held[i], "held")));
		patch(&cluster, kinds_held[i], "held", "{\"metadata\":{\"finalizers\":null}}");
		settle(&cluster);
		assert_null(find(&cluster, kinds_held[i], "held"));
	}
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deployment_takes_its_sets_and_pods_along),
		cmocka_unit_test(a_service_takes_its_slices_along),
		cmocka_unit_test(owners_are_known_by_their_uid),
		cmocka_unit_test(owners_of_unknown_kinds_delete_nothing),
		cmocka_unit_test(in_the_foreground_the_owner_goes_last),
		cmocka_unit_test(orphans_stay_and_know_no_owner),
		cmocka_unit_test(finalizers_keep_what_is_deleted),
	};

	return cmocka_run_group_tests_name("garbage", tests, NULL, NULL);
}
