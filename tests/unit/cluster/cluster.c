/*
 * A whole cluster from manifests: what the controllers make of them, that the same seed gives the same bytes, and that nothing is held
 * twice or leaked after each step.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "api/yaml.h"
#include "cluster/cluster.h"

#define START (INT64_C(1767225600) * CLOCK_SECOND)

static void
make(struct cluster *cluster, uint64_t seed, const char *text)
{
	struct cluster_text given = { "test", text, text ? strlen(text) : 0 };
	struct err err = ERR_INIT;

	if (cluster_make(cluster, seed, START, &given, text != NULL, false, &err))
		fail_msg("%u:%u: %s", err.line, err.column, err.text);
}

static void
dump(const struct cluster *cluster, struct str *out)
{
	for (const struct kind *kind = kinds; kind->kind; kind++) {
		size_t n;
		const struct object *const *objects = store_list(cluster->server.store, kind, NULL, &n);

		for (size_t i = 0; i < n; i++)
			yaml_write(objects[i]->root, out);
	}
}

static void
the_same_seed_gives_the_same_bytes(void **state)
{
	struct cluster a, b, other;
	struct str one = STR_INIT, two = STR_INIT, three = STR_INIT;

	(void)state;
	make(&a, 7, NULL);
	make(&b, 7, NULL);
	make(&other, 8, NULL);
	dump(&a, &one);
	dump(&b, &two);
	dump(&other, &three);
	assert_string_equal(one.buf, two.buf);
	assert_true(strcmp(one.buf, three.buf) != 0);
	str_release(&one);
	str_release(&two);
	str_release(&three);
	cluster_release(&a);
	cluster_release(&b);
	cluster_release(&other);
}

/* Changes one field of an object through the API, as a patch does. */
static void
patch(struct cluster *cluster, const char *kind, const char *name, const char *json)
{
	struct arena arena = ARENA_INIT;
	struct request request = REQUEST_INIT;
	struct status status = STATUS_INIT;
	struct value *body;
	struct err err = ERR_INIT;

	assert_int_equal(json_read("patch", json, strlen(json), &arena, &body, &err), 0);
	request.verb = REQUEST_PATCH;
	request.kind = kind_by_kind(kind);
	request.namespace = "default";
	request.name = name;
	request.body = body;
	request.patch_type = PATCH_MERGE;
	if (server_do(&cluster->server, &request, NULL, &status))
		fail_msg("%s", status.message);
	status_release(&status);
	arena_release(&arena);
	cluster_settle(cluster);
	cluster_check(cluster);
}

static const struct object *
object_in(const struct cluster *cluster, const char *kind, const char *name)
{
	const struct object *object = store_get(cluster->server.store, kind_by_kind(kind), "default", name);

	if (!object)
		fail_msg("%s %s is not there", kind, name);
	return object;
}

/* The one slice of a Service. */
static const struct slice *
slice_of(const struct cluster *cluster, const char *service)
{
	size_t n;
	const struct object *const *slices = store_list(cluster->server.store, kind_by_kind("EndpointSlice"), "default", &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(slice_view(slices[i])->service, service) == 0)
			return slice_view(slices[i]);
	fail_msg("Service %s has no EndpointSlice", service);
	return NULL;
}

static size_t
pods_with(const struct cluster *cluster, const char *label, const char *value)
{
	size_t n, count = 0;
	const struct object *const *pods = store_list(cluster->server.store, kind_by_kind("Pod"), "default", &n);

	for (size_t i = 0; i < n; i++) {
		const char *have = object_label(pods[i], label);

		count += have && strcmp(have, value) == 0;
	}
	return count;
}

static void
scaling_moves_pods_and_endpoints(void **state)
{
	struct cluster cluster;

	(void)state;
	make(&cluster, 1, NULL);
	assert_int_equal(slice_of(&cluster, "web")->nendpoints, 2);
	patch(&cluster, "Deployment", "web", "{\"spec\":{\"replicas\":5}}");
	assert_int_equal(pods_with(&cluster, "app", "web"), 5);
	assert_int_equal(slice_of(&cluster, "web")->nendpoints, 5);
	patch(&cluster, "Deployment", "web", "{\"spec\":{\"replicas\":0}}");
	assert_int_equal(pods_with(&cluster, "app", "web"), 0);
	/* the placeholder: one slice with neither endpoints nor ports */
	assert_int_equal(slice_of(&cluster, "web")->nendpoints, 0);
	assert_int_equal(slice_of(&cluster, "web")->nports, 0);
	assert_null(value_get(object_in(&cluster, "Endpoints", "web")->root, "subsets"));
	cluster_release(&cluster);
}

