/*
 * The way of a request, whatever its kind.  Texts are from transcripts of a real v1.32 API server unless a comment
 * names the source.
 */
#include "fixture.h"

#define SERVICE(name, spec) "{apiVersion: v1, kind: Service, metadata: {name: " name "}, spec: {" spec "}}"

static const char *
create(struct fixture *fixture, const char *kind, const char *body)
{
	return fixture_create(fixture, kind, body);
}

static const char *
patch(struct fixture *fixture, enum patch_type type, const char *name, const char *body)
{
	return fixture_change(fixture, REQUEST_PATCH, type, "Service", name, body);
}

static const char *
put(struct fixture *fixture, const char *name, const char *body)
{
	return fixture_change(fixture, REQUEST_UPDATE, PATCH_MERGE, "Service", name, body);
}

#define assert_field(kind, name, path, text) assert_string_equal(fixture_field(fixture, kind, name, path), text)

static void
a_new_server_has_its_namespaces(void **state)
{
	static const char *const names[] = { "default", "kube-node-lease", "kube-public", "kube-system" };
	struct fixture *fixture = *state;
	size_t n;
	const struct object *const *list = store_list(fixture->server.store, kind_by_kind("Namespace"), NULL, &n);

	assert_int_equal(n, 4);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(list[i]->name, names[i]);
		assert_string_equal(object_label(list[i], "kubernetes.io/metadata.name"), names[i]);
		assert_non_null(store_get(fixture->server.store, kind_by_kind("ServiceAccount"), names[i], "default"));
		assert_non_null(
			store_get(fixture->server.store, kind_by_kind("ConfigMap"), names[i], "kube-root-ca.crt"));
	}
	assert_field("Namespace", "default", "status.phase", "\"Active\"");
	assert_field("Namespace", "default", "spec.finalizers", "[\"kubernetes\"]");
}

static void
kubernetes_points_at_the_control_plane(void **state)
{
	struct fixture *fixture = *state;

	assert_null(fixture_get(fixture, "Endpoints", "kubernetes"));
	create(fixture, "Node",
		"{metadata: {name: cp, labels: {node-role.kubernetes.io/control-plane: ''}}, "
		"status: {addresses: [{type: InternalIP, address: 172.30.1.2}]}}");
	create(fixture, "Node",
		"{metadata: {name: w}, status: {addresses: [{type: InternalIP, address: 172.30.2.2}]}}");
	assert_field("Endpoints", "kubernetes", "subsets",
		"[{\"addresses\":[{\"ip\":\"172.30.1.2\"}],\"ports\":[{\"name\":\"https\",\"port\":6443,\"protocol\":"
		"\"TCP\"}]}]");
	assert_field(
		"Endpoints", "kubernetes", "metadata.labels", "{\"endpointslice.kubernetes.io/skip-mirror\":\"true\"}");
	assert_field("EndpointSlice", "kubernetes", "endpoints",
		"[{\"addresses\":[\"172.30.1.2\"],\"conditions\":{\"ready\":true}}]");
	assert_field("EndpointSlice", "kubernetes", "metadata.generation", "1");
	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Endpoints", "kubernetes", NULL), "");
	assert_non_null(fixture_get(fixture, "Endpoints", "kubernetes"));
}

static void
metadata_is_filled_in(void **state)
{
	struct fixture *fixture = *state;
	const struct object *made;
	struct request request = REQUEST_INIT;

	request.verb = REQUEST_CREATE;
	request.kind = kind_by_kind("ConfigMap");
	request.namespace = "default";
	assert_string_equal(
		fixture_send(fixture, &request, "{metadata: {generateName: gen-, uid: mine, generation: 7}}", &made),
		"");
	assert_int_equal(strlen(made->name), strlen("gen-") + 5);
	assert_true(str_starts(made->name, "gen-"));
	assert_int_equal(strlen(object_uid(made)), 36);
	assert_int_equal(object_created(made), fixture->server.clock.now);
	assert_string_equal(made->namespace, "default");
	assert_null(value_get(object_meta(made), "generation"));
	object_unref((struct object *)made);
	/* k8s.io/apiserver/pkg/storage: no reason is given with it */
	assert_string_equal(create(fixture, "ConfigMap", "{metadata: {name: c, resourceVersion: '1'}}"),
		"resourceVersion should not be set on objects to be created");
	assert_int_equal(fixture->status.reason, STATUS_UNKNOWN);
}

