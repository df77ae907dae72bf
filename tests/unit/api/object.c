/* Objects and label selectors (apimachinery's LabelSelectorAsSelector). */
#include "api/object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"
#include "base/clock.h"

static struct object *
make(const char *kind, const char *text)
{
	struct object *object = object_new(kind_by_kind(kind));
	struct err err = ERR_INIT;

	assert_int_equal(json_read("test", text, strlen(text), &object->arena, &object->root, &err), 0);
	object_seal(object);
	return object;
}

static void
test_metadata(void **state)
{
	struct object *web = make("Service",
		"{\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"u1\","
		"\"creationTimestamp\":\"1970-01-01T00:00:02Z\",\"labels\":{\"app\":\"web\"},\"annotations\":{\"a\":"
		"\"b\"}}}");
	struct object *node = make("Node",
		"{\"metadata\":{\"name\":\"n1\",\"namespace\":\"x\","
		"\"deletionTimestamp\":\"1970-01-01T00:00:02Z\"}}");
	struct object *copy = object_copy(web);

	(void)state;
	assert_string_equal(web->name, "web");
	assert_string_equal(web->namespace, "shop");
	assert_string_equal(object_label(web, "app"), "web");
	assert_null(object_label(web, "tier"));
	assert_string_equal(object_annotation(web, "a"), "b");
	assert_string_equal(object_uid(web), "u1");
	assert_true(object_created(web) == 2 * CLOCK_SECOND);
	assert_false(object_is_deleting(web));
	assert_string_equal(node->namespace, "");
	assert_true(object_is_deleting(node));
	assert_string_equal(object_uid(node), "");
	object_unref(web);
	assert_string_equal(copy->name, "web");
	assert_int_equal(copy->version, 0);
	assert_ptr_equal(object_ref(copy), copy);
	object_unref(copy);
	object_unref(copy);
	object_unref(node);
	object_unref(NULL);
}

static void
test_selectors(void **state)
{
	static const struct {
		const char *selector;
		bool matches;
	} cases[] = {
		{ "{}", true },
		{ "{\"matchLabels\":{\"app\":\"web\"}}", true },
		{ "{\"matchLabels\":{\"app\":\"web\",\"tier\":\"db\"}}", false },
		{ "{\"matchLabels\":{\"none\":\"\"}}", false },
		{ "{\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"In\",\"values\":[\"be\",\"fe\"]}]}", true },
		{ "{\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"In\",\"values\":[\"be\"]}]}", false },
		{ "{\"matchExpressions\":[{\"key\":\"none\",\"operator\":\"In\",\"values\":[\"be\"]}]}", false },
		{ "{\"matchExpressions\":[{\"key\":\"none\",\"operator\":\"NotIn\",\"values\":[\"be\"]}]}", true },
		{ "{\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"NotIn\",\"values\":[\"fe\"]}]}", false },
		{ "{\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"Exists\"}]}", true },
		{ "{\"matchExpressions\":[{\"key\":\"tier\",\"operator\":\"DoesNotExist\"}]}", false },
		{ "{\"matchLabels\":{\"app\":\"web\"},\"matchExpressions\":[{\"key\":\"tier\",\"operator\":"
		  "\"DoesNotExist\"}]}",
			false },
	};
	struct object *pod =
		make("Pod", "{\"metadata\":{\"name\":\"p\",\"labels\":{\"app\":\"web\",\"tier\":\"fe\"}}}");
	const struct value *labels = value_get(object_meta(pod), "labels");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct value *selector;
		struct err err = ERR_INIT;

		assert_int_equal(
			json_read("test", cases[i].selector, strlen(cases[i].selector), &pod->arena, &selector, &err),
			0);
		if (selector_matches(selector, labels) != cases[i].matches)
			fail_msg("%s", cases[i].selector);
	}
	assert_false(selector_matches(NULL, labels));
	assert_true(selector_matches_map(NULL, labels));
	assert_true(selector_matches_map(value_get(object_meta(pod), "labels"), labels));
	assert_false(selector_matches_map(value_get(object_meta(pod), "labels"), NULL));
	object_unref(pod);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metadata),
		cmocka_unit_test(test_selectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