static void
a_new_image_rolls_out_in_a_new_replicaset(void **state)
{
	struct cluster cluster;
	const struct object *deployment;

	(void)state;
	make(&cluster, 1, NULL);
	patch(&cluster, "Deployment", "web",
		"{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"nginx\",\"image\":\"nginx:1.27\"}]}}}}");
	deployment = object_in(&cluster, "Deployment", "web");
	assert_string_equal(object_annotation(deployment, "deployment.kubernetes.io/revision"), "2");
	assert_int_equal(value_get_int(value_get(deployment->root, "status"), "readyReplicas", 0), 2);
	assert_int_equal(value_get_int(value_get(deployment->root, "status"), "updatedReplicas", 0), 2);
	assert_int_equal(pods_with(&cluster, "app", "web"), 2);
	assert_int_equal(slice_of(&cluster, "web")->nendpoints, 2);
	/* an image that isn't there: the old pods stay, within maxUnavailable 25 % of 2, which is none */
	patch(&cluster, "Deployment", "web",
		"{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"nginx\",\"image\":\"nginx:nosuch\"}]}}}}");
	deployment = object_in(&cluster, "Deployment", "web");
	assert_int_equal(value_get_int(value_get(deployment->root, "status"), "availableReplicas", 0), 2);
	assert_int_equal(pods_with(&cluster, "app", "web"), 3);
	assert_int_equal(slice_of(&cluster, "web")->nendpoints, 3);	/* listed, and not ready */
	cluster_release(&cluster);
}

static void
a_pod_that_loses_its_label_is_let_go_and_replaced(void **state)
{
	struct cluster cluster;
	size_t n;
	const struct object *const *pods;
	char name[128];

	(void)state;
	make(&cluster, 1, NULL);
	pods = store_list(cluster.server.store, kind_by_kind("Pod"), "default", &n);
	assert_int_equal(n, 2);
	strcpy(name, pods[0]->name);
	patch(&cluster, "Pod", name, "{\"metadata\":{\"labels\":{\"app\":\"quarantine\"}}}");
	assert_null(value_get(object_meta(object_in(&cluster, "Pod", name)), "ownerReferences"));
	assert_int_equal(pods_with(&cluster, "app", "web"), 2);
	assert_int_equal(slice_of(&cluster, "web")->nendpoints, 2);
	cluster_release(&cluster);
}

/* Each row: the Service's change, and how many endpoints it has after it. */
static void
the_selector_decides(void **state)
{
	static const struct {
		const char *patch;
		size_t endpoints;
	} steps[] = {
		{ "{\"spec\":{\"selector\":{\"app\":\"wbe\"}}}", 0 },
		{ "{\"spec\":{\"selector\":{\"app\":\"web\",\"tier\":\"none\"}}}", 0 },
		{ "{\"spec\":{\"selector\":{\"app\":\"web\",\"tier\":null}}}", 2 },
		{ "{\"spec\":{\"ports\":[{\"port\":80,\"targetPort\":\"nosuch\",\"nodePort\":30080}]}}", 2 },
		{ "{\"spec\":{\"selector\":null}}", 2 },	/* the old endpoints stay */
	};
	struct cluster cluster;

	(void)state;
	make(&cluster, 1, NULL);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		patch(&cluster, "Service", "web", steps[i].patch);
		assert_int_equal(slice_of(&cluster, "web")->nendpoints, steps[i].endpoints);
	}
	cluster_release(&cluster);
}

static void
readiness_decides_who_gets_traffic(void **state)
{
	static const char manifests[] =
		"apiVersion: v1\nkind: Pod\nmetadata: {name: good, labels: {app: x}}\n"
		"spec: {containers: [{name: c, image: nginx, readinessProbe: {httpGet: {path: /, port: 80}}}]}\n"
		"---\napiVersion: v1\nkind: Pod\nmetadata: {name: bad, labels: {app: x}}\n"
		"spec: {containers: [{name: c, image: nginx, readinessProbe: {httpGet: {path: /, port: 8081}}}]}\n"
		"---\napiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {selector: {app: x}, ports: [{port: 80}]}\n";
	struct cluster cluster;
	const struct slice *slice;

	(void)state;
	make(&cluster, 1, manifests);
	assert_true(pod_view(object_in(&cluster, "Pod", "good"))->ready);
	assert_false(pod_view(object_in(&cluster, "Pod", "bad"))->ready);
	slice = slice_of(&cluster, "x");
	assert_int_equal(slice->nendpoints, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(slice->endpoints[i].ready, strcmp(slice->endpoints[i].pod, "good") == 0);
	assert_int_equal(value_count(value_path(object_in(&cluster, "Endpoints", "x")->root, "subsets[0].notReadyAddresses")), 1);
	cluster_release(&cluster);
}

static void
a_balancer_gets_an_address_only_where_there_is_a_cloud(void **state)
{
	static const char cloud[] =
		"apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"
		"controllerManager: {extraArgs: [{name: cloud-provider, value: external}]}\n---\n";
	static const char service[] =
		"apiVersion: v1\nkind: Service\nmetadata: {name: lb}\nspec: {type: LoadBalancer, selector: {app: x}, ports: [{port: 80}]}\n";
	struct cluster cluster;
	struct str both = STR_INIT;

	(void)state;
	make(&cluster, 1, service);
	assert_int_equal(service_view(object_in(&cluster, "Service", "lb"))->ningress, 0);
	cluster_release(&cluster);
	str_addf(&both, "%s%s", cloud, service);
	make(&cluster, 1, both.buf);
	assert_int_equal(service_view(object_in(&cluster, "Service", "lb"))->ningress, 1);
	cluster_release(&cluster);
	str_release(&both);
}

static const struct {
	const char *text, *error;
	unsigned line;
} bad[] = {
	{ "", "the file is empty", 0 },
	{ "# nothing\n", "there is no document in this file", 0 },
	{ "- a\n", "a manifest is a map with apiVersion and kind", 1 },
	{ "kind: Service\n", "apiVersion is not set", 1 },
	{ "apiVersion: v1\nkind: Sevrice\nmetadata: {name: x}\n", "no matches for kind \"Sevrice\" in version \"v1\"", 1 },
	{ "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: nowhere}\nspec: {containers: [{name: c, image: i}]}\n",
		"namespaces \"nowhere\" not found", 1 },
};

static void
a_bad_text_makes_no_cluster_and_says_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct cluster_text given = { "bad.yaml", bad[i].text, strlen(bad[i].text) };
		struct cluster cluster;
		struct err err = ERR_INIT;

		assert_int_equal(cluster_make(&cluster, 1, START, &given, 1, false, &err), -1);
		assert_string_equal(err.text, bad[i].error);
		assert_string_equal(err.file, "bad.yaml");
		assert_int_equal(err.line, bad[i].line);
		err_release(&err);
	}
}

