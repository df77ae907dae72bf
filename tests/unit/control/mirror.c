/* Endpoints of people, mirrored: the case "wrongname" of the transcripts' group 15. */
#include "fixture.h"

static const char ns1[] =
	"apiVersion: v1\nkind: Service\nmetadata: {name: ns1}\nspec: {ports: [{name: http, port: 80}]}\n"
	"---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: ns1, labels: {who: me}, annotations: {note: x}}\n"
	"subsets: [{addresses: [{ip: 10.5.5.5}], notReadyAddresses: [{ip: 10.5.5.6}], ports: [{name: web, port: "
	"8080}]}]\n";

static void
one_slice_a_subset(void **state)
{
	struct cluster cluster;
	const struct object *slice;

	(void)state;
	make(&cluster, ns1);
	slice = slice_at(&cluster, "ns1", 0);
	assert_null(slice_at(&cluster, "ns1", 1));
	assert_string_equal(object_label(slice, "endpointslice.kubernetes.io/managed-by"),
		"endpointslicemirroring-controller.k8s.io");
	assert_string_equal(object_label(slice, "who"), "me");
	assert_string_equal(object_annotation(slice, "note"), "x");
	assert_string_equal(text_at(slice, "metadata.ownerReferences[0].kind"), "Endpoints");
	assert_int_equal(slice_view(slice)->nendpoints, 2);
	assert_int_equal(slice_view(slice)->endpoints[0].ready, 1);
	assert_int_equal(slice_view(slice)->endpoints[1].ready, 0);
	assert_int_equal(slice_view(slice)->endpoints[0].serving, -1);	/* not said, as in the transcript */
	assert_string_equal(text_at(slice, "ports[0].name"), "web");
	cluster_release(&cluster);
}

static void
a_selector_takes_the_mirror_away(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, ns1);
	create(&cluster, "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: probe}}\n"
		"spec: {containers: [{name: c, image: nginx}]}\n");
	patch(&cluster, "Service", "ns1", "{\"spec\":{\"selector\":{\"app\":\"probe\"}}}");
	settle(&cluster);
	assert_string_equal(object_label(slice_at(&cluster, "ns1", 0), "endpointslice.kubernetes.io/managed-by"),
		"endpointslice-controller.k8s.io");
	assert_null(slice_at(&cluster, "ns1", 1));
	cluster_release(&cluster);
}

static void
the_mirror_follows_and_can_be_refused(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, ns1);
	patch(&cluster, "Endpoints", "ns1",
		"{\"subsets\":[{\"addresses\":[{\"ip\":\"10.5.5.9\"}],\"ports\":[{\"port\":1}]}]}");
	settle(&cluster);
	assert_int_equal(slice_view(slice_at(&cluster, "ns1", 0))->nendpoints, 1);
	assert_string_equal(text_at(slice_at(&cluster, "ns1", 0), "endpoints[0].addresses[0]"), "10.5.5.9");
	patch(&cluster, "Endpoints", "ns1",
		"{\"metadata\":{\"labels\":{\"endpointslice.kubernetes.io/skip-mirror\":\"true\"}}}");
	settle(&cluster);
	assert_null(slice_at(&cluster, "ns1", 0));
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_slice_a_subset),
		cmocka_unit_test(a_selector_takes_the_mirror_away),
		cmocka_unit_test(the_mirror_follows_and_can_be_refused),
	};

	return cmocka_run_group_tests_name("mirror", tests, NULL, NULL);
}
