/*
 * Who manages which field.  The first sets are those of transcripts of a real v1.32 cluster (kubectl expose, get -o
 * yaml --show-managed-fields); texts of conflicts are those of apimachinery's managedfields/internal/conflict_test.go; what
 * applying does follows the documentation's "Server-Side Apply" and structured-merge-diff's merge tests.
 */
#include "fixture.h"

#define SERVICE                                                                                                        \
	"{apiVersion: v1, kind: Service, metadata: {name: web, labels: {app: web, tier: fe}}, spec: {ports: [{port: "  \
	"80, "                                                                                                         \
	"protocol: TCP, targetPort: 80}], selector: {app: web}}}"
#define DEPLOYMENT(labels, spec)                                                                                       \
	"{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, labels: {" labels "}}, spec: {" spec              \
	"selector: {matchLabels: {app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: c, "   \
	"image: nginx}]}}}}"

static const char *
send(struct fixture *fixture, enum request_verb verb, const char *kind, const char *name, const char *manager,
	const char *subresource, enum patch_type type, const char *body)
{
	struct request request = REQUEST_INIT;

	request.verb = verb;
	request.kind = kind_by_kind(kind);
	request.namespace = request.kind->namespaced ? "default" : "";
	request.name = name;
	request.manager = manager;
	request.subresource = subresource;
	request.patch_type = type;
	return fixture_send(fixture, &request, body, NULL);
}

static const char *
create(struct fixture *fixture, const char *kind, const char *manager, const char *body)
{
	return send(fixture, REQUEST_CREATE, kind, NULL, manager, NULL, PATCH_MERGE, body);
}

static const char *
patch(struct fixture *fixture, const char *kind, const char *name, const char *manager, const char *subresource,
	const char *body)
{
	return send(fixture, REQUEST_PATCH, kind, name, manager, subresource, PATCH_STRATEGIC, body);
}

static const char *
apply(struct fixture *fixture, const char *kind, const char *name, const char *manager, bool force, const char *body)
{
	struct request request = REQUEST_INIT;

	request.verb = REQUEST_PATCH;
	request.kind = kind_by_kind(kind);
	request.namespace = request.kind->namespaced ? "default" : "";
	request.name = name;
	request.manager = manager;
	request.patch_type = PATCH_APPLY;
	request.force = force;
	return fixture_send(fixture, &request, body, NULL);
}

/* The entries, a line each: manager, operation, subresource, fields. */
static const char *
entries(struct fixture *fixture, const char *kind, const char *name)
{
	const struct value *list = value_path(fixture_get(fixture, kind, name)->root, "metadata.managedFields");
	struct str text = STR_INIT;
	const char *copy;

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *entry = value_at(list, i);
		const char *subresource = value_get_text(entry, "subresource");

		str_addf(&text, "%s %s%s%s %s\n", value_get_text(entry, "manager"), value_get_text(entry, "operation"),
			subresource ? " " : "", subresource ? subresource : "", value_get_text(entry, "fieldsV1"));
	}
	copy = arena_strdup(&fixture->arena, text.buf);
	str_release(&text);
	return copy;
}

#define PORTS                                                                                                          \
	"\"f:ports\":{\".\":{},\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{},\"f:"      \
	"protocol\":{},"                                                                                               \
	"\"f:targetPort\":{}}}"
#define SPEC                                                                                                           \
	"\"f:spec\":{\"f:internalTrafficPolicy\":{}," PORTS ",\"f:selector\":{},\"f:sessionAffinity\":{},\"f:type\":{" \
							    "}}"

static void
a_creation_has_one_manager(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(create(fixture, "Service", "kubectl-expose", SERVICE), "");
	assert_string_equal(entries(fixture, "Service", "web"),
		"kubectl-expose Update {\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{},\"f:tier\":{}}}," SPEC
		"}\n");
	assert_string_equal(
		fixture_field(fixture, "Service", "web", "metadata.managedFields[0].time"), "\"2026-11-23T03:40:41Z\"");
	assert_string_equal(fixture_field(fixture, "Service", "web", "metadata.managedFields[0].apiVersion"), "\"v1\"");
	assert_string_equal(
		fixture_field(fixture, "Service", "web", "metadata.managedFields[0].fieldsType"), "\"FieldsV1\"");
}

static void
a_changed_field_changes_hands(void **state)
{
	struct fixture *fixture = *state;
	const char *version;

	create(fixture, "Service", "kubectl-expose", SERVICE);
	fixture->server.clock.now += CLOCK_SECOND;
	assert_string_equal(
		patch(fixture, "Service", "web", "kubectl-label", NULL, "{metadata: {labels: {tier: be, a: b}}}"), "");
	assert_string_equal(entries(fixture, "Service", "web"),
		"kubectl-expose Update {\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}}," SPEC "}\n"
		"kubectl-label Update {\"f:metadata\":{\"f:labels\":{\"f:a\":{},\"f:tier\":{}}}}\n");
	fixture->server.clock.now += CLOCK_SECOND;
	patch(fixture, "Service", "web", "kubectl-edit", NULL, "{metadata: {labels: {a: null, tier: null}}}");
	assert_string_equal(entries(fixture, "Service", "web"),
		"kubectl-expose Update {\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}}," SPEC "}\n");
	version = fixture_field(fixture, "Service", "web", "metadata.resourceVersion");
	patch(fixture, "Service", "web", "kubectl-patch", NULL, "{metadata: {labels: {app: web}}}");
	assert_string_equal(fixture_field(fixture, "Service", "web", "metadata.resourceVersion"), version);
}

