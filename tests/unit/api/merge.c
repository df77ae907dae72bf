/*
 * Merging by the schema.  The orders of merged lists are those of structured-merge-diff's typed/merge_test.go
 * ("associative list"), with lists that Kubernetes has.
 */
#include "api/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

static struct value *
read_yaml(struct arena *arena, const char *text)
{
	struct err err = ERR_INIT;
	value_vec documents = VEC_INIT;
	char *yaml = xasprintf("---\n%s", text);
	struct value *value;

	if (yaml_read("test", yaml, strlen(yaml), NULL, arena, &documents, &err))
		fail_msg("%s: %s", err.text, text);
	free(yaml);
	value = documents.v[0];
	vec_release(&documents);
	return value;
}

static void
assert_set(const struct fieldset *set, const char *want)
{
	struct str text = STR_INIT;

	fieldset_write(set, &text);
	assert_string_equal(text.buf, want);
	str_release(&text);
}

/* From v1.32's kubectl apply --server-side of a Service: atomic selector, ports by key, a default key. */
static void
fields_of_a_configuration(void **state)
{
	struct arena arena = ARENA_INIT;

	(void)state;
	assert_set(merge_fields("core.v1.Service",
			   read_yaml(&arena,
				   "{metadata: {labels: {a: b}, annotations: {}}, spec: {ports: [{port: 80}], "
				   "selector: {app: d}, "
				   "externalIPs: [1.2.3.4], type: null}}"),
			   &arena),
		"{\"f:metadata\":{\"f:annotations\":{},\"f:labels\":{\"f:a\":{}}},\"f:spec\":{\"f:externalIPs\":{},\"f:"
		"ports\":"
		"{\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}}},\"f:selector\":{},\"f:"
		"type\":{}}}");
	assert_set(merge_fields("core.v1.Pod",
			   read_yaml(&arena,
				   "{metadata: {finalizers: [a/b], ownerReferences: [{uid: x, name: y}]}, spec: "
				   "{containers: [{name: c, env: "
				   "[{name: A, valueFrom: {fieldRef: {fieldPath: x}}}, {name: B, value: ''}, {name: "
				   "B}], args: [x]}]}}"),
			   &arena),
		"{\"f:metadata\":{\"f:finalizers\":{\"v:\\\"a/"
		"b\\\"\":{}},\"f:ownerReferences\":{\"k:{\\\"uid\\\":\\\"x\\\"}\":{}}},"
		"\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},\"f:args\":{},\"f:env\":{"
		"\"k:{\\\"name\\\":\\\"A\\\"}\":{\".\":{},\"f:name\":{},\"f:valueFrom\":{\"f:fieldRef\":{}}},"
		"\"k:{\\\"name\\\":\\\"B\\\"}\":{}},\"f:name\":{}}}}}");
	arena_release(&arena);
}

static void
differences_are_found(void **state)
{
	struct arena arena = ARENA_INIT;
	struct merge_difference difference;

	(void)state;
	merge_compare("core.v1.Service",
		read_yaml(&arena,
			"{metadata: {labels: {a: b, c: d}}, spec: {type: ClusterIP, ports: [{port: 80, name: x}, "
			"{port: 81}], "
			"selector: {a: b}}}"),
		read_yaml(&arena,
			"{metadata: {labels: {a: B}, annotations: {e: f}}, spec: {type: ClusterIP, selector: {a: b, c: "
			"d}, "
			"ports: [{port: 82}, {port: 80, name: y}]}}"),
		&arena, &difference);
	assert_set(difference.added,
		"{\"f:metadata\":{\"f:annotations\":{\".\":{},\"f:e\":{}}},\"f:spec\":{\"f:ports\":"
		"{\"k:{\\\"port\\\":82,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}}}}}");
	assert_set(difference.modified, "{\"f:metadata\":{\"f:labels\":{\"f:a\":{}}},\"f:spec\":{\"f:ports\":"
		"{\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\"f:name\":{}}},\"f:selector\":{}}}");
	assert_set(difference.removed, "{\"f:metadata\":{\"f:labels\":{\"f:c\":{}}},\"f:spec\":{\"f:ports\":"
		"{\"k:{\\\"port\\\":81,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}}}}}");
	arena_release(&arena);
}

