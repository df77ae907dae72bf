/* Namespaces: what each holds from the start, and that a deleted one leaves nothing. */
#include "fixture.h"

static const char shop[] =
	"apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
	"---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w, namespace: shop}\n"
	"spec: {replicas: 2, selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}, "
	"spec: {containers: [{name: c, image: nginx}]}}}\n"
	"---\napiVersion: v1\nkind: Service\nmetadata: {name: w, namespace: shop}\n"
	"spec: {type: NodePort, selector: {app: w}, ports: [{port: 80, nodePort: 30100}]}\n";

static size_t
held_in(const struct cluster *cluster, const char *namespace)
{
	size_t held = 0;

	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;

		if (!kind->namespaced)
			continue;
		store_list(cluster->server.store, kind, namespace, &n);
		held += n;
	}
	return held;
}

static void
each_has_an_account_and_the_roots_certificate(void **state)
{
	static const char *const names[] = { "default", "kube-system", "kube-public", "kube-node-lease", "shop" };
	struct cluster cluster;

	(void)state;
	make(&cluster, shop);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_non_null(store_get(cluster.server.store, kind_by_kind("ServiceAccount"), names[i], "default"));
		assert_non_null(
			store_get(cluster.server.store, kind_by_kind("ConfigMap"), names[i], "kube-root-ca.crt"));
	}
	delete(&cluster, "ServiceAccount", "default");
	settle(&cluster);
	object_in(&cluster, "ServiceAccount", "default");
	cluster_release(&cluster);
}

static void
a_deleted_one_leaves_nothing(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, shop);
	assert_true(held_in(&cluster, "shop") > 6);
	delete(&cluster, "Namespace", "shop");
	settle(&cluster);	/* which counts cluster IPs and node ports, too */
	assert_int_equal(held_in(&cluster, "shop"), 0);
	assert_null(find(&cluster, "Namespace", "shop"));
	create(&cluster, "apiVersion: v1\nkind: Service\nmetadata: {name: w}\n"
		"spec: {type: NodePort, selector: {app: w}, ports: [{port: 80, nodePort: 30100}]}\n");
	settle(&cluster);
	cluster_release(&cluster);
}

static void
one_that_goes_waits_for_its_pods(void **state)
{
	struct cluster cluster;
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;
	struct arena arena = ARENA_INIT;
	struct value *body = value_map(&arena);
	const struct object *namespace;

	(void)state;
	make(&cluster, shop);
	delete(&cluster, "Namespace", "shop");
	control_run(&cluster.control);
	namespace = object_in(&cluster, "Namespace", "shop");
	assert_string_equal(text_at(namespace, "status.phase"), "Terminating");
	assert_string_equal(text_at(namespace, "status.conditions[3].type"), "NamespaceContentRemaining");
	assert_int_equal(strncmp(text_at(namespace, "status.conditions[3].message"), "Some resources are remaining: ", 30), 0);
	value_set_text(&arena, value_make_map(&arena, body, "metadata"), "name", "late");
	value_set_text(&arena, body, "apiVersion", "v1");
	value_set_text(&arena, body, "kind", "ConfigMap");
	request.kind = kind_by_kind("ConfigMap");
	request.namespace = "shop";
	request.body = body;
	assert_int_equal(server_do(&cluster.server, &request, NULL, &status), -1);
	assert_string_equal(status.message, "configmaps \"late\" is forbidden: unable to create new content in namespace shop "
		"because it is being terminated");
	status_release(&status);
	arena_release(&arena);
	settle(&cluster);
	assert_null(find(&cluster, "Namespace", "shop"));
	cluster_release(&cluster);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_an_account_and_the_roots_certificate),
		cmocka_unit_test(a_deleted_one_leaves_nothing),
		cmocka_unit_test(one_that_goes_waits_for_its_pods),
	};

	return cmocka_run_group_tests_name("namespace", tests, NULL, NULL);
}