static void
subresources_are_apart(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, "ConfigMap", "x", "{metadata: {name: c}, data: {a: b}}");
	create(fixture, "Deployment", "x", DEPLOYMENT("", "replicas: 2, "));
	patch(fixture, "Deployment", "d", "kubectl-patch", "status",
		"{metadata: {labels: {l: m}}, spec: {replicas: 9}, "
		"status: {replicas: 1}}");
	assert_non_null(strstr(entries(fixture, "Deployment", "d"),
		"kubectl-patch Update status {\"f:status\":{\"f:replicas\":{}}}\n"));
	assert_string_equal(patch(fixture, "Deployment", "d", "kubectl", "scale", "{spec: {replicas: 3}}"), "");
	assert_non_null(
		strstr(entries(fixture, "Deployment", "d"), "kubectl Update scale {\"f:spec\":{\"f:replicas\":{}}}\n"));
	assert_null(strstr(entries(fixture, "Deployment", "d"), "f:replicas\":{},\"f:revisionHistoryLimit"));
	assert_string_equal(apply(fixture, "Deployment", "d", "me", false, DEPLOYMENT("", "replicas: 5, ")),
		"Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: "
		".spec.replicas");
}

static void
an_application_is_merged(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(apply(fixture, "Service", "s", "kubectl", false,
				    "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 80, "
				    "name: a}, {port: 81, name: b}], "
				    "selector: {app: d}}}"),
		"");
	assert_string_equal(entries(fixture, "Service", "s"),
		"kubectl Apply "
		"{\"f:spec\":{\"f:ports\":{\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:name\":{}"
		","
		"\"f:port\":{}},\"k:{\\\"port\\\":81,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:name\":{},\"f:"
		"port\":{}}},"
		"\"f:selector\":{}}}\n");
	assert_string_equal(apply(fixture, "Service", "s", "kubectl", false,
		"{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 81, name: b}]}}"), "");
	assert_string_equal(fixture_field(fixture, "Service", "s", "spec.ports"),
		"[{\"name\":\"b\",\"port\":81,\"protocol\":\"TCP\",\"targetPort\":81}]");
	assert_string_equal(fixture_field(fixture, "Service", "s", "spec.selector"), "");
	assert_string_equal(fixture_field(fixture, "Service", "s", "spec.type"), "\"ClusterIP\"");
}

static void
what_others_manage_is_a_conflict(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, "Deployment", "foo", DEPLOYMENT("app: d", "replicas: 2, "));
	assert_string_equal(apply(fixture, "Deployment", "d", "me", false, DEPLOYMENT("app: d", "replicas: 3, ")),
		"Apply failed with 1 conflict: conflict with \"foo\" using apps/v1: .spec.replicas");
	assert_string_equal(apply(fixture, "Deployment", "d", "bar", true, DEPLOYMENT("app: e", "")), "");
	assert_string_equal(apply(fixture, "Deployment", "d", "me", false, DEPLOYMENT("app: f", "replicas: 3, ")),
		"Apply failed with 2 conflicts: conflicts with \"bar\":\n- .metadata.labels.app\n"
		"conflicts with \"foo\" using apps/v1:\n- .spec.replicas");
	assert_string_equal(fixture_field(fixture, "Deployment", "d", "spec.replicas"), "2");
	assert_string_equal(apply(fixture, "Deployment", "d", "me", true, DEPLOYMENT("app: f", "replicas: 3, ")), "");
	assert_string_equal(fixture_field(fixture, "Deployment", "d", "spec.replicas"), "3");
}

static void
what_two_manage_stays_until_both_let_go(void **state)
{
	struct fixture *fixture = *state;
	static const char both[] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: x, b: z}}";
	static const char one[] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {b: z}}";

	assert_string_equal(apply(fixture, "ConfigMap", "c", "me", false, both), "");
	assert_string_equal(apply(fixture, "ConfigMap", "c", "you", false, both), "");
	assert_string_equal(apply(fixture, "ConfigMap", "c", "me", false, one), "");
	assert_string_equal(fixture_field(fixture, "ConfigMap", "c", "data"), "{\"a\":\"x\",\"b\":\"z\"}");
	assert_string_equal(apply(fixture, "ConfigMap", "c", "you", false, one), "");
	assert_string_equal(fixture_field(fixture, "ConfigMap", "c", "data"), "{\"b\":\"z\"}");
}