static void
lists_are_merged_in_order(void **state)
{
	static const char *const cases[][4] = {
		{"core.v1.Container", "env: [{name: a, value: x}]", "env: [{name: a, value: y}]",
			"env: [{name: a, value: y}]"},
		{"core.v1.Container", "env: [{name: a}, {name: b}]", "env: [{name: a}, {name: c}]",
			"env: [{name: a}, {name: b}, {name: c}]"},
		{"core.v1.Container", "env: [{name: b}]", "env: [{name: a}, {name: b}, {name: c}]",
			"env: [{name: a}, {name: b}, {name: c}]"},
		{"core.v1.Container", "env: [{name: a}, {name: b}, {name: c}]", "env: [{name: c}, {name: b}]",
			"env: [{name: a}, {name: c}, {name: b}]"},
		{"core.v1.Container", "env: [{name: a}, {name: b}, {name: c}]", "env: [{name: c}, {name: a}]",
			"env: [{name: b}, {name: c}, {name: a}]"},
		{"core.v1.Container", "env: [{name: a, value: x}, {name: b}, {name: a, value: y}]",
			"env: [{name: a, value: z}, {name: c}, {name: b}]",
			"env: [{name: a, value: z}, {name: c}, {name: b}]"},
		{"core.v1.Container", "args: [a, b, c]", "args: [x]", "args: [x]"},
		{"core.v1.Container", "args: [a, a, a]", "args: null", "args: null"},
		{"meta.v1.ObjectMeta", "finalizers: [a, b]", "finalizers: [b, c]", "finalizers: [a, b, c]"},
		{"core.v1.ServiceSpec", "ports: [{port: 80, protocol: TCP, nodePort: 30000}]",
			"ports: [{port: 80, name: x}]", "ports: [{port: 80, protocol: TCP, nodePort: 30000, name: x}]"},
		{"core.v1.ServiceSpec", "selector: {a: b}", "selector: {c: d}", "selector: {c: d}"},
	};
	struct arena arena = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct value *merged = merge_values(
			cases[i][0], read_yaml(&arena, cases[i][1]), read_yaml(&arena, cases[i][2]), &arena);

		if (!value_equal(merged, read_yaml(&arena, cases[i][3])))
			fail_msg("%s and %s", cases[i][1], cases[i][2]);
	}
	arena_release(&arena);
}

static void
fields_are_taken_away(void **state)
{
	struct arena arena = ARENA_INIT;
	struct fieldset *set;
	struct value *left;

	(void)state;
	assert_int_equal(fieldset_read("{\"f:labels\":{\"f:a\":{}},\"f:finalizers\":{\"v:\\\"x\\\"\":{}},\"f:"
				       "annotations\":{\"f:b\":{}}}",
				 &arena, &set),
		0);
	left = merge_remove("meta.v1.ObjectMeta",
		read_yaml(&arena, "{labels: {a: b, c: d}, finalizers: [x, y], annotations: {b: c}}"), set, &arena);
	assert_true(value_equal(left, read_yaml(&arena, "{labels: {c: d}, finalizers: [y], annotations: null}")));
	assert_set(
		merge_named("core.v1.Service",
			merge_fields("core.v1.Service",
				read_yaml(&arena, "{metadata: {labels: {a: b}}, spec: {ports: [{port: 80}]}}"), &arena),
			&arena),
		"{\"f:metadata\":{\".\":{},\"f:labels\":{\".\":{},\"f:a\":{}}},\"f:spec\":{\".\":{},\"f:ports\":{\".\":"
		"{},"
		"\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}}}}}");
	arena_release(&arena);
}

/* Texts of typed/validate.go. */
static void
what_the_schema_does_not_have_is_refused(void **state)
{
	static const char *const cases[][3] = {
		{"core.v1.Service", "{spec: {selectr: {a: b}}}", ".spec.selectr: field not declared in schema"},
		{"apps.v1.Deployment", "{spec: {replicas: two}}",
			".spec.replicas: expected numeric (int or float), got string"},
		{"core.v1.ConfigMap", "{data: {a: true}}",
			".data.a: expected string, got &value.valueUnstructured{Value:true}"},
		{"core.v1.Service", "{spec: {ports: {port: 80}}}", ".spec.ports: expected list, got &{map[port:80]}"},
		{"core.v1.Service", "{spec: {ports: [{port: 80}, {port: 80}]}}",
			".spec.ports: duplicate entries for key [port=80,protocol=\"TCP\"]"},
		{"core.v1.Service", "{spec: {type: 1, ports: [{port: a}]}}",
			"errors:\n  .spec.type: expected string, got &value.valueUnstructured{Value:1}\n"
			"  .spec.ports[port=\"a\",protocol=\"TCP\"].port: expected numeric (int or float), got string"},
		{"core.v1.Service", "{spec: {ports: [{port: 80, targetPort: web}], type: null}}", ""},
	};
	struct arena arena = ARENA_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_INIT;
		int failed = merge_check(cases[i][0], read_yaml(&arena, cases[i][1]), &err);

		assert_int_equal(failed, *cases[i][2] ? -1 : 0);
		assert_string_equal(failed ? err.text : "", cases[i][2]);
		err_release(&err);
	}
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_of_a_configuration),
		cmocka_unit_test(differences_are_found),
		cmocka_unit_test(lists_are_merged_in_order),
		cmocka_unit_test(fields_are_taken_away),
		cmocka_unit_test(what_the_schema_does_not_have_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