static void
kinds_and_versions_must_fit(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(create(fixture, "Service", "{apiVersion: v1, kind: service, metadata: {name: a}}"),
		"service in version \"v1\" cannot be handled as a Service: no kind \"service\" is registered for "
		"version \"v1\" in scheme "
		"\"pkg/api/legacyscheme/scheme.go:30\"");
	/* k8s.io/apiserver/pkg/endpoints/handlers */
	assert_string_equal(create(fixture, "Service", "{apiVersion: v2, kind: Service, metadata: {name: a}}"),
		"the API version in the data (v2) does not match the expected API version (v1)");
}

static void
unknown_fields_are_refused_or_warned_of(void **state)
{
	static const char body[] = SERVICE("u", "selectors: {}, ports: [{port: 80}]");
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;

	assert_string_equal(create(fixture, "Service", body),
		"Service in version \"v1\" cannot be handled as a Service: strict decoding error: unknown field "
		"\"spec.selectors\"");
	assert_int_equal(fixture->status.reason, STATUS_BAD_REQUEST);
	request.verb = REQUEST_CREATE;
	request.kind = kind_by_kind("Service");
	request.namespace = "default";
	request.strict = false;
	request.dry_run = true;
	assert_string_equal(fixture_send(fixture, &request, body, NULL), "");
	assert_int_equal(fixture->status.warnings.n, 1);
	assert_string_equal(fixture->status.warnings.v[0], "unknown field \"spec.selectors\"");
	request.ignore_unknown = true;
	assert_string_equal(fixture_send(fixture, &request, body, NULL), "");
	assert_int_equal(fixture->status.warnings.n, 0);
}

static void
old_versions_conflict(void **state)
{
	struct fixture *fixture = *state;
	const char *uid;
	char *expected;

	create(fixture, "Service", SERVICE("shop", "ports: [{port: 80}]"));
	assert_string_equal(
		put(fixture, "shop",
			"{kind: Service, metadata: {name: shop, resourceVersion: '1'}, spec: {ports: [{port: 80}]}}"),
		"Operation cannot be fulfilled on services \"shop\": the object has been modified; please apply your "
		"changes to the latest "
		"version and try again");
	assert_int_equal(fixture->status.reason, STATUS_CONFLICT);
	uid = object_uid(fixture_get(fixture, "Service", "shop"));
	expected = xasprintf(
		"Operation cannot be fulfilled on services \"shop\": StorageError: invalid object, Code: 4, Key: "
		"/registry/services/specs/default/shop, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: "
		"UID in precondition: "
		"70b31cbb, UID in object meta: %s",
		uid);
	assert_string_equal(
		put(fixture, "shop",
			"{kind: Service, metadata: {name: shop, resourceVersion: '1', uid: 70b31cbb}, spec: {ports: "
			"[{port: 80}]}}"),
		expected);
	free(expected);
}

static void
what_changes_nothing_is_not_written(void **state)
{
	struct fixture *fixture = *state;
	uint64_t version;

	create(fixture, "Service", SERVICE("web", "ports: [{port: 80}]"));
	version = store_version(fixture->server.store);
	assert_string_equal(patch(fixture, PATCH_STRATEGIC, "web", "{spec: {ports: [{port: 80, protocol: TCP}]}}"), "");
	assert_string_equal(patch(fixture, PATCH_MERGE, "web", "{spec: {clusterIP: ''}}"), "");
	assert_string_equal(patch(fixture, PATCH_MERGE, "web", "{spec: {clusterIP: null}}"), "");
	assert_string_equal(put(fixture, "web", SERVICE("web", "ports: [{port: 80}]")), "");
	assert_int_equal(store_version(fixture->server.store), version);
}

static void
patches_are_of_three_kinds(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, "Service", SERVICE("web", "selector: {app: web}, ports: [{port: 80}]"));
	assert_string_equal(patch(fixture, PATCH_STRATEGIC, "web", "{spec: {ports: [{port: 81}]}}"),
		"Service \"web\" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]");
	assert_string_equal(patch(fixture, PATCH_MERGE, "web", "{spec: {ports: [{port: 81}]}}"), "");
	assert_field("Service", "web", "spec.ports", "[{\"port\":81,\"protocol\":\"TCP\",\"targetPort\":81}]");
	assert_string_equal(
		patch(fixture, PATCH_JSON, "web", "[{op: replace, path: /spec/ports/0/targetPort, value: http}]"), "");
	assert_field("Service", "web", "spec.ports[0].targetPort", "\"http\"");
	assert_string_equal(patch(fixture, PATCH_JSON, "web", "[{op: remove, path: /spec/selector}]"), "");
	assert_field("Service", "web", "spec.selector", "");
	assert_string_equal(patch(fixture, PATCH_JSON, "web", "[{op: remove, path: /spec/nosuch}]"),
		"the server rejected our request due to an error in our request");
	assert_string_equal(patch(fixture, PATCH_MERGE, "nosuch", "{}"), "services \"nosuch\" not found");
}

