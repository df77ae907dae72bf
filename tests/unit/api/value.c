/* Values: paths, maps that keep their order, equality without regard to it, copies that share nothing. */
#include "api/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/yaml.h"

static struct value *
read_one(struct arena *arena, const char *text)
{
	struct err err = ERR_INIT;
	struct value *value = NULL;

	assert_int_equal(json_read("test", text, strlen(text), arena, &value, &err), 0);
	return value;
}

static void
test_paths(void **state)
{
	struct arena arena = ARENA_INIT;
	const struct value *root = read_one(&arena,
		"{\"spec\":{\"ports\":[{\"name\":\"http\"},{\"name\":\"metrics\"}],\"n\":[[1,2],[3]]},"
		"\"metadata\":{\"labels\":{\"app.kubernetes.io/name\":\"web\"}}}");
	static const struct {
		const char *path, *text;
	} cases[] = {
		{ "spec.ports[1].name", "metrics" },
		{ ".spec.ports[0].name", "http" },
		{ "metadata.labels['app.kubernetes.io/name']", "web" },
		{ "spec.ports[2].name", NULL },
		{ "spec.ports.name", NULL },
		{ "spec.port", NULL },
		{ "spec.portsx", NULL },
		{ "spec..ports", NULL },
		{ "spec.ports[x].name", NULL },
		{ "metadata.labels['app.kubernetes.io/name'", NULL },
		{ "metadata.labels.app", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *text = value_text(value_path(root, cases[i].path));

		if (cases[i].text == NULL)
			assert_null(text);
		else
			assert_string_equal(text, cases[i].text);
	}
	assert_int_equal(value_path(root, "spec.n[0][1]")->integer, 2);
	assert_ptr_equal(value_path(root, ""), root);
	arena_release(&arena);
}

static void
test_map_keeps_order(void **state)
{
	struct arena arena = ARENA_INIT;
	struct value *map = value_map(&arena);

	(void)state;
	for (int i = 0; i < 20; i++) {
		char key[2] = { (char)('t' - i), '\0' };

		value_set_int(&arena, map, key, i);
	}
	value_set_int(&arena, map, "s", 100);
	assert_true(value_remove(map, "t"));
	assert_false(value_remove(map, "t"));
	assert_int_equal(value_count(map), 19);
	assert_string_equal(map->map.v[0].key, "s");
	assert_int_equal(value_get_int(map, "s", 0), 100);
	assert_int_equal(value_get_int(map, "a", 0), 19);
	assert_int_equal(value_get_int(map, "nope", -1), -1);
	arena_release(&arena);
}

static void
test_lists(void **state)
{
	struct arena arena = ARENA_INIT;
	struct value *list = value_list(&arena);

	(void)state;
	for (int i = 0; i < 9; i++)
		value_append(&arena, list, value_int(&arena, i));
	value_remove_at(list, 8);
	value_remove_at(list, 0);
	assert_int_equal(value_count(list), 7);
	assert_int_equal(value_at(list, 6)->integer, 7);
	assert_null(value_at(list, 7));
	arena_release(&arena);
}

static void
test_equal(void **state)
{
	struct arena arena = ARENA_INIT;
	static const struct {
		const char *a, *b;
		bool equal;
	} cases[] = {
		{ "{\"a\":1,\"b\":[true,null]}", "{\"b\":[true,null],\"a\":1}", true },
		{ "{\"a\":1}", "{\"a\":1,\"b\":2}", false },
		{ "{\"a\":1,\"c\":2}", "{\"a\":1,\"b\":2}", false },
		{ "[1,2]", "[2,1]", false },
		{ "1", "\"1\"", false },
		{ "1.5", "1.5", true },
		{ "1.5", "1.25", false },
		{ "\"ab\"", "\"a\"", false },
		{ "null", "false", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(
			value_equal(read_one(&arena, cases[i].a), read_one(&arena, cases[i].b)), cases[i].equal);
	assert_true(value_equal(NULL, NULL));
	assert_false(value_equal(NULL, value_null(&arena)));
	arena_release(&arena);
}

static void
test_copy_shares_nothing(void **state)
{
	struct arena arena = ARENA_INIT, other = ARENA_INIT;
	struct value *copy, *original = read_one(&arena, "{\"a\":[1.5,\"x\",{\"b\":true}],\"c\":null}");

	(void)state;
	copy = value_copy(&other, original);
	assert_true(value_equal(copy, original));
	value_set_text(&arena, value_path(original, "a[2]"), "b", "changed");
	arena_release(&arena);
	assert_true(value_path(copy, "a[2].b")->boolean);
	assert_string_equal(value_text(value_path(copy, "a[1]")), "x");
	arena_release(&other);
}

static void
test_wrong_types_answer_nothing(void **state)
{
	struct arena arena = ARENA_INIT;
	const struct value *text = value_string(&arena, "x"), *null = value_null(&arena);

	(void)state;
	assert_null(value_get(text, "a"));
	assert_null(value_get(NULL, "a"));
	assert_null(value_at(text, 0));
	assert_null(value_text(null));
	assert_int_equal(value_count(text), 0);
	assert_true(value_is_null(null));
	assert_true(value_is_null(NULL));
	assert_true(value_get_bool(text, "a", true));
	arena_release(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_map_keeps_order),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_copy_shares_nothing),
		cmocka_unit_test(test_wrong_types_answer_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
