/* The scale subresource; texts are those of a v1.32 API server (pkg/apis/autoscaling/validation). */
#include "fixture.h"

#include "server/scale.h"

static const char *
scale(struct fixture *fixture, const char *kind, const char *name, enum request_verb verb, enum patch_type type,
	const char *body)
{
	struct request request = REQUEST_INIT;

	request.verb = verb;
	request.kind = kind_by_kind(kind);
	request.namespace = "default";
	request.name = name;
	request.patch_type = type;
	request.subresource = "scale";
	return fixture_send(fixture, &request, body, NULL);
}

static void
make(struct fixture *fixture)
{
	assert_string_equal(fixture_create(fixture, "Deployment",
				    "{metadata: {name: d}, spec: {replicas: 2, selector: {matchLabels: "
				    "{app: d}}, template: {metadata: {labels: {app: d}}, spec: {containers: [{name: c, "
				    "image: nginx}]}}}}"),
		"");
}

static void
an_object_has_a_scale(void **state)
{
	struct fixture *fixture = *state;
	const struct value *found;

	make(fixture);
	found = scale_of(&fixture->arena, fixture_get(fixture, "Deployment", "d")->root);
	assert_string_equal(value_get_text(found, "apiVersion"), "autoscaling/v1");
	assert_string_equal(value_text(value_path(found, "metadata.name")), "d");
	assert_null(value_path(found, "metadata.managedFields"));
	assert_int_equal(value_path(found, "spec.replicas")->integer, 2);
	assert_int_equal(value_path(found, "status.replicas")->integer, 0);
	assert_true(scale_serves(kind_by_kind("StatefulSet")));
	assert_false(scale_serves(kind_by_kind("DaemonSet")));
}

static void
replicas_are_written_back(void **state)
{
	struct fixture *fixture = *state;

	make(fixture);
	assert_string_equal(scale(fixture, "Deployment", "d", REQUEST_PATCH, PATCH_MERGE, "{spec: {replicas: 5}}"), "");
	assert_string_equal(fixture_field(fixture, "Deployment", "d", "spec.replicas"), "5");
	assert_string_equal(fixture_field(fixture, "Deployment", "d", "metadata.generation"), "2");
	assert_string_equal(scale(fixture, "Deployment", "d", REQUEST_PATCH, PATCH_JSON,
		"[{op: replace, path: /spec/replicas, value: 1}]"), "");
	assert_string_equal(fixture_field(fixture, "Deployment", "d", "spec.replicas"), "1");
	assert_string_equal(scale(fixture, "Deployment", "d", REQUEST_UPDATE, PATCH_MERGE,
		"{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: d}, spec: {replicas: 4}}"), "");
	assert_string_equal(fixture_field(fixture, "Deployment", "d", "spec.replicas"), "4");
}

static void
refusals(void **state)
{
	static const struct {
		const char *kind, *name, *body, *message;
	} cases[] = {
		{"Deployment", "d", "{spec: {replicas: -1}}",
			"Scale.autoscaling \"d\" is invalid: spec.replicas: Invalid value: -1: "
			"must be greater than or equal to 0"},
		{"Deployment", "d", "{metadata: {resourceVersion: '1'}, spec: {replicas: 1}}",
			"Operation cannot be fulfilled on deployments.apps \"d\": the object has been modified; please "
			"apply your changes "
			"to the latest version and try again"},
		{"Deployment", "x", "{spec: {replicas: 1}}", "deployments.apps \"x\" not found"},
		{"Service", "kubernetes", "{spec: {replicas: 1}}", "the server could not find the requested resource"},
	};
	struct fixture *fixture = *state;

	make(fixture);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(
			scale(fixture, cases[i].kind, cases[i].name, REQUEST_PATCH, PATCH_MERGE, cases[i].body),
			cases[i].message);
	assert_string_equal(fixture_field(fixture, "Deployment", "d", "spec.replicas"), "2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_object_has_a_scale),
		TEST(replicas_are_written_back),
		TEST(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
