/* Slices over time: full ones, those that shrink, pods on their way out, Services that come and go. */
#include "fixture.h"

static const char web[] =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\n"
	"spec: {replicas: 2, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, "
	"spec: {containers: [{name: c, image: nginx}]}}}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: w, labels: {team: a}}\nspec: {selector: {app: w}, ports: "
	"[{port: 80}]}\n";

static size_t
endpoints_in(const struct cluster *cluster, size_t i)
{
	return slice_view(slice_at(cluster, "w", i))->nendpoints;
}

/* One slice holds 100; when pods go, slices are not put together again. */
static void
a_slice_holds_a_hundred(void **state)
{
	struct cluster cluster;
	size_t first;

	(void)state;
	make(&cluster, web);
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"replicas\":150}}");
	settle(&cluster);
	assert_null(slice_at(&cluster, "w", 2));
	first = endpoints_in(&cluster, 0);
	assert_int_equal(first + endpoints_in(&cluster, 1), 150);
	assert_true(first == 100 || first == 50);
	patch(&cluster, "Deployment", "w", "{\"spec\":{\"replicas\":90}}");
	settle(&cluster);
	assert_int_equal(endpoints_in(&cluster, 0) + endpoints_in(&cluster, 1), 90);
	cluster_release(&cluster);
}

/* REAL: ready:false serving:true terminating:true; Endpoints leave it out. */
static void
a_pod_on_its_way_out_is_still_served(void **state)
{
	struct cluster cluster;
	const struct slice *slice;
	char gone[128];

	(void)state;
	make(&cluster, web);
	strcpy(gone, slice_view(slice_at(&cluster, "w", 0))->endpoints[0].pod);
	delete(&cluster, "Pod", gone);
	control_run(&cluster.control);	/* at once: no time passes */
	slice = slice_view(slice_at(&cluster, "w", 0));
	assert_string_equal(slice->endpoints[0].pod, gone);
	assert_int_equal(slice->endpoints[0].ready, 0);
	assert_int_equal(slice->endpoints[0].serving, 1);
	assert_int_equal(slice->endpoints[0].terminating, 1);
	assert_int_equal(
		value_count(value_path(object_in(&cluster, "Endpoints", "w")->root, "subsets[0].addresses")), 1);
	settle(&cluster);
	assert_int_equal(endpoints_in(&cluster, 0), 2);	/* its successor is there */
	assert_null(find(&cluster, "Pod", gone));
	cluster_release(&cluster);
}

static void
its_name_labels_and_owner_come_from_the_service(void **state)
{
	struct cluster cluster;
	const struct object *slice;

	(void)state;
	make(&cluster, web);
	slice = slice_at(&cluster, "w", 0);
	assert_true(str_starts(slice->name, "w-"));
	assert_int_equal(strlen(slice->name), 7);
	assert_string_equal(text_at(slice, "metadata.generateName"), "w-");
	assert_string_equal(object_label(slice, "team"), "a");
	assert_string_equal(
		object_label(slice, "endpointslice.kubernetes.io/managed-by"), "endpointslice-controller.k8s.io");
	assert_string_equal(text_at(slice, "metadata.ownerReferences[0].kind"), "Service");
	assert_string_equal(
		text_at(slice, "metadata.ownerReferences[0].uid"), object_uid(object_in(&cluster, "Service", "w")));
	patch(&cluster, "Service", "w", "{\"metadata\":{\"labels\":{\"team\":\"b\"}}}");
	settle(&cluster);
	assert_string_equal(object_label(slice_at(&cluster, "w", 0), "team"), "b");
	cluster_release(&cluster);
}

static void
another_port_is_written_into_the_same_slice(void **state)
{
	struct cluster cluster;
	char name[128];

	(void)state;
	make(&cluster, web);
	strcpy(name, slice_at(&cluster, "w", 0)->name);
	patch(&cluster, "Service", "w", "{\"spec\":{\"ports\":[{\"port\":80,\"targetPort\":8080}]}}");
	settle(&cluster);
	assert_string_equal(slice_at(&cluster, "w", 0)->name, name);
	assert_null(slice_at(&cluster, "w", 1));
	assert_int_equal(slice_view(slice_at(&cluster, "w", 0))->ports[0].port, 8080);
	cluster_release(&cluster);
}

static void
without_endpoints_there_is_one_slice_with_neither_ports_nor_endpoints(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	patch(&cluster, "Service", "w", "{\"spec\":{\"selector\":{\"app\":\"wrong\"}}}");
	settle(&cluster);
	assert_int_equal(endpoints_in(&cluster, 0), 0);
	assert_int_equal(slice_view(slice_at(&cluster, "w", 0))->nports, 0);
	assert_null(slice_at(&cluster, "w", 1));
	cluster_release(&cluster);
}

static void
what_people_write_into_a_slice_is_put_right(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, web);
	patch(&cluster, "EndpointSlice", slice_at(&cluster, "w", 0)->name,
		"{\"endpoints\":[{\"addresses\":[\"10.1.1.1\"]}]}");
	settle(&cluster);
	assert_int_equal(endpoints_in(&cluster, 0), 2);
	cluster_release(&cluster);
}

static void
a_pod_whose_node_is_gone_is_left_out(void **state)
{
	struct cluster cluster;
	size_t before, there = 0;

	(void)state;
	make(&cluster, web);
	before = endpoints_in(&cluster, 0);
	for (size_t i = 0; i < before; i++)
		there += strcmp(slice_view(slice_at(&cluster, "w", 0))->endpoints[i].node, "node02") == 0;
	assert_true(there > 0);
	delete(&cluster, "Node", "node02");
	cluster_settle(&cluster);
	assert_int_equal(endpoints_in(&cluster, 0), before - there);
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slice_holds_a_hundred),
		cmocka_unit_test(a_pod_on_its_way_out_is_still_served),
		cmocka_unit_test(its_name_labels_and_owner_come_from_the_service),
		cmocka_unit_test(another_port_is_written_into_the_same_slice),
		cmocka_unit_test(without_endpoints_there_is_one_slice_with_neither_ports_nor_endpoints),
		cmocka_unit_test(what_people_write_into_a_slice_is_put_right),
		cmocka_unit_test(a_pod_whose_node_is_gone_is_left_out),
	};

	return cmocka_run_group_tests_name("endpointslice", tests, NULL, NULL);
}