#define ADDONS "apiVersion: svcsim/v1\nkind: Addons\nspec: {gatewayAPI: standard}\n---\n"
#define MOVED(code) \
	"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: moved}\nspec:\n  rules:\n  - name: r\n" \
	"    filters: [{type: RequestRedirect, requestRedirect: {statusCode: " code "}}]\n"
#define GRANT(version) \
	"---\napiVersion: gateway.networking.k8s.io/" version "\nkind: ReferenceGrant\nmetadata: {name: g}\nspec: {from: [], to: []}\n"

/* Rules have names, and 308 is a status, in later releases of the Gateway API than v1.2; and ReferenceGrant is v1 there. */
static void
custom_resources_are_of_any_release_unless_their_definitions_are_given(void **state)
{
	const struct cluster_text texts[] = {
		{ "defined", ADDONS MOVED("301"), sizeof(ADDONS MOVED("301")) - 1 },
		{ "both", ADDONS GRANT("v1"), sizeof(ADDONS GRANT("v1")) - 1 },
	};
	struct cluster cluster;
	const struct object *route;
	struct err err = ERR_INIT;

	(void)state;
	make(&cluster, 1, MOVED("308") GRANT("v1"));
	route = store_get(cluster.server.store, kind_by_kind("HTTPRoute"), "default", "moved");
	assert_non_null(route);
	assert_string_equal(value_text(value_path(route->root, "spec.rules[0].name")), "r");
	assert_int_equal(value_path(route->root, "spec.rules[0].filters[0].requestRedirect.statusCode")->integer, 308);
	assert_string_equal(value_text(value_path(route->root, "spec.rules[0].matches[0].path.value")), "/");
	assert_non_null(store_get(cluster.server.store, kind_by_kind("ReferenceGrant"), "default", "g"));
	cluster_release(&cluster);
	assert_int_equal(cluster_make(&cluster, 1, START, &texts[0], 1, false, &err), -1);
	assert_string_equal(err.text, "HTTPRoute in version \"v1\" cannot be handled as a HTTPRoute: strict decoding error: unknown "
		"field \"spec.rules[0].name\"");
	err_release(&err);
	assert_int_equal(cluster_make(&cluster, 1, START, &texts[1], 1, false, &err), -1);
	assert_string_equal(err.text, "no matches for kind \"ReferenceGrant\" in version \"gateway.networking.k8s.io/v1\"");
	err_release(&err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_gives_the_same_bytes),
		cmocka_unit_test(scaling_moves_pods_and_endpoints),
		cmocka_unit_test(a_new_image_rolls_out_in_a_new_replicaset),
		cmocka_unit_test(a_pod_that_loses_its_label_is_let_go_and_replaced),
		cmocka_unit_test(the_selector_decides),
		cmocka_unit_test(readiness_decides_who_gets_traffic),
		cmocka_unit_test(a_balancer_gets_an_address_only_where_there_is_a_cloud),
		cmocka_unit_test(a_bad_text_makes_no_cluster_and_says_where),
		cmocka_unit_test(custom_resources_are_of_any_release_unless_their_definitions_are_given),
	};

	return cmocka_run_group_tests_name("cluster", tests, NULL, NULL);
}
