/* Objects by name, runs by namespace, the log, and going back to a snapshot. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/store.h"

static struct object *
make(const char *kind, const char *namespace, const char *name, const char *label)
{
	struct object *object = object_new(kind_by_kind(kind));
	struct value *meta;

	object->root = value_map(&object->arena);
	meta = value_make_map(&object->arena, object->root, "metadata");
	if (*namespace)
		value_set_text(&object->arena, meta, "namespace", namespace);
	value_set_text(&object->arena, meta, "name", name);
	value_set_text(&object->arena, value_make_map(&object->arena, meta, "labels"), "v", label);
	object_seal(object);
	return object;
}

static const struct object *
get(const struct store *store, const char *namespace, const char *name)
{
	return store_get(store, kind_by_kind("Service"), namespace, name);
}

/* "a/x b/y", in the order of the list */
static void
assert_list(const struct store *store, const char *namespace, const char *expected)
{
	char text[256] = "";
	size_t n;
	const struct object *const *list = store_list(store, kind_by_kind("Service"), namespace, &n);

	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s/%s", i ? " " : "", list[i]->namespace,
			list[i]->name);
	assert_string_equal(text, expected);
}

static int
setup(void **state)
{
	struct store *store = store_new();

	store_put(store, make("Service", "b", "y", "1"));
	store_put(store, make("Service", "a", "z", "1"));
	store_put(store, make("Service", "b", "x", "1"));
	store_put(store, make("Service", "bb", "a", "1"));
	*state = store;
	return 0;
}

static int
teardown(void **state)
{
	store_free(*state);
	return 0;
}

static void
lists_are_sorted_and_a_namespace_is_a_run(void **state)
{
	const struct store *store = *state;

	assert_list(store, NULL, "a/z b/x b/y bb/a");
	assert_list(store, "b", "b/x b/y");
	assert_list(store, "a", "a/z");
	assert_list(store, "", "");
	assert_list(store, "c", "");
	assert_non_null(get(store, "b", "x"));
	assert_null(get(store, "b", "z"));
}

static void
versions_count_up_and_are_written_down(void **state)
{
	struct store *store = *state;
	char text[24];

	assert_int_equal(store_version(store), 4);
	assert_int_equal(store_kind_version(store, kind_by_kind("Pod")), 0);
	store_put(store, make("Pod", "a", "p", "1"));
	assert_int_equal(store_kind_version(store, kind_by_kind("Service")), 4);
	assert_int_equal(store_kind_version(store, kind_by_kind("Pod")), 5);
	snprintf(text, sizeof text, "%" PRIu64, get(store, "b", "x")->version);
	assert_string_equal(value_get_text(object_meta(get(store, "b", "x")), "resourceVersion"), text);
}

static void
the_log_tells_each_change_once(void **state)
{
	struct store *store = *state;
	const struct store_event *events;
	size_t n;

	store_put(store, make("Service", "b", "x", "2"));
	assert_true(store_delete(store, kind_by_kind("Service"), "a", "z"));
	assert_false(store_delete(store, kind_by_kind("Service"), "a", "z"));
	events = store_events(store, 3, &n);
	assert_int_equal(n, 3);
	assert_int_equal(events[0].type, STORE_ADDED);
	assert_int_equal(events[1].type, STORE_MODIFIED);
	assert_int_equal(events[2].type, STORE_DELETED);
	assert_string_equal(events[2].object->name, "z");
	assert_int_equal(events[2].version, 6);
	store_events(store, 6, &n);
	assert_int_equal(n, 0);
}

static void
a_snapshot_brings_back_what_was_there(void **state)
{
	struct store *store = *state;
	const struct object *untouched = get(store, "bb", "a");
	struct store_snapshot *snapshot = store_snapshot(store);

	store_put(store, make("Service", "b", "x", "2"));
	store_delete(store, kind_by_kind("Service"), "a", "z");
	store_put(store, make("Service", "new", "n", "1"));
	store_restore(store, snapshot);
	assert_list(store, NULL, "a/z b/x b/y bb/a");
	assert_string_equal(object_label(get(store, "b", "x"), "v"), "1");
	assert_true(store_version(store) > 7);
	assert_ptr_equal(get(store, "bb", "a"), untouched);
	store_snapshot_free(snapshot);
}

static void
loading_keeps_versions_and_writes_no_log(void **state)
{
	struct store *store = *state;
	struct object *object = make("Service", "z", "saved", "1");
	size_t n;

	value_set_text(&object->arena, object_meta(object), "resourceVersion", "77");
	store_load(store, object);
	assert_int_equal(get(store, "z", "saved")->version, 77);
	assert_int_equal(store_version(store), 77);
	store_events(store, 4, &n);
	assert_int_equal(n, 0);
	store_set_version(store, 10);
	assert_int_equal(store_version(store), 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lists_are_sorted_and_a_namespace_is_a_run, setup, teardown),
		cmocka_unit_test_setup_teardown(versions_count_up_and_are_written_down, setup, teardown),
		cmocka_unit_test_setup_teardown(the_log_tells_each_change_once, setup, teardown),
		cmocka_unit_test_setup_teardown(a_snapshot_brings_back_what_was_there, setup, teardown),
		cmocka_unit_test_setup_teardown(loading_keeps_versions_and_writes_no_log, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