/* what kubectl edit sends: the element order takes the list out of what the error shows */
static void
patches_of_the_wrong_type_show_themselves(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, "Service", SERVICE("web", "ports: [{port: 80}]"));
	assert_string_equal(
		patch(fixture, PATCH_STRATEGIC, "web",
			"{spec: {$setElementOrder/ports: [{port: eighty}], ports: [{port: eighty, protocol: TCP}]}}"),
		" \"\" is invalid: patch: Invalid value: \"map[spec:map[]]\": unrecognized type: int32");
	assert_string_equal(
		patch(fixture, PATCH_STRATEGIC, "web",
			"{spec: {$setElementOrder/ports: [{port: 80}], ports: [{port: 80, targetport: 81}]}}"),
		" \"\" is invalid: patch: Invalid value: \"map[spec:map[]]\": strict decoding error: unknown field "
		"\"spec.ports[0].targetport\"");
	assert_int_equal(fixture->status.reason, STATUS_INVALID);
}

static void
names_in_body_and_address_agree(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, "Service", SERVICE("web", "ports: [{port: 80}]"));
	/* k8s.io/apiserver/pkg/registry/rest/update.go, meta.go */
	assert_string_equal(put(fixture, "web", SERVICE("other", "ports: [{port: 80}]")),
		"the name of the object (other) does not match the name on the URL (web)");
	assert_string_equal(create(fixture, "Service", "{kind: Service, metadata: {name: a, namespace: kube-system}}"),
		"the namespace of the provided object does not match the namespace sent on the request");
	/* applyPatch and checkName of k8s.io/apiserver/pkg/endpoints/handlers/{patch,rest}.go; kubernetes issue 11141 */
	assert_string_equal(patch(fixture, PATCH_MERGE, "web", "{metadata: {name: other}}"),
		"the name of the object (other) does not match the name on the URL (web)");
	assert_string_equal(patch(fixture, PATCH_MERGE, "web", "{metadata: {name: null}}"),
		"the name of the object (web based on URL) was undeterminable: name must be provided");
	assert_string_equal(put(fixture, "web", "{kind: Service, spec: {ports: [{port: 80}]}}"),
		"the name of the object (web based on URL) was undeterminable: name must be provided");
}

/* transcripts: replace of a Service that is not there is told of its faults, not of its absence */
static void
putting_a_service_makes_it(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(put(fixture, "noname2", SERVICE("noname2", "ports: [{port: 80}, {port: 81}]")),
		"Service \"noname2\" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required "
		"value]");
	assert_string_equal(put(fixture, "new", SERVICE("new", "ports: [{port: 80}]")), "");
	assert_non_null(fixture_get(fixture, "Service", "new"));
	assert_string_equal(
		fixture_change(fixture, REQUEST_UPDATE, PATCH_MERGE, "ConfigMap", "c", "{metadata: {name: c}}"),
		"configmaps \"c\" not found");
}

static void
status_is_not_the_clients(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, "Service",
		"{metadata: {name: lb}, spec: {type: LoadBalancer, ports: [{port: 80}]}, status: {loadBalancer: "
		"{ingress: [{ip: 203.0.113.1}]}}}");
	assert_field("Service", "lb", "status", "{\"loadBalancer\":{}}");
	assert_string_equal(
		patch(fixture, PATCH_MERGE, "lb", "{status: {loadBalancer: {ingress: [{ip: 203.0.113.1}]}}}"), "");
	assert_field("Service", "lb", "status", "{\"loadBalancer\":{}}");
}

static void
only_some_kinds_scale(void **state)
{
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;

	create(fixture, "Service", SERVICE("web", "ports: [{port: 80}]"));
	request.verb = REQUEST_PATCH;
	request.patch_type = PATCH_MERGE;
	request.kind = kind_by_kind("Service");
	request.namespace = "default";
	request.name = "web";
	request.subresource = "scale";
	assert_string_equal(fixture_send(fixture, &request, "{spec: {replicas: 2}}", NULL),
		"the server could not find the requested resource");
	request.kind = kind_by_kind("ReplicaSet");
	assert_string_equal(
		fixture_send(fixture, &request, "{spec: {replicas: 2}}", NULL), "replicasets.apps \"web\" not found");
}