/* kubectl's own server-side apply may go on where its client-side apply was. */
static void
the_last_applied_is_no_conflict(void **state)
{
	struct fixture *fixture = *state;
	static const char applied[] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, annotations: "
				      "{kubectl.kubernetes.io/last-applied-configuration: "
				      "'{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":"
				      "{\"name\":\"c\"},\"data\":{\"a\":\"x\"}}'}}, data: {a: x}}";
	static const char changed[] = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: z}}";

	create(fixture, "ConfigMap", "kubectl-client-side-apply", applied);
	assert_string_equal(apply(fixture, "ConfigMap", "c", "other", false, changed),
		"Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: .data.a");
	assert_string_equal(apply(fixture, "ConfigMap", "c", "kubectl", false, changed), "");
	assert_string_equal(fixture_field(fixture, "ConfigMap", "c",
				    "metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']"),
		"\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{\\\"a\\\":\\\"z\\\"},\\\"kind\\\":\\\"ConfigMap\\\","
		"\\\"metadata\\\":"
		"{\\\"name\\\":\\\"c\\\"}}\\n\"");
}

static void
nonsense_is_refused(void **state)
{
	struct fixture *fixture = *state;

	assert_string_equal(apply(fixture, "Service", "s", "me", false,
				    "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: "
				    "{selectr: {a: b}}}"),
		"failed to create typed patch object (default/s; /v1, Kind=Service): .spec.selectr: field not declared "
		"in schema");
	assert_string_equal(apply(fixture, "ConfigMap", "c", "me", false,
				    "{apiVersion: v1, kind: ConfigMap, metadata: {name: c, "
				    "managedFields: []}}"),
		"metadata.managedFields must be nil");
	assert_null(fixture_get(fixture, "ConfigMap", "c"));
}

static void
controllers_write_status_apart(void **state)
{
	struct fixture *fixture = *state;
	struct object *copy;

	create(fixture, "Deployment", "kubectl-create", DEPLOYMENT("", "replicas: 2, "));
	copy = object_copy(fixture_get(fixture, "Deployment", "d"));
	value_set_text(&copy->arena, value_make_map(&copy->arena, object_meta(copy), "annotations"), "r", "1");
	value_set_int(&copy->arena, value_make_map(&copy->arena, copy->root, "status"), "replicas", 2);
	fixture->server.program = "kube-controller-manager";
	server_write(&fixture->server, copy);
	assert_non_null(strstr(entries(fixture, "Deployment", "d"),
		"kube-controller-manager Update status {\"f:metadata\":"
		"{\"f:annotations\":{\".\":{},\"f:r\":{}}},\"f:status\":{\"f:replicas\":{}}}\n"));
	create(fixture, "Pod", "x", "{metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}");
	copy = object_copy(fixture_get(fixture, "Pod", "p"));
	value_set_text(&copy->arena, value_get(copy->root, "spec"), "nodeName", "node01");
	fixture->server.program = "kube-scheduler";
	server_write(&fixture->server, copy);
	assert_null(strstr(entries(fixture, "Pod", "p"), "kube-scheduler"));
}

/* Ten updaters are kept apart; of more, the two oldest become one. */
static void
old_updates_are_thrown_together(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, "ConfigMap", "m0", "{metadata: {name: c}, data: {k0: v}}");
	for (int i = 1; i < 11; i++) {
		char *manager = xasprintf("m%d", i), *body = xasprintf("{data: {k%d: v}}", i);

		fixture->server.clock.now += CLOCK_SECOND;
		assert_string_equal(patch(fixture, "ConfigMap", "c", manager, NULL, body), "");
		free(manager);
		free(body);
	}
	assert_int_equal(
		value_count(value_path(fixture_get(fixture, "ConfigMap", "c")->root, "metadata.managedFields")), 10);
	assert_true(str_starts(entries(fixture, "ConfigMap", "c"),
		"ancient-changes Update {\"f:data\":{\".\":{},\"f:k0\":{},\"f:k1\":{}}}\nm2 Update "));
}

static void
a_client_may_start_anew(void **state)
{
	struct fixture *fixture = *state;

	create(fixture, "ConfigMap", "x", "{metadata: {name: c}, data: {a: b}}");
	assert_string_equal(send(fixture, REQUEST_PATCH, "ConfigMap", "c", "y", NULL, PATCH_JSON,
		"[{op: replace, path: /metadata/managedFields, value: [{}]}]"), "");
	assert_string_equal(entries(fixture, "ConfigMap", "c"), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_creation_has_one_manager),
		TEST(a_changed_field_changes_hands),
		TEST(subresources_are_apart),
		TEST(an_application_is_merged),
		TEST(what_others_manage_is_a_conflict),
		TEST(what_two_manage_stays_until_both_let_go),
		TEST(the_last_applied_is_no_conflict),
		TEST(nonsense_is_refused),
		TEST(controllers_write_status_apart),
		TEST(old_updates_are_thrown_together),
		TEST(a_client_may_start_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