static void
pods_on_nodes_go_with_grace(void **state)
{
	struct fixture *fixture = *state;
	static const char *const names[][2] = { { "there", "node01" }, { "waiting", "" } };

	for (size_t i = 0; i < 2; i++) {
		char *body = xasprintf("{kind: Pod, metadata: {name: %s}, spec: {nodeName: '%s', containers: [{name: "
				       "c, image: nginx}]}}",
			names[i][0], names[i][1]);

		assert_string_equal(create(fixture, "Pod", body), "");
		assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Pod", names[i][0], NULL), "");
		free(body);
	}
	assert_null(fixture_get(fixture, "Pod", "waiting"));
	assert_true(object_is_deleting(fixture_get(fixture, "Pod", "there")));
	assert_field("Pod", "there", "metadata.deletionGracePeriodSeconds", "30");
}

static void
namespaces_go_slowly_or_not_at_all(void **state)
{
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;

	/* k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle */
	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Namespace", "kube-system", NULL),
		"namespaces \"kube-system\" is forbidden: this namespace may not be deleted");
	assert_string_equal(create(fixture, "Namespace", "{metadata: {name: dev}}"), "");
	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "Namespace", "dev", NULL), "");
	assert_field("Namespace", "dev", "status.phase", "\"Terminating\"");
	request.verb = REQUEST_CREATE;
	request.kind = kind_by_kind("ConfigMap");
	request.namespace = "dev";
	assert_string_equal(fixture_send(fixture, &request, "{metadata: {name: c}}", NULL),
		"configmaps \"c\" is forbidden: unable to create new content in namespace dev because it is being "
		"terminated");
}

static void
finalizers_hold_an_object(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, "ConfigMap", "{metadata: {name: c, finalizers: [example.com/wait]}}");
	assert_string_equal(fixture_change(fixture, REQUEST_DELETE, PATCH_MERGE, "ConfigMap", "c", NULL), "");
	assert_true(object_is_deleting(fixture_get(fixture, "ConfigMap", "c")));
	assert_string_equal(
		fixture_change(fixture, REQUEST_PATCH, PATCH_MERGE, "ConfigMap", "c", "{metadata: {finalizers: null}}"),
		"");
	assert_null(fixture_get(fixture, "ConfigMap", "c"));
}

static void
a_dump_is_taken_as_it_is(void **state)
{
	struct fixture *fixture = *state;
	struct request request = REQUEST_INIT;

	request.verb = REQUEST_CREATE;
	request.kind = kind_by_kind("Service");
	request.namespace = "elsewhere";
	request.as_stored = true;
	assert_string_equal(fixture_send(fixture, &request,
				    "{metadata: {name: s, namespace: elsewhere, uid: u, resourceVersion: '9'}, spec: "
				    "{clusterIP: 172.20.0.9, ports: [{port: 80}]}}",
				    NULL),
		"");
	assert_non_null(store_get(fixture->server.store, request.kind, "elsewhere", "s"));
}

static void
the_same_seed_gives_the_same_bytes(void **state)
{
	struct fixture *one = *state, *two;
	void *other;
	struct str a = STR_INIT, b = STR_INIT;

	fixture_setup(&other);
	two = other;
	create(one, "Service", SERVICE("web", "type: NodePort, ports: [{port: 80}]"));
	/* a refused request and a dry run leave the dice where they were */
	create(two, "Service", SERVICE("Web", "type: NodePort, ports: [{port: 80}]"));
	create(two, "Service", SERVICE("web", "type: NodePort, ports: [{port: 80}]"));
	json_write(fixture_get(one, "Service", "web")->root, 0, &a);
	json_write(fixture_get(two, "Service", "web")->root, 0, &b);
	assert_string_equal(a.buf, b.buf);
	str_release(&a);
	str_release(&b);
	fixture_teardown(&other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_server_has_its_namespaces),
		TEST(kubernetes_points_at_the_control_plane),
		TEST(metadata_is_filled_in),
		TEST(kinds_and_versions_must_fit),
		TEST(unknown_fields_are_refused_or_warned_of),
		TEST(old_versions_conflict),
		TEST(what_changes_nothing_is_not_written),
		TEST(patches_are_of_three_kinds),
		TEST(patches_of_the_wrong_type_show_themselves),
		TEST(names_in_body_and_address_agree),
		TEST(putting_a_service_makes_it),
		TEST(status_is_not_the_clients),
		TEST(only_some_kinds_scale),
		TEST(pods_on_nodes_go_with_grace),
		TEST(namespaces_go_slowly_or_not_at_all),
		TEST(finalizers_hold_an_object),
		TEST(a_dump_is_taken_as_it_is),
		TEST(the_same_seed_gives_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
